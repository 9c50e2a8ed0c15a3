"""PodDisruptionBudgets: how many pods may go."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.api.errors import TooManyRequests
from kubelearn.api.eviction import evict
from kubelearn.controllers.pods import is_active, is_ready
from tests.controllers.control_room import control_room

PDB = "poddisruptionbudgets.policy"


def world(**spec):
    """Three ready pods of a ReplicaSet, and a budget."""
    room = control_room("replicaset", "disruption")
    room.workload("ReplicaSet", replicas=3)
    selector = {"matchLabels": {"app": "web"}}
    room.create("PodDisruptionBudget", "web", {"selector": selector, **spec})
    room.settle(2)
    return room


def status(room):
    """(expected, desired, healthy, allowed)."""
    found = room.get(PDB)["status"]
    names = ("expectedPods", "desiredHealthy", "currentHealthy", "disruptionsAllowed")
    return tuple(found[name] for name in names)


def test_min_available_leaves_the_rest():
    """2 of 3 must stay."""
    assert status(world(minAvailable=2)) == (3, 2, 3, 1)


def test_percentages_are_rounded_up():
    """50 % of 3 is 2, of both fields."""
    assert status(world(minAvailable="50%")) == (3, 2, 3, 1)
    assert status(world(maxUnavailable="50%")) == (3, 1, 3, 2)


def test_an_eviction_uses_the_budget_up():
    """And the replacement gives it back."""
    room = world(minAvailable=2)
    evict(room.api, "default", room.pods()[0]["metadata"]["name"])
    room.run(0.1)
    assert status(room)[-1] == 0
    room.settle(2)
    assert status(room)[-1] == 1


def test_an_evicted_pod_that_stays_is_forgotten():
    """After two minutes it counts as healthy again."""
    room = world(minAvailable=2)
    name = room.pods()[0]["metadata"]["name"]
    past = {name: "2026-01-01T00:00:00Z"}
    room.api.patch_status(PDB, "default", "web", {"disruptedPods": past})
    room.run(1)
    assert status(room)[2] == 2
    room.run(125)
    assert status(room)[2] == 3


def test_pods_without_a_controller_cannot_be_counted():
    """MaxUnavailable allows nothing then, and the event says why."""
    room = control_room("disruption")
    room.pod("p1")
    selector = {"matchLabels": {"app": "web"}}
    room.create("PodDisruptionBudget", "web", {"selector": selector, "maxUnavailable": 1})
    room.run(1)
    room.start_all()
    room.run(1)
    assert status(room) == (0, 0, 1, 0)
    assert "{app: web,}" in room.messages("UnmanagedPods")[0]


def test_a_budget_without_pods_says_so():
    """Event NoPods."""
    room = control_room("disruption")
    selector = {"matchLabels": {"app": "none"}}
    room.create("PodDisruptionBudget", "web", {"selector": selector, "minAvailable": 1})
    room.run(1)
    assert room.messages("NoPods") == ["No matching pods found"]


def controlled_by(version, kind):
    """A budget in percent for a pod of a controller, and what its condition says."""
    room = control_room("disruption")
    owner = {"apiVersion": version, "kind": kind, "name": "t", "uid": "u",
             "controller": True}  # fmt: skip
    room.pod("p1", ownerReferences=[owner])
    selector = {"matchLabels": {"app": "web"}}
    room.create("PodDisruptionBudget", "web", {"selector": selector, "maxUnavailable": 1})
    room.run(1)
    condition = room.get(PDB)["status"]["conditions"][0]
    assert condition["reason"] == "SyncFailed"
    return room, condition["message"]


def test_pods_of_a_custom_controller_are_not_counted():
    """The budget fails safe and says that the sync failed."""
    told = 'no matches for kind "Thing" in version "example.com/v1"'
    assert controlled_by("example.com/v1", "Thing")[1] == told


def test_pods_of_a_daemonset_cannot_be_counted():
    """It has no scale: nothing may go, the event says why, and nothing else is written."""
    room, told = controlled_by("apps/v1", "DaemonSet")
    assert told == "daemonsets.apps does not implement the scale subresource"
    status = room.get(PDB)["status"]
    assert status["disruptionsAllowed"] == 0
    assert "observedGeneration" not in status
    room.run(60)
    text = f"Failed to calculate the number of expected pods: {told}"
    events = [one for one in room.api.list("events", "default") if one["message"] == text]
    assert sum(one.get("count", 1) for one in events) <= 2


def test_pods_of_a_controller_that_is_gone_cannot_be_counted():
    """A ReplicaSet has a scale, but this one is not there."""
    assert controlled_by("apps/v1", "ReplicaSet")[1] == 'found no controllers for pod "p1"'


def test_a_disruption_target_is_not_taken_back():
    """A pod that stayed keeps the condition."""
    room = world(minAvailable=2)
    name = room.pods()[0]["metadata"]["name"]
    told = [{"type": "DisruptionTarget", "status": "True"}]
    room.api.patch_status("pods", "default", name, {"conditions": told})
    room.run(300)
    assert told == room.get("pods", name)["status"]["conditions"]


@settings(max_examples=15, deadline=None)
@given(
    least=st.integers(1, 3),
    steps=st.lists(st.tuples(st.integers(0, 2), st.sampled_from((0.0, 0.05, 1.0))), max_size=8),
)
def test_evictions_never_break_the_budget(least, steps):
    """Whatever is evicted, and how fast: at least so many pods are ready and stay."""
    room = world(minAvailable=least)
    for number, seconds in steps:
        pods = [pod for pod in room.pods() if is_active(pod) and is_ready(pod)]
        with suppress(TooManyRequests):
            evict(room.api, "default", pods[number % len(pods)]["metadata"]["name"])
        assert least <= sum(is_active(pod) and is_ready(pod) for pod in room.pods())
        room.run(seconds)
        room.start_all()
