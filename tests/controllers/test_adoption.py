"""Whose is it: adoption, release, and who is asked."""

import pytest

from kubelearn.api.objects import controller_of, labels_of, owner_reference
from kubelearn.controllers.adoption import adopters, claim, controlled
from tests.controllers.control_room import control_room

RS = "replicasets.apps"


def world():
    """A ReplicaSet that nobody reconciles."""
    room = control_room()
    return room, room.workload("ReplicaSet")


def claimed(room, owner, movable=lambda _: True):
    """The names of what belongs to the owner."""
    return [pod["metadata"]["name"] for pod in claim(room.context, owner, "pods", movable)]


def test_orphans_that_match_are_adopted():
    """Others are left alone."""
    room, owner = world()
    room.pod("mine")
    room.pod("other", labels={"app": "other"})
    assert claimed(room, owner) == ["mine"]
    reference = controller_of(room.get("pods", "mine"))
    assert (reference["name"], reference["blockOwnerDeletion"]) == ("web", True)
    assert controller_of(room.get("pods", "other")) is None


def test_own_ones_that_match_no_longer_are_released():
    """They keep their other owners."""
    room, owner = world()
    other = {**owner_reference(owner), "uid": "x", "controller": False}
    room.pod("gone", labels={"app": "no"}, ownerReferences=[owner_reference(owner), other])
    assert claimed(room, owner) == []
    left = room.get("pods", "gone")["metadata"]["ownerReferences"]
    assert [one["uid"] for one in left] == ["x"]


def test_what_belongs_to_another_is_not_touched():
    """Although it matches."""
    room, owner = world()
    other = {**owner_reference(owner), "uid": "x"}
    room.pod("theirs", ownerReferences=[other])
    before = room.api.store.revision
    assert claimed(room, owner) == []
    assert room.api.store.revision == before


def test_an_owner_that_goes_neither_adopts_nor_releases():
    """It only counts its own."""
    room, owner = world()
    room.pod("mine", ownerReferences=[owner_reference(owner)])
    room.pod("orphan")
    going = {**owner, "metadata": {**owner["metadata"], "deletionTimestamp": "now"}}
    assert claimed(room, going) == ["mine"]


def test_only_movable_orphans_are_adopted():
    """A pod that has ended is nobody's replica."""
    room, owner = world()
    room.pod("orphan")
    assert claimed(room, owner, lambda _: False) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, ["web"]),
        ({"status": {"phase": "Running"}}, []),
        ({"metadata": {"labels": {"tier": "x"}}}, ["web"]),
        ({"metadata": {"labels": {"app": "other"}}}, []),
    ],
)
def test_adopters_are_asked_when_it_matters(change, expected):
    """When an orphan appears and when its labels change, not with every status."""
    room, _ = world()
    room.workload("ReplicaSet", "other", selector={"matchLabels": {"app": "no"}},
                  template={"metadata": {"labels": {"app": "no"}}, "spec": {"containers": [
                      {"name": "c", "image": "x"}]}})  # fmt: skip
    pod = room.pod("orphan")
    if change is not None and "status" in change:
        room.api.patch_status("pods", "default", "orphan", change["status"])
    elif change is not None:
        room.api.patch("pods", "default", "orphan", change)
    record = room.api.store.log[-1]
    assert labels_of(pod) == {"app": "web"}
    assert [name for _, name in adopters(room.context, record, RS)] == expected


def test_controlled_means_by_the_managing_owner():
    """Other owners do not manage."""
    room, owner = world()
    mine = room.pod("a", ownerReferences=[owner_reference(owner)])
    other = room.pod("b", ownerReferences=[owner_reference(owner, controller=False)])
    assert controlled([mine, other], owner["metadata"]["uid"]) == [mine]
