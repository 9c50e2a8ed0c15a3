"""Actions of an ALB's rules."""

import pytest

from kubelearn.cloud.aws.elb import rules
from kubelearn.cloud.aws.elb.model import Listener
from kubelearn.traffic.balancers import Flow, Request

FLOW = Flow("203.0.113.1", "198.51.100.4", 80)
REQUEST = Request("http", "GET", "shop.example.com", "/a/b?c=d", {})


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"host": "x.org"}, "http://x.org:80/a/b?c=d"),
        ({"protocol": "HTTPS", "port": "443"}, "https://shop.example.com:443/a/b?c=d"),
        ({"path": "/new/#{path}", "query": ""}, "http://shop.example.com:80/new/a/b"),
    ],
)
def test_redirects_keep_what_they_do_not_name(parts, expected):
    """Parts with #{...} are those of the request."""
    assert rules.location(parts, FLOW, REQUEST) == expected


def test_weights():
    """In proportion; weight 0 is never taken."""
    groups = [("a", 1), ("b", 0), ("c", 3)]
    found = [rules.weighted(groups, lambda count, purpose, at=at: at) for at in range(4)]
    assert found == ["a", "c", "c", "c"]


def test_no_weight_is_no_group():
    """Which is 503 later."""
    assert rules.weighted([("a", 0)], lambda count, purpose: 0) == ""


def test_the_first_rule_that_fits():
    """By priority; without one the listener's default, 404."""
    condition = {"field": "path-pattern", "values": ["/a/*"]}
    fixed = {"type": "fixed-response", "status": 200}
    rule = {"priority": 1, "conditions": [condition], "action": fixed}
    assert rules.rule_of(Listener(80, "HTTP", rules=(rule,)), FLOW, REQUEST)[0] == rule
    assert rules.rule_of(Listener(80, "HTTP"), FLOW, REQUEST)[0]["action"]["status"] == 404
