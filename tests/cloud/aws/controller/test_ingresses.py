"""What the controller reads from Ingresses."""

import pytest

from kubelearn.cloud.aws.controller.annotations import AnnotationError
from kubelearn.cloud.aws.controller.ingresses import (
    Listener,
    Member,
    PathRule,
    Values,
    conditions,
    covers,
    is_group_name,
    ordered,
    path_order,
    path_values,
    redirects_to_itself,
)


def test_group_names():
    """Lower case, at most 63 characters."""
    assert is_group_name("my-team.awesome-group")
    assert not is_group_name("-x")
    assert not is_group_name("a" * 64)


def test_the_order_of_a_group():
    """By number, then by name; out of range is refused."""
    members = [Member("ns", "b"), Member("ns", "a"), Member("ns", "z", "-1")]
    assert [member.name for member in ordered(members)] == ["z", "a", "b"]
    with pytest.raises(AnnotationError, match="within"):
        ordered([Member("ns", "a", "1001")])


def test_paths():
    """A prefix is two values; wildcards belong to ImplementationSpecific alone."""
    assert path_values("/abc", "Prefix").plain == ("/abc", "/abc/*")
    assert path_values("/abc*", "ImplementationSpecific").plain == ("/abc*",)
    with pytest.raises(AnnotationError, match="wildcards"):
        path_values("/abc*", "Exact")


def test_longer_prefixes_go_first():
    """After exact paths, before all others."""
    paths = [PathRule("/a", "Prefix"), PathRule("/aa", "Prefix"), PathRule("/", "Exact")]
    assert [one.path for one in path_order(paths)] == ["/", "/aa", "/a"]


def test_conditions_add_up_but_do_not_mix():
    """Values with values, regular expressions with regular expressions."""
    more = [{"field": "host", "values": ["b"]}]
    assert conditions("a", None, more) == {"host": Values(("a", "b"))}
    with pytest.raises(AnnotationError, match="both"):
        conditions("a", None, [{"field": "host", "regex": ["^b$"]}])


def test_conditions_that_cover_others():
    """As far as hosts and paths tell it as texts."""
    host, other = {"host": Values(("a", "b"))}, {"host": Values(("a",)), "path": Values(("/x",))}
    assert covers(host, other)
    assert covers({"path": Values(("/*",))}, {})
    assert covers({}, other)
    assert not covers(other, host)
    assert not covers({**host, "source-ip//0": Values(("10.0.0.0/8",))}, other)
    assert not covers({"host": Values(regex=("^a$",))}, other)


def test_a_redirect_that_changes_nothing_never_ends():
    """One that goes to another port does."""
    listener, found = Listener(443, "HTTPS"), {"path": Values(("/a",))}
    assert redirects_to_itself(listener, found, {"path": "/a"})
    assert not redirects_to_itself(listener, found, {"port": "80"})
