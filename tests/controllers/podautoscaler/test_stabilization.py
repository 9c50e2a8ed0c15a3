"""Windows over recommendations."""

from kubelearn.controllers.podautoscaler import stabilization
from kubelearn.controllers.podautoscaler.stabilization import Recommendation
from kubelearn.sim.clock import SECOND


def recent(*pairs):
    """(replicas, age in seconds)."""
    return tuple(Recommendation(replicas, -age * SECOND) for replicas, age in pairs)


def test_the_largest_of_the_window_wins():
    """Older ones do not count."""
    found = stabilization.without_behavior(recent((9, 400), (6, 200), (4, 10)), 2, 300, 0)
    assert (found.replicas, found.reason) == (6, "ScaleDownStabilized")


def test_a_higher_wish_is_taken_at_once():
    """The window is for going down."""
    found = stabilization.without_behavior(recent((6, 200)), 8, 300, 0)
    assert (found.replicas, found.reason) == (8, "ReadyForNewScale")


def test_the_slot_of_an_old_recommendation_is_used_again():
    """So that memory stays small."""
    found = stabilization.without_behavior(recent((9, 400), (6, 200)), 2, 300, 0)
    assert [one.replicas for one in found.recent] == [2, 6]


def test_each_direction_has_its_window():
    """Up waits for the lowest, down for the highest."""
    asked = recent((3, 30), (12, 20))
    up = stabilization.with_behavior(asked, 5, 10, (60, 0), 0)
    down = stabilization.with_behavior(asked, 5, 2, (0, 25), 0)
    assert (up.replicas, up.reason) == (5, "ScaleUpStabilized")
    assert (down.replicas, down.reason) == (5, "ScaleDownStabilized")
