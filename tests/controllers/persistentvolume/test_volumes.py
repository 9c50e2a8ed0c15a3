"""The states of a volume, and what becomes of it when its claim is gone."""

import pytest

from kubelearn.api.volumes import CLAIMS, PROVISIONED_BY, VOLUMES
from kubelearn.controllers.persistentvolume.records import DELETION_FINALIZER
from kubelearn.controllers.persistentvolume.volumes import in_tree_deleter
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import change, make_claim, make_volume, phase


def used(**spec):
    """A world in which a claim has had a volume and is gone."""
    world = control_room("persistentvolume-binder")
    make_volume(world, **spec)
    make_claim(world)
    world.run(1)
    assert phase(world, CLAIMS, "data") == "Bound"
    change(world, CLAIMS, "data", {"metadata": {"finalizers": None}})
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    return world


def test_a_volume_begins_available():
    """Also when it is reserved for a claim that is not there."""
    world = control_room("persistentvolume-binder")
    make_volume(world)
    make_volume(world, "kept", claimRef={"namespace": "default", "name": "later"})
    world.run(1)
    assert [phase(world, VOLUMES, name) for name in ("disk", "kept")] == ["Available"] * 2


def test_what_is_retained_stays_released():
    """No other claim gets it, until its reference is removed by hand."""
    world = used()
    assert phase(world, VOLUMES, "disk") == "Released"
    make_claim(world, "next")
    world.run(20)
    assert phase(world, CLAIMS, "next") == "Pending"
    change(world, VOLUMES, "disk", {"spec": {"claimRef": None}})
    world.run(20)
    assert phase(world, CLAIMS, "next") == "Bound"


@pytest.mark.parametrize(
    "kind", [{"nfs": {"server": "s", "path": "/"}}, {"hostPath": {"path": "/x"}}]
)
def test_recycled_volumes_are_free_again(kind):
    """NFS and hostPath have a recycler; the volume forgets its claim."""
    world = used(persistentVolumeReclaimPolicy="Recycle", **kind)
    assert phase(world, VOLUMES, "disk") == "Available"
    assert "claimRef" not in world.get(VOLUMES, "disk")["spec"]
    assert world.messages("VolumeRecycled") == ["Volume recycled"]


def test_what_cannot_be_recycled_fails():
    """A CSI volume has no recycler."""
    world = used(persistentVolumeReclaimPolicy="Recycle")
    assert phase(world, VOLUMES, "disk") == "Failed"
    assert world.messages("VolumeFailedRecycle") == ["No recycler plugin found for the volume!"]


def test_a_host_path_below_tmp_is_deleted():
    """The only thing that the controller manager deletes by itself."""
    world = used(persistentVolumeReclaimPolicy="Delete", hostPath={"path": "/tmp/data"})
    assert "deletionTimestamp" in world.get(VOLUMES, "disk")["metadata"]
    assert world.messages("VolumeFailedDelete") == []


def test_a_host_path_elsewhere_is_not():
    """Phase Failed, with the reason in the volume and in an event."""
    world = used(persistentVolumeReclaimPolicy="Delete", hostPath={"path": "/var/data"})
    text = "host_path deleter only supports /tmp/.+ but received provided /var/data"
    assert world.get(VOLUMES, "disk")["status"]["phase"] == "Failed"
    assert world.get(VOLUMES, "disk")["status"]["message"] == text
    assert world.messages("VolumeFailedDelete") == [text]


def test_a_csi_volume_is_left_to_its_driver():
    """Released; the controller neither deletes nor complains."""
    world = used(persistentVolumeReclaimPolicy="Delete")
    assert phase(world, VOLUMES, "disk") == "Released"
    assert world.messages("VolumeFailedDelete") == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ({"nfs": {"server": "s", "path": "/"}}, "no deletable volume plugin matched"),
        ({"iscsi": {}}, "no volume plugin matched"),
    ],
)
def test_other_kinds_have_no_deleter(kind, text):
    """In the words of the plugin manager: a plugin that cannot, or no plugin."""
    volume = {"metadata": {"name": "v"}, "spec": kind}
    head = 'error getting deleter volume plugin for volume "v"'
    assert in_tree_deleter(volume) == f"{head}: {text}"


def test_a_volume_of_a_driver_that_moved_out_is_left_to_its_successor():
    """Though its provisioner's name is that of the plugin that was inside."""
    metadata = {"name": "v", "annotations": {PROVISIONED_BY: "kubernetes.io/gce-pd"}}
    assert in_tree_deleter({"metadata": metadata, "spec": {"gcePersistentDisk": {}}}) is None


def test_a_volume_that_is_deleted_first_goes_when_its_storage_is_gone():
    """The finalizer that waited for it is taken away."""
    world = control_room("persistentvolume-binder")
    make_volume(world, persistentVolumeReclaimPolicy="Delete", hostPath={"path": "/tmp/data"})
    claim = {"name": "gone", "namespace": "default", "uid": "u"}
    held = {"finalizers": [DELETION_FINALIZER], "deletionTimestamp": "2026-01-01T00:00:00Z"}
    change(world, VOLUMES, "disk", {"metadata": held, "spec": {"claimRef": claim}})
    world.run(1)
    assert world.api.find(VOLUMES, None, "disk") is None


def test_a_volume_of_a_claim_that_chose_another_is_released_or_deleted():
    """Made for the claim and of no use: deleted; made by hand: free again."""
    for marks, wanted in (({PROVISIONED_BY: "d"}, "Released"), ({}, "Available")):
        world = control_room("persistentvolume-binder")
        make_volume(world, "first")
        claim = make_claim(world)
        world.run(1)
        make_volume(world, "second", persistentVolumeReclaimPolicy="Delete", claimRef={
            "namespace": "default", "name": "data", "uid": claim["metadata"]["uid"]})  # fmt: skip
        marks |= {"pv.kubernetes.io/bound-by-controller": "yes"}
        change(world, VOLUMES, "second", {"metadata": {"annotations": marks}})
        world.run(1)
        assert phase(world, VOLUMES, "second") == wanted


def test_file_systems_and_block_devices_do_not_match():
    """A volume that was reserved for a claim of the other mode says so on both sides."""
    world = control_room("persistentvolume-binder")
    claim = make_claim(world)
    reference = {"namespace": "default", "name": "data", "uid": claim["metadata"]["uid"]}
    make_volume(world, volumeMode="Block", claimRef=reference)
    world.run(1)
    assert len(world.messages("VolumeMismatch")) == 2
    assert phase(world, CLAIMS, "data") == "Pending"
