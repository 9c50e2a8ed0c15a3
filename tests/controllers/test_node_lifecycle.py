"""Node lifecycle: silence, taints, zones, evictions."""

import pytest

from kubelearn.api.objects import condition
from kubelearn.api.times import micro_timestamp, timestamp
from kubelearn.controllers.node_lifecycle import LEASE_NAMESPACE, LEASES
from tests.controllers.control_room import control_room

NAMES = ("a", "b", "c", "d")


def world(nodes=NAMES, zone="z"):
    """Ready nodes of one zone."""
    room = control_room("node-lifecycle")
    for name in nodes:
        room.node(name, zone=zone)
    return room


def beat(room, names, seconds):
    """These nodes renew their leases every ten seconds; the others are silent."""
    for _ in range(seconds // 10):
        for name in names:
            spec = {"renewTime": micro_timestamp(room.clock.now)}
            lease = {"metadata": {"name": name, "namespace": LEASE_NAMESPACE}, "spec": spec}
            room.api.store.put(LEASES, (LEASE_NAMESPACE, name), lease)
        room.run(10)


def post(room, name, status):
    """A kubelet posts its Ready condition."""
    now = timestamp(room.clock.now)
    ready = {"type": "Ready", "status": status, "lastHeartbeatTime": now, "reason": "X"}
    room.api.patch_status("nodes", None, name, {"conditions": [ready]})


def ready(room, name):
    """The status of its Ready condition."""
    return condition(room.get("nodes", name), "Ready")["status"]


def taints(room, name):
    """As "key:effect", without the prefix."""
    found = room.get("nodes", name)["spec"].get("taints") or ()
    return sorted(f"{t['key'].split('/')[-1]}:{t['effect']}" for t in found)


def test_a_node_that_beats_is_left_alone():
    """For ever."""
    room = world()
    beat(room, NAMES, 200)
    assert [ready(room, name) for name in NAMES] == ["True"] * 4
    assert taints(room, "a") == []


def test_a_silent_node_becomes_unknown():
    """Fifty seconds after it was seen first, at a check every five."""
    room = world()
    beat(room, NAMES[1:], 60)
    assert ready(room, "a") == "True"
    room.run(0.1)
    assert ready(room, "a") == "Unknown"
    assert room.messages("NodeNotReady") == ["Node a status is now: NodeNotReady"]
    assert "unreachable:NoSchedule" in taints(room, "a")


def test_its_pods_are_taken_out_of_their_services():
    """Once, with an event."""
    room = world()
    room.start(room.pod(), "a")
    beat(room, NAMES[1:], 80)
    assert condition(room.get("pods"), "Ready")["status"] == "False"
    assert room.messages("NodeNotReady")[1] == "Node is not ready"


def test_eviction_follows_at_the_next_check():
    """The taint that evicts comes five seconds after the one that keeps out."""
    room = world()
    beat(room, NAMES[1:], 60)
    room.run(0.1)
    assert taints(room, "a") == ["unreachable:NoSchedule"]
    room.run(5)
    assert taints(room, "a") == ["unreachable:NoExecute", "unreachable:NoSchedule"]


def test_a_node_that_returns():
    """One taint goes at once, the other with the next check."""
    room = world()
    beat(room, NAMES[1:], 80)
    room.run(0.5)
    post(room, "a", "True")
    room.run(0.1)
    assert taints(room, "a") == ["unreachable:NoExecute"]
    room.run(5)
    assert taints(room, "a") == []


def test_a_kubelet_that_says_so_itself():
    """Not ready: no events, no changes to pods."""
    room = world()
    room.start(room.pod(), "a")
    beat(room, NAMES, 10)
    post(room, "a", "False")
    beat(room, NAMES, 10)
    assert taints(room, "a") == ["not-ready:NoExecute", "not-ready:NoSchedule"]
    assert condition(room.get("pods"), "Ready")["status"] == "True"
    assert room.messages("NodeNotReady") == []


def test_a_node_changes_its_mind():
    """The evicting taint is exchanged."""
    room = world()
    beat(room, NAMES[1:], 80)
    post(room, "a", "False")
    beat(room, NAMES, 10)
    assert taints(room, "a") == ["not-ready:NoExecute", "not-ready:NoSchedule"]


def test_most_of_a_zone_is_dead():
    """Three of four: nobody is evicted."""
    room = world()
    beat(room, NAMES[3:], 150)
    assert [taints(room, name) for name in NAMES[:3]] == [["unreachable:NoSchedule"]] * 3


def test_most_of_a_large_zone_is_dead():
    """More than fifty nodes: one node every hundred seconds."""
    names = [f"n{number:02}" for number in range(51)]
    room, alive = world(names), names[:20]
    found = []
    for _ in range(3):
        beat(room, alive, 100)
        found.append(sum("unreachable:NoExecute" in taints(room, name) for name in names))
    assert found == [1, 2, 3]


def test_a_whole_zone_is_dead():
    """While others live: one node every ten seconds."""
    room = world()
    room.node("other", zone="elsewhere")
    beat(room, ["other"], 70)
    found = []
    for _ in range(4):
        found.append(sum("unreachable:NoExecute" in taints(room, name) for name in NAMES))
        beat(room, ["other"], 10)
    assert found == [1, 2, 3, 4]


def test_everything_is_dead():
    """The control plane doubts itself; evictions begin anew when somebody answers."""
    room = world()
    room.run(200)
    assert {ready(room, name) for name in NAMES} == {"Unknown"}
    assert {tuple(taints(room, name)) for name in NAMES} == {("unreachable:NoSchedule",)}
    post(room, "d", "True")
    beat(room, ["d"], 10)
    assert taints(room, "d") == []


def test_nodes_come_and_go():
    """Both are told at a check."""
    room = world(["a", "b"])
    beat(room, ["a", "b"], 10)
    room.api.delete("nodes", None, "b")
    beat(room, ["a"], 10)
    assert room.messages("RegisteredNode")[0] == "Node a event: Registered Node a in Controller"
    assert room.messages("RemovingNode") == ["Node b event: Removing Node b from Controller"]


def test_cordon():
    """A taint keeps new pods away."""
    room = world()
    room.api.patch("nodes", None, "a", {"spec": {"unschedulable": True}})
    room.run(0.1)
    assert taints(room, "a") == ["unschedulable:NoSchedule"]


@pytest.mark.parametrize(("seconds", "text"), [(10, "Ready=True"), (150, "waits for its turn")])
def test_it_explains_a_node(seconds, text):
    """What it thinks of it."""
    room = world()
    beat(room, NAMES[3:], seconds)
    say = room.parts["node-lifecycle"].explain("nodes", room.get("nodes", "b"))
    assert any(text in reason.text for reason in say)
