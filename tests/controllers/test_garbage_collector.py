"""The garbage collector: dependents, and the finalizers of deletions."""

import pytest

from kubelearn.api.objects import owner_reference
from tests.controllers.control_room import control_room

RS = "replicasets.apps"


def world(dependents=2, **reference):
    """A ReplicaSet with pods that name it as their owner."""
    room = control_room("garbage-collector")
    owner = room.workload("ReplicaSet")
    for number in range(dependents):
        room.pod(f"p{number}", ownerReferences=[{**owner_reference(owner), **reference}])
    room.run(1)
    return room, owner


def delete(room, policy):
    """Delete the owner."""
    room.api.delete(RS, "default", "web", propagation=policy)
    room.run(1)


def test_background_the_owner_goes_first():
    """Then its dependents."""
    room, _ = world()
    room.api.delete(RS, "default", "web", propagation="Background")
    assert (room.api.find(RS, "default", "web"), len(room.pods())) == (None, 2)
    room.run(1)
    assert room.pods() == []


def test_orphans_stay():
    """Without the reference."""
    room, _ = world()
    delete(room, "Orphan")
    assert room.api.find(RS, "default", "web") is None
    assert [pod["metadata"].get("ownerReferences") for pod in room.pods()] == [None, None]


def test_foreground_the_owner_waits():
    """For pods that have a grace period, until they are gone."""
    room, _ = world()
    for pod in room.pods():
        room.start(pod)
    delete(room, "Foreground")
    assert all("deletionTimestamp" in pod["metadata"] for pod in room.pods())
    assert room.api.find(RS, "default", "web") is not None
    room.stop_all()
    room.run(1)
    assert room.api.find(RS, "default", "web") is None


def test_a_dependent_that_does_not_block_is_not_waited_for():
    """The owner goes before it."""
    room, _ = world(blockOwnerDeletion=False)
    for pod in room.pods():
        room.start(pod)
    delete(room, "Foreground")
    assert room.api.find(RS, "default", "web") is None
    assert len(room.pods()) == 2


def test_a_second_owner_keeps_it():
    """Only the reference to the first one goes."""
    room, owner = world(0)
    other = room.workload("ReplicaSet", "other")
    references = [owner_reference(owner), owner_reference(other, controller=False)]
    room.pod("p", ownerReferences=references)
    room.run(1)
    delete(room, "Background")
    (pod,) = room.pods()
    assert [one["name"] for one in pod["metadata"]["ownerReferences"]] == ["other"]


@pytest.mark.parametrize("uid", ["another", None])
def test_an_owner_that_never_was(uid):
    """The dependent is collected as soon as it appears."""
    room, owner = world(0)
    reference = owner_reference(owner)
    name = "web" if uid else "nobody"
    room.pod("p", ownerReferences=[{**reference, "name": name, "uid": uid or "u"}])
    room.run(1)
    assert room.pods() == []


def test_whole_chains_go():
    """Deployment, ReplicaSets, pods."""
    room = control_room("deployment", "replicaset", "garbage-collector")
    room.workload("Deployment", replicas=3)
    room.settle()
    room.api.delete("deployments.apps", "default", "web", propagation="Foreground")
    room.settle()
    assert (room.pods(), room.api.list(RS), room.api.list("deployments.apps")) == ([], [], [])


def test_finalizers_of_others_are_not_touched():
    """The object stays until somebody takes them away."""
    room = control_room("garbage-collector")
    room.create("ConfigMap", "a", None, finalizers=["example.com/x"])
    room.api.delete("configmaps", "default", "a")
    room.run(10)
    assert room.get("configmaps", "a")["metadata"]["finalizers"] == ["example.com/x"]


def test_an_owner_in_the_wrong_place_is_told():
    """And nothing is deleted."""
    room = control_room("garbage-collector")
    node, pod = room.node("n"), room.pod()
    references = [owner_reference(pod, controller=False)]
    patch = {"metadata": {"ownerReferences": references}}
    room.api.patch("nodes", None, node["metadata"]["name"], patch)
    room.run(1)
    assert room.api.find("nodes", None, "n") is not None
    assert room.messages("OwnerRefInvalidNamespace")[0].endswith('does not exist in namespace ""')


def test_it_explains_what_waits():
    """With the number of dependents."""
    room, _ = world()
    for pod in room.pods():
        room.start(pod)
    say = room.parts["garbage-collector"].explain
    assert say(RS, room.get(RS)) == []
    delete(room, "Foreground")
    texts = [reason.text for reason in say(RS, room.get(RS))]
    assert texts == [
        "stays until its finalizer foregroundDeletion is gone",
        "waits for 2 dependents to go first",
    ]


def test_one_owner_in_the_wrong_place_saves_from_all_lost_ones():
    """Nobody can say that it is lost, so the object stays with its references."""
    room = control_room("garbage-collector")
    lost, pod = room.node("lost"), room.pod()
    room.node("n")
    references = [owner_reference(one, controller=False) for one in (lost, pod)]
    room.api.patch("nodes", None, "n", {"metadata": {"ownerReferences": references}})
    room.api.delete("nodes", None, "lost")
    room.run(60)
    assert references == room.api.get("nodes", None, "n")["metadata"]["ownerReferences"]


def test_an_owner_in_another_namespace_is_none():
    """Its dependents are collected, without an event."""
    room, owner = world(0)
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "far"}}
    room.api.create(space)
    reference = owner_reference(owner, controller=False)
    far = {"namespace": "far", "name": "c", "ownerReferences": [reference]}
    room.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": far})
    room.run(1)
    assert room.api.find("configmaps", "far", "c") is None
    assert room.messages("OwnerRefInvalidNamespace") == []
