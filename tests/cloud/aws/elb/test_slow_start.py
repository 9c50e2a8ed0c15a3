"""Slow start: the share of a target that has become healthy grows."""

import pytest

from kubelearn.cloud.aws.elb.model import (
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    Attributes,
    Check,
    Group,
    Health,
)
from kubelearn.cloud.aws.elb.slow_start import begins, share
from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import attributes, edge

GROUP = Group("g", "ip", Check(), attributes=Attributes(slow_start=30 * SECOND))
FULL = Health(HEALTHY)


@pytest.mark.parametrize(("after", "expected"), [(0, 0.0), (15, 0.5), (30, 1.0), (99, 1.0)])
def test_it_grows_in_a_line(after, expected):
    """From nothing to a full share after the duration."""
    health = Health(HEALTHY, since=5 * SECOND, slow=True)
    assert share(GROUP, health, (5 + after) * SECOND) == expected


def test_others_have_a_full_share():
    """Those that did not start slowly, and any when it is off."""
    assert share(GROUP, FULL, 0) == 1.0
    off = GROUP._replace(attributes=Attributes())
    assert share(off, Health(HEALTHY, slow=True), 0) == 1.0


@pytest.mark.parametrize(
    ("old", "others", "expected"),
    [
        (Health(INITIAL, slow=True), [FULL], True),
        (Health(INITIAL), [FULL], False),  # it came with others into an empty group
        (Health(UNHEALTHY), [FULL], True),
        (Health(UNHEALTHY), [Health(UNHEALTHY), Health(INITIAL)], False),
        (Health(UNHEALTHY), [Health(HEALTHY, since=-SECOND, slow=True)], False),
        (Health(UNHEALTHY), [Health(HEALTHY, since=-30 * SECOND, slow=True)], True),
    ],
)
def test_who_starts_slowly(old, others, expected):
    """Only beside a target with a full share."""
    assert begins(GROUP, old, others, 0) is expected


def test_a_new_pod_gets_more_and_more():
    """Few requests in its first 30 s, a quarter of all after 120 s."""
    cluster = attributes(edge(), "slow_start.duration_seconds=120")
    old = {pod["status"]["podIP"] for pod in cluster.api.list("pods", "default", "app=web")}
    cluster.scale("deployment/web", 4)
    elb = cluster.parts["elb"]
    cluster.run(
        until=lambda c: (
            sum(
                health.state == HEALTHY
                for place, health in elb.healths.items()
                if ":80" in place[1]
            )
            == 4
        )
    )

    def part():
        calls = [cluster.request("http://shop.example.com/", client="internet") for _ in range(80)]
        return sum(call.state["target"][1].partition(":")[0] not in old for call in calls)

    early = part()
    assert "in slow start, with" in str(cluster.why("ingress/shop"))
    cluster.run("120s")
    assert (early <= 4, part()) == (True, 20)


def test_those_that_came_together_have_a_full_share():
    """The three pods of the beginning."""
    cluster = attributes(edge(), "slow_start.duration_seconds=30")
    assert not any(one.slow for one in cluster.parts["elb"].healths.values()
                   if one.state == HEALTHY)  # fmt: skip
