"""Pod garbage collection: what nobody else will remove."""

import pytest

from kubelearn.api.objects import condition
from kubelearn.controllers import pod_gc
from tests.controllers.control_room import control_room

OUT = {"key": pod_gc.OUT_OF_SERVICE, "effect": "NoExecute"}


def world():
    """A pod on a node."""
    room = control_room("pod-gc")
    room.node("n")
    room.start(room.pod(), "n")
    room.run(1)
    return room


def test_pods_of_a_missing_node():
    """After forty seconds, at a look every twenty."""
    room = world()
    room.api.delete("nodes", None, "n")
    room.run(58)
    assert len(room.pods()) == 1
    room.run(4)
    assert room.pods() == []
    last = next(r.old for r in reversed(room.api.store.log) if r.resource == "pods")
    assert last["status"]["phase"] == "Failed"
    assert condition(last, "DisruptionTarget")["reason"] == "DeletionByPodGC"


def test_a_node_that_returns_in_time_keeps_its_pods():
    """And the time begins anew when it goes again."""
    room = world()
    room.api.delete("nodes", None, "n")
    room.run(40)
    room.node("n")
    room.run(20)
    room.api.delete("nodes", None, "n")
    room.run(40)
    assert len(room.pods()) == 1


@pytest.mark.parametrize(
    ("taints", "status", "left"), [([OUT], "False", 0), ([OUT], "True", 1), ([], "False", 1)]
)
def test_out_of_service(taints, status, left):
    """Somebody has said that the machine is off: terminating pods need not be confirmed."""
    room = world()
    room.api.patch("nodes", None, "n", {"spec": {"taints": taints}})
    ready = {"type": "Ready", "status": status}
    room.api.patch_status("nodes", None, "n", {"conditions": [ready]})
    room.api.delete("pods", "default", "web")
    room.run(30)
    assert len(room.pods()) == left


def test_ended_pods_beyond_the_limit(monkeypatch):
    """The oldest first; running ones do not count."""
    monkeypatch.setattr(pod_gc, "TERMINATED_THRESHOLD", 2)
    room = world()
    for number in range(4):
        room.run(1)
        room.pod(f"ended-{number}")
        room.api.patch_status("pods", "default", f"ended-{number}", {"phase": "Succeeded"})
    room.run(30)
    assert [pod["metadata"]["name"] for pod in room.pods()] == ["ended-2", "ended-3", "web"]


def test_evicted_pods_are_the_first_to_be_forgotten(monkeypatch):
    """Though others are older."""
    monkeypatch.setattr("kubelearn.controllers.pod_gc.TERMINATED_THRESHOLD", 1)
    room = control_room("pod-gc")
    room.node("a")
    ended(room, "old", phase="Failed")
    room.run(2)
    ended(room, "young", phase="Failed", reason="Evicted")
    room.run(25)
    assert [pod["metadata"]["name"] for pod in room.pods()] == ["old"]


def ended(room, name, **status):
    """A pod that has ended."""
    room.pod(name, "a")
    room.api.patch_status("pods", "default", name, status)


def test_it_explains_itself():
    """Only for pods whose node is gone."""
    room = world()
    say = room.parts["pod-gc"].explain
    assert say("pods", room.get("pods")) == []
    room.api.delete("nodes", None, "n")
    room.run(30)
    assert "its node n is gone" in say("pods", room.get("pods"))[0].text
