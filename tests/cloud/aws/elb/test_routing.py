"""Pools and zones of a balancer."""

import pytest

from kubelearn.cloud.aws.elb.model import Balancer, Check, Group, Health, Target, Zone
from kubelearn.cloud.aws.elb.routing import pool_of, zones_of

A1, A2, B1 = (Target(name, name, 80, name[0]) for name in ("a1", "a2", "b1"))
GROUP = Group("g", "ip", Check(), (A1, A2, B1))


def balancer(cross_zone=False):
    """One in zones a, b and c."""
    zones = tuple(Zone(name, name, name) for name in "abc")
    return Balancer("x", "network", "internal", "x", zones, cross_zone=cross_zone)


def healths(**states):
    """The states of the targets."""
    return {("g", name): Health(state) for name, state in states.items()}


@pytest.mark.parametrize(
    ("cross", "zone", "states", "expected", "opened"),
    [
        (False, "a", {"a1": "healthy", "a2": "unhealthy", "b1": "healthy"}, (A1,), False),
        (False, "b", {"a1": "healthy", "b1": "unhealthy"}, (B1,), True),
        (False, "c", {"a1": "healthy"}, (), False),
        (True, "c", {"a1": "healthy", "b1": "healthy"}, (A1, B1), False),
        (True, "a", {}, (A1, A2, B1), True),
    ],
)
def test_pools(cross, zone, states, expected, opened):
    """Own targets or all; the healthy ones, or all that are there."""
    pool = pool_of(balancer(cross), GROUP, zone, healths(**states))
    assert (pool.targets, pool.open) == (expected, opened)


def test_zones_with_healthy_targets_are_in_the_name():
    """Others are not, unless no zone has one."""
    one_ill = healths(a1="healthy", b1="unhealthy")
    assert zones_of(balancer(), [GROUP], one_ill).dns == ("a",)
    assert zones_of(balancer(), [GROUP], {}).dns == ("a", "b", "c")
