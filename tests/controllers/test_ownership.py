"""What the owners of an object say about it."""

import pytest

from kubelearn.api.objects import owner_reference
from kubelearn.controllers.ownership import (
    Misplaced,
    blocks,
    owners_of,
    waits_for_dependents,
    without,
)
from tests.controllers.control_room import control_room


def names(references):
    """The names in references."""
    return [one["name"] for one in references]


def test_owners_are_there_gone_or_waiting():
    """By UID: another object of the same name is no owner."""
    room = control_room()
    here, going = room.workload("ReplicaSet", "here"), room.workload("ReplicaSet", "going")
    room.pod("keeps", ownerReferences=[owner_reference(going)])
    room.api.delete("replicasets.apps", "default", "going", propagation="Foreground")
    gone = {**owner_reference(here, controller=False), "uid": "other"}
    references = [owner_reference(here), owner_reference(going, controller=False), gone]
    found = owners_of(room.api, room.pod("p", ownerReferences=references))
    assert [names(one) for one in found] == [["here"], ["here"], ["going"]]


def test_an_unknown_kind_may_be_there():
    """Nobody can say that it is not, so nothing is said of the other owners either."""
    room = control_room()
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "name": "x", "uid": "u"}
    gone = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "gone", "uid": "v"}
    found = owners_of(room.api, room.pod(ownerReferences=[gone, thing]))
    assert [names(one) for one in found] == [["x"], [], []]


def test_a_node_cannot_belong_to_a_pod():
    """What has no namespace has no owner in one."""
    room = control_room()
    node = room.node("n")
    owned = {**node, "metadata": {**node["metadata"], "ownerReferences": [
        owner_reference(room.pod(), controller=False)]}}  # fmt: skip
    with pytest.raises(Misplaced, match=r"ownerRef \[v1/Pod, namespace: , name: web, uid: "):
        owners_of(room.api, owned)


def test_who_waits_and_who_blocks():
    """A foreground deletion waits for dependents that block it."""
    going = {"metadata": {"deletionTimestamp": "x", "finalizers": ["foregroundDeletion"]}}
    assert waits_for_dependents(going)
    assert not waits_for_dependents({"metadata": {"finalizers": ["foregroundDeletion"]}})
    references = [{"uid": "a", "blockOwnerDeletion": True}, {"uid": "b"}]
    dependent = {"metadata": {"ownerReferences": references}}
    assert [blocks(dependent, uid) for uid in "abc"] == [True, False, False]


def test_references_without_some():
    """None when none is left."""
    references = [{"uid": "a"}, {"uid": "b"}]
    assert without(references, [{"uid": "a"}]) == [{"uid": "b"}]
    assert without(references, references) is None
