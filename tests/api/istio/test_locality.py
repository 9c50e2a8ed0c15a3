"""Errors of load balancing by locality."""

import pytest

from kubelearn.api.istio.locality import locality_lb

OVERLAP = "overlap with previous specified ones"


def shares(**weights):
    """Shares of the requests from us, "_" for "/"."""
    to = {name.replace("_", "/"): weight for name, weight in weights.items()}
    return {"distribute": [{"from": "us", "to": to}]}


def sources(*localities):
    """A rule for each locality requests come from."""
    return {"distribute": [{"from": one, "to": {"eu": 100}} for one in localities]}


def failover(source, target):
    """A region that helps out another."""
    return {"failover": [{"from": source, "to": target}]}


CASES = [
    (None, []),
    (shares(us_a=60, us_b=40), []),
    (shares(us=60), ["total locality weight 60 != 100"]),
    (shares(us=101), ["locality weight must be in range [1, 100]"]),
    (shares(us=0, eu=100), ["locality weight must be in range [1, 100]"]),
    (shares(us=50, us_a=50), [f"locality us/a {OVERLAP}"]),
    (sources("us/a", "us"), [f"locality us {OVERLAP}"]),
    (sources("us/a/x", "us/a/y", "us/b", "us/*"), []),
    (sources("us/a/*", "us/a/y"), [f"locality us/a/y {OVERLAP}"]),
    (sources("*", "us"), [f"locality us {OVERLAP}"]),
    (sources("us", "*"), []),
    (sources("us//x"), ["locality us//x must not contain empty region/zone/subzone info"]),
    (sources("*/a"), ["locality */a wildcard '*' number can not exceed 1 and must be in the end"]),
    (failover("us", "eu"), []),
    (failover("us", "us"), ["locality lb failover settings must specify different regions"]),
    (failover("us/a", "eu"), ["locality lb failover only specify region"]),
    (failover("us", "*"), ["locality lb failover region should not contain '*' wildcard"]),
    ({**shares(us=100), **failover("us", "eu")},
     ["can not simultaneously specify 'distribute' and 'failover'"]),
    ({**failover("us", "eu"), "failoverPriority": ["app", "topology.kubernetes.io/zone"]},
     [("can not simultaneously set 'failover' and topology label "
      "'topology.kubernetes.io/zone' in 'failover_priority'")]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_it_says_what_is_wrong(given, expected):
    """In the words of the webhook."""
    assert list(locality_lb(given)) == expected
