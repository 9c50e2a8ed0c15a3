"""How much a rule of an ALB can say, and how many there can be."""

import json

import pytest

from kubelearn.cloud.aws.controller.annotations import DeployError
from kubelearn.cloud.aws.controller.rule_limits import RULES, check
from kubelearn.cloud.aws.elb.model import Listener
from tests.cloud.aws.edge import annotate, edge, refusals


def rule(*conditions, **action):
    """A rule with these conditions."""
    return {"priority": 1, "conditions": conditions, "action": {"type": "forward", **action}}


def where(*values, **more):
    """A condition on the path."""
    return {"field": "path-pattern", "values": values, **more}


@pytest.mark.parametrize(
    ("fits", "text"),
    [
        (rule(where(*"abcde")), ""),
        (rule(where(*"abc"), where(*"def")), "A rule can only have '5' condition values"),
        (rule(where(regex=tuple("abcdef"))), "A rule can only have '5' condition values"),
        (rule(where("*/*/*", "?/?")), ""),
        (rule(where("*/*/*", "?/?/?")), "'5' wildcards"),
        (rule(where("a" * 128)), ""),
        (rule(where("a" * 129)), "'128' characters"),
        (rule(where("a", name="x" * 41)), "'40' characters"),
        (rule(groups=[("g", 999)] * 5), ""),
        (rule(groups=[("g", 1)] * 6), "'5' target groups"),
        (rule(groups=[("g", 1000)]), "from '0' to '999'"),
        (rule(body="x" * 1025), "'1024' bytes"),
    ],
)
def test_a_rule(fits, text):
    """At each limit, and beyond it."""
    listener = Listener(80, "HTTP", rules=(fits,))
    if not text:
        check("alb", [listener])
        return
    with pytest.raises(DeployError, match=text):
        check("alb", [listener])


def test_all_rules_of_a_balancer_count_together():
    """Not the default ones."""
    half = Listener(80, "HTTP", rules=(rule(),) * (RULES // 2))
    check("alb", [half, half])
    with pytest.raises(DeployError, match="The maximum number of rules on load balancer alb"):
        check("alb", [half, half._replace(rules=(*half.rules, rule()))])


def test_the_event_tells_it():
    """The rules stay as they were."""
    header = {"httpHeaderName": "x", "values": list("abcd")}
    extra = [{"field": "http-header", "httpHeaderConfig": header}]
    cluster = annotate(edge(), **{"conditions.web": json.dumps(extra)})
    assert "A rule can only have '5' condition values" in refusals(cluster)[-1]
    assert cluster.request("http://shop.example.com/").status == 200
