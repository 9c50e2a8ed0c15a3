"""Delegates: the rules of one VirtualService inside of a rule of another."""

import pytest

from kubelearn.mesh.istio.delegates import conflict, merged_matches, merged_rule, with_delegates
from tests.mesh.telemetry.watched import ask, watched_mesh


def service(name, hosts, *rules):
    """A VirtualService as a push has it."""
    return {"name": name, "namespace": "default", "hosts": hosts, "http": list(rules)}


def to(host, **more):
    """A rule to a host."""
    return {"route": [{"destination": {"host": host}}], **more}


def test_its_rules_take_the_place_of_the_rule():
    """In their order, and it is no VirtualService of its own."""
    root = service("root", ["web"], {"delegate": {"name": "more"}}, to("last"))
    more = service("more", [], to("one"), to("two"))
    (merged,) = with_delegates([root, more])
    assert merged["http"] == [to("one"), to("two"), to("last")]


def test_a_delegate_that_is_not_there_is_no_rule():
    """Also one of another namespace that was not named."""
    root = service("root", ["web"], {"delegate": {"name": "more", "namespace": "away"}}, to("last"))
    (merged,) = with_delegates([root, service("more", [], to("one"))])
    assert merged["http"] == [to("last")]


def test_what_it_does_not_say_it_takes_over():
    """What it says itself stays."""
    rule = {"name": "a", "timeout": "1s", "retries": {"attempts": 1}, "delegate": {"name": "x"}}
    merged = merged_rule(rule, to("one", name="b", timeout="2s"))
    assert merged == to("one", name="a-b", timeout="2s", retries={"attempts": 1})


def test_blocks_match_what_both_match():
    """Texts of the inner one, headers of both."""
    outer = [{"uri": {"prefix": "/a"}, "headers": {"x": {"exact": "1"}}}]
    inner = [{"uri": {"prefix": "/a/b"}, "headers": {"y": {"exact": "2"}}}, {"method": GET}]
    assert merged_matches(outer, inner) == [
        {"uri": {"prefix": "/a/b"}, "headers": {"x": {"exact": "1"}, "y": {"exact": "2"}}},
        {"uri": {"prefix": "/a"}, "method": GET, "headers": {"x": {"exact": "1"}}},
    ]
    assert merged_matches([], inner) == inner
    assert merged_matches(outer, []) == outer


GET = {"exact": "GET"}
CONFLICTS = [
    ({"uri": {"prefix": "/a/b"}}, {"uri": {"prefix": "/a"}}, True),
    ({"uri": {"prefix": "/a"}}, {"uri": {"exact": "/a/c"}}, False),
    ({"uri": {"prefix": "/a"}}, {"uri": {"exact": "/b"}}, True),
    ({"uri": {"exact": "/a"}}, {"uri": {"exact": "/a"}}, False),
    ({"uri": {"exact": "/a"}}, {"uri": {"prefix": "/a"}}, True),
    ({"uri": {"regex": ".*"}}, {"uri": {"prefix": "/a"}}, True),
    ({"uri": {"prefix": "/a"}}, {"uri": {"regex": "/a.*"}}, True),
    ({"uri": {"regex": ".*"}}, {"method": GET}, False),
    ({"headers": {"x": {"exact": "1"}}}, {"headers": {"x": {"exact": "2"}}}, True),
    ({"queryParams": {"x": {"exact": "1"}}}, {"queryParams": {"y": {"exact": "2"}}}, False),
    ({"port": 80}, {"port": 81}, True),
    ({"port": 80}, {}, False),
    ({"ignoreUriCase": True}, {}, True),
    ({"sourceNamespace": "a"}, {}, True),
    ({"sourceLabels": {"app": "a"}}, {"sourceLabels": {"app": "b"}}, True),
    ({"sourceLabels": {"app": "a"}}, {"sourceLabels": {"version": "b"}}, False),
    ({"gateways": ["a"]}, {"gateways": ["b"]}, True),
    ({"gateways": ["a", "b"]}, {"gateways": ["b"]}, False),
]


@pytest.mark.parametrize(("outer", "inner", "expected"), CONFLICTS)
def test_an_inner_block_must_fit_into_the_outer_one(outer, inner, expected):
    """Otherwise it is in conflict with it, and its rule is left out."""
    assert conflict(outer, inner) == expected
    found = merged_rule({"match": [outer]}, to("one", match=[inner]))
    assert (found is None) == expected


def test_requests_go_by_the_rules_of_a_delegate():
    """The root decides by path, the delegate by header."""
    cluster = watched_mesh()
    by_header = {"match": [{"headers": {"end-user": {"exact": "jason"}}}]}
    for name, spec in (
        ("root", {"hosts": ["front"], "http": [
            {"match": [{"uri": {"prefix": "/more"}}], "delegate": {"name": "more"}}, to("front")]}),
        ("more", {"http": [to("sick", **by_header), to("back")]}),
    ):  # fmt: skip
        cluster.apply({"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                       "metadata": {"name": name}, "spec": spec})  # fmt: skip
    cluster.run("1s")
    jason = {"end-user": "jason"}
    hosts = [(ask(cluster, "http://front/"), "front"), (ask(cluster, "http://front/more"), "back"),
             (ask(cluster, "http://front/more", headers=jason), "sick"),
             (ask(cluster, "http://front/", headers=jason), "front")]  # fmt: skip
    assert [f"||{host}.default" in str(call) for call, host in hosts] == [True] * 4
