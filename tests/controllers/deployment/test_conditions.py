"""The conditions of a Deployment while a sync rewrites them."""

from kubelearn.controllers.deployment.conditions import Conditions
from kubelearn.sim.clock import SECOND

BEFORE, NOW = "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"
OLD = {"type": "Progressing", "status": "True", "reason": "A", "message": "a",
       "lastUpdateTime": BEFORE, "lastTransitionTime": BEFORE}  # fmt: skip


def conditions():
    """Nine seconds after the one above was written."""
    return Conditions({"status": {"conditions": [OLD]}}, 9 * SECOND)


def times(found):
    """(update, transition) of Progressing."""
    one = found.get("Progressing")
    return one["lastUpdateTime"], one["lastTransitionTime"]


def test_the_same_status_and_reason_change_nothing():
    """Not even the message."""
    found = conditions()
    found.set("Progressing", "True", "A", "another text")
    assert found.to_list() == [OLD]


def test_another_reason_is_an_update():
    """The time of the transition stays."""
    found = conditions()
    found.set("Progressing", "True", "B", "b")
    assert times(found) == (NOW, BEFORE)


def test_another_status_is_a_transition():
    """Both times are new."""
    found = conditions()
    found.set("Progressing", "False", "C", "c")
    assert times(found) == (NOW, NOW)


def test_renewing_starts_the_deadline_anew():
    """Although nothing else changes."""
    found = conditions()
    found.renew("Progressing", "True", "A", "a")
    assert times(found) == (NOW, BEFORE)


def test_removing_and_adding():
    """The object that they came from stays as it was."""
    found = conditions()
    found.set("Available", "True", "X", "x")
    found.remove("Progressing")
    found.remove("Progressing")
    assert [one["type"] for one in found.to_list()] == ["Available"]
    assert OLD["reason"] == "A"
