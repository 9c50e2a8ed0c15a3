"""Health checks: thresholds and codes."""

import pytest

from kubelearn.cloud.aws.elb.checks import counted
from kubelearn.cloud.aws.elb.model import (
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    UNHEALTHY_DRAINING,
    Check,
    Health,
)


@pytest.mark.parametrize(
    ("state", "results", "expected"),
    [
        (INITIAL, "++", INITIAL), (INITIAL, "+++", HEALTHY), (INITIAL, "--+--", INITIAL),
        (INITIAL, "---", UNHEALTHY), (HEALTHY, "--+--", HEALTHY), (HEALTHY, "---", UNHEALTHY),
        (UNHEALTHY, "++-++", UNHEALTHY), (UNHEALTHY, "+++", HEALTHY),
    ],
)  # fmt: skip
def test_thresholds_count_results_in_a_row(state, results, expected):
    """Three of three."""
    health = Health(state)
    for number, result in enumerate(results):
        health = counted(health, Check(), result == "+", "", number)
    assert health.state == expected


@pytest.mark.parametrize(("result", "expected"), [(False, UNHEALTHY_DRAINING), (True, HEALTHY)])
def test_what_drains_because_it_is_unhealthy_goes_on_being_checked(result, expected):
    """It recovers as any other; failures do not end its interval."""
    health = Health(UNHEALTHY_DRAINING, failed=3)
    for number in range(3):
        health = counted(health, Check(), result, "", number)
    assert health.state == expected


def test_the_first_success_of_a_new_target_may_be_enough():
    """With application load balancers."""
    health = counted(Health(), Check(healthy=5, first=1), True, "200", 7)
    assert (health.state, health.since) == (HEALTHY, 7)


@pytest.mark.parametrize(("codes", "status", "ok"), [("200", 200, True), ("200", 204, False),
                         ("200-299,404", 404, True), ("200-399", 404, False)])  # fmt: skip
def test_codes(codes, status, ok):
    """Single ones and ranges."""
    assert Check(codes=codes).takes(status) is ok
