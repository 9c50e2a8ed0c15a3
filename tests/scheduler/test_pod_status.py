"""What is written into pods."""

from kubelearn.scheduler.pod_status import failed, preempted
from kubelearn.sim.clock import SECOND
from tests.scheduler.clusters import make_pod


def test_the_time_of_a_condition_changes_with_its_status_only() -> None:
    """A new message keeps the time."""
    pod = make_pod("p")
    first = failed(pod, 0, "Unschedulable", "one", None)
    pod = {**pod, "status": first}
    second = failed(pod, 60 * SECOND, "Unschedulable", "two", None)
    (condition,) = second["conditions"]
    assert (
        condition["message"],
        condition["lastTransitionTime"],
    ) == ("two", "2026-01-01T00:00:00Z")


def test_a_nomination_is_set_taken_away_or_left() -> None:
    """None leaves it, "" takes it away."""
    pod = make_pod("p")
    assert "nominatedNodeName" not in failed(pod, 0, "Unschedulable", "", None)
    assert failed(pod, 0, "Unschedulable", "", "")["nominatedNodeName"] is None
    assert failed(pod, 0, "Unschedulable", "", "n")["nominatedNodeName"] == "n"


def test_victims_are_marked() -> None:
    """Other conditions stay."""
    ready = {"type": "Ready", "status": "True"}
    pod = {**make_pod("p"), "status": {"conditions": [ready]}}
    kept, mark = preempted(pod, 0, "default-scheduler")["conditions"]
    assert ready == kept
    assert (mark["type"], mark["reason"]) == ("DisruptionTarget", "PreemptionByScheduler")
