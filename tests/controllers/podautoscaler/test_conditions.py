"""The conditions of an autoscaler."""

from kubelearn.controllers.podautoscaler.conditions import ABLE, ACTIVE, Conditions
from kubelearn.sim.clock import SECOND


def test_a_condition_keeps_its_place_and_its_time():
    """The time changes with the status only."""
    conditions = Conditions({}, 0)
    conditions.set(ABLE, True, "A", "a")
    conditions.set(ACTIVE, True, "B", "b")
    later = Conditions({"status": {"conditions": conditions.to_list()}}, 5 * SECOND)
    later.set(ABLE, True, "C", "c")
    later.set(ACTIVE, False, "D", "d")
    found = [
        (one["type"], one["reason"], one["lastTransitionTime"][-3:]) for one in later.to_list()
    ]
    assert found == [(ABLE, "C", "00Z"), (ACTIVE, "D", "05Z")]


def test_an_absent_condition_does_not_hold():
    """And has no reason."""
    conditions = Conditions({}, 0)
    assert (conditions.holds(ABLE), conditions.reason(ABLE)) == (False, "")
