"""Pushes that go on with what the last one has made."""

import pytest

from kubelearn.mesh.bootstrap import Proxy, bootstrap, cluster_names
from kubelearn.mesh.clusters import cluster
from kubelearn.mesh.outbound import route_tables
from kubelearn.mesh.push import Scope
from tests.mesh.small import an_object, endpoint, full, push, service
from tests.mesh.test_bootstrap import POD

HERE = Scope("default", (), "r/z")
NAMES = ("web", "other")
RULE = an_object("web", host="web", trafficPolicy={"outlierDetection": {}})


def made(*addresses, rules=(RULE,), **more):
    """A push with so many hosts behind web."""
    ends = {full("web"): [endpoint(one, "r/z") for one in addresses],
            full("other"): [endpoint("10.0.9.9", "r/y")]}  # fmt: skip
    return push([service(one) for one in NAMES], ends, destinationrules=list(rules), **more)


def clusters(found):
    """Those of both services."""
    return [cluster(found, HERE, f"outbound|80||{full(one)}") for one in NAMES]


def test_only_what_has_changed_is_made_again():
    """Routes and the other service's cluster are the same objects."""
    first = made("10.0.0.1")
    before, tables = clusters(first), route_tables(first, HERE)
    second = made("10.0.0.1", "10.0.0.2").after(first)
    web, other = clusters(second)
    assert route_tables(second, HERE) is tables
    assert other is before[1]
    assert len(web.members) == 2
    assert len(clusters(first)[0].members) == 1


def test_the_outcome_is_that_of_a_push_by_itself():
    """Whatever was there before."""
    last = made("10.0.0.1")
    for addresses in (("10.0.0.2",), (), ("10.0.0.2", "10.0.0.1"), ("10.0.0.2", "10.0.0.1")):
        bootstrap(last, Proxy(POD, HERE, False, {}))
        fresh = made(*addresses)
        last = made(*addresses).after(last)
        files = [bootstrap(one, Proxy(POD, HERE, False, {})) for one in (fresh, last)]
        assert files[0] == files[1]
        pod = ("default", "10.0.0.2")
        assert fresh.behind(pod) == last.behind(pod)


OTHERS = [made("10.0.0.1", rules=()), made("10.0.0.1", sidecars=[an_object("s")])]


@pytest.mark.parametrize("other", OTHERS)
def test_changed_rules_share_nothing(other):
    """Everything may depend on them."""
    first = made("10.0.0.1")
    names = cluster_names(first, HERE)
    assert other.after(first) is other
    assert cluster_names(other, HERE) is not names


def test_the_first_push_has_none_before_it():
    """It is as it is."""
    first = made("10.0.0.1")
    assert first.after(None) is first
