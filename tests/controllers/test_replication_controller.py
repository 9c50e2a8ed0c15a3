"""ReplicationControllers keep their number of pods."""

from tests.controllers.control_room import TEMPLATE, control_room

RC = "replicationcontrollers"


def world(**spec):
    """A ReplicationController of two pods."""
    room = control_room("replicationcontroller")
    wanted = {"replicas": 2, "selector": {"app": "web"}, "template": TEMPLATE, **spec}
    room.create("ReplicationController", "web", wanted)
    room.settle(2)
    return room


def test_it_makes_its_pods():
    """They belong to it, and the status counts them."""
    room = world()
    owners = {pod["metadata"]["ownerReferences"][0]["kind"] for pod in room.pods()}
    assert {"ReplicationController"} == owners
    assert room.get(RC)["status"]["readyReplicas"] == 2


def test_it_adopts_an_orphan():
    """A pod with its labels counts."""
    room = world()
    room.api.patch(RC, "default", "web", {"spec": {"replicas": 3}})
    room.pod("orphan")
    room.settle(2)
    assert len(room.live()) == 3


def test_it_scales_down():
    """Surplus pods go."""
    room = world()
    room.api.patch(RC, "default", "web", {"spec": {"replicas": 0}})
    room.settle(2)
    assert room.pods() == []


def test_it_says_why_its_pods_are_there():
    """Under its own name."""
    room = world()
    reasons = room.parts["replicationcontroller"].reconciler.explain("pods", room.pods()[0])
    text = "ReplicationController web made this pod because it had too few"
    assert [text] == [one.text for one in reasons]
