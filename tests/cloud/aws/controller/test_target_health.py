"""Thresholds of healthy targets, and zones that share their targets or not, by attributes."""

import pytest

from tests.cloud.aws.edge import annotate, edge, name_of, refusals, states
from tests.cloud.aws.elb.test_draining import LB
from tests.cloud.aws.elb.test_unhealthy import cut

DNS = "target_group_health.dns_failover.minimum_healthy_targets"
ROUTING = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
CROSS = "load_balancing.cross_zone.enabled"


def network(said, cross="true"):
    """An NLB whose zones share their targets, with attributes of its group."""
    cluster = edge()
    notes = {f"{LB}target-group-attributes": said, f"{LB}attributes": f"{CROSS}={cross}"}
    cluster.patch("service/web", {"metadata": {"annotations": notes}})
    return cluster.run("20s")


def told(cluster):
    """What the balancer says of a request, and how many addresses its name has."""
    name = name_of(cluster)
    call = cluster.request(f"http://{name}/", client="internet")
    says = next(step.decision for step in call.trace if step.hop == "balancer")
    return says, len(cluster.parts["elb"].resolve(name).addresses)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "1 of 1 healthy targets"),
        (f"{DNS}.count=2,{ROUTING}.count=2", "1 of 3 targets, only 1 healthy: fail open"),
        (f"{DNS}.percentage=50,{ROUTING}.percentage=50", "1 of 3 targets, only 1 healthy"),
        (f"{DNS}.percentage=33,{ROUTING}.percentage=33", "1 of 1 healthy targets"),
    ],
)
def test_below_the_threshold_all_targets_are_used(said, words):
    """One of three is healthy; whichever bound is broken first counts."""
    cluster = cut(network(said), 2, 3)
    assert states(cluster).count("healthy") == 1
    assert words in told(cluster)[0]


def test_below_the_threshold_a_zone_leaves_the_name():
    """Zones of their own: none has two targets, so all stay; one has none that is healthy."""
    assert told(cut(network("", cross="false"), 1))[1] == 2
    assert told(cut(network(f"{DNS}.count=2", cross="false"), 1))[1] == 3


@pytest.mark.parametrize(("cross", "own", "expected"), [
    ("true", "false", 1), ("false", "true", 3), ("true", "use_load_balancer_configuration", 3),
])  # fmt: skip
def test_a_group_goes_over_its_balancer(cross, own, expected):
    """By an attribute of its own."""
    assert f"1 of {expected} healthy targets" in told(network(f"{CROSS}={own}", cross))[0]


def test_an_application_load_balancer_keeps_to_its_zones():
    """If its group says so; by default it never does."""
    cluster = edge()
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    rule = {"host": "shop.example.com", "http": {"paths": paths}}
    cluster.patch("ingress/shop", {"spec": {"rules": [rule]}}, style="merge")
    annotate(cluster, target_group_attributes=f"{CROSS}=false")
    call = cluster.request("http://shop.example.com/", client="internet")
    assert "1 healthy targets" in str(call)
    cluster.fail.node("worker-1")
    cluster.run("60s")
    assert len(cluster.parts["elb"].resolve("shop.example.com").addresses) == 2


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (f"{ROUTING}.count=2", f"{DNS} must be greater than or equal to {ROUTING}"),
        (f"{DNS}.percentage=101", f"{DNS}.percentage=101: it must be off or from 1 to 100"),
        (f"{CROSS}=maybe", f"{CROSS}=maybe: it must be one of true, false, use_load_balancer"),
        (f"{CROSS}=false,stickiness.enabled=true", f"does not go with {CROSS}=false"),
    ],
)
def test_what_is_refused(said, text):
    """As AWS does, in words of this model."""
    assert text in refusals(annotate(edge(), target_group_attributes=said))[-1]
