"""Zones of an NLB."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.cloud.aws.nlb_zones import Targets, Terms, Threshold, shares, zones

HALF = Threshold(percent=50)


def test_the_users_guides_example():
    """Ten targets in each zone, both thresholds 50 %, six of B fail."""
    group = {"A": Targets(10, 0), "B": Targets(4, 6)}
    off = zones([group], [Terms(False, HALF, HALF)])
    assert (off.dns, off.pool) == (("A",), {"A": (10,), "B": (10,)})
    on = zones([group], [Terms(True, HALF, HALF)])
    assert (on.dns, on.pool) == (("A", "B"), {"A": (14,), "B": (14,)})


def test_a_zone_needs_a_healthy_target_in_each_group():
    """With cross-zone off."""
    groups = [{"A": Targets(1, 0), "B": Targets(1, 0)}, {"A": Targets(1, 0), "B": Targets(0, 1)}]
    assert zones(groups, [Terms()] * 2).dns == ("A",)
    assert zones(groups, [Terms(True)] * 2).dns == ("A", "B")


def test_when_all_are_ill_all_are_used():
    """Fail open: better a wrong guess than nothing."""
    found = zones([{"A": Targets(0, 2), "B": Targets(0, 3)}], [Terms()])
    assert (found.dns, found.pool) == (("A", "B"), {"A": (2,), "B": (3,)})


@given(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 9), min_size=1), st.booleans())
def test_shares_of_all_targets_add_up(targets, cross_zone):
    """To a hundred percent, when there is a target."""
    found = shares(targets, cross_zone=cross_zone)
    total = sum(share * targets[zone] for zone, share in found.items())
    assert abs(total - (100 if any(targets.values()) else 0)) < 1e-9
