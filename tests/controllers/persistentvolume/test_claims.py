"""The states of a claim: which volume it gets, what it waits for, when it is lost."""

import pytest

from kubelearn.api.objects import merge
from kubelearn.api.volumes import BIND_COMPLETED, CLAIMS, VOLUMES
from kubelearn.controllers.persistentvolume.claims import unsuitable
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import (
    WAIT,
    bound,
    change,
    make_claim,
    make_class,
    make_user,
    make_volume,
    phase,
)


def room():
    """A world with the PersistentVolume controller only."""
    return control_room("persistentvolume-binder")


def volume_of(world, name="data"):
    """The volume that a claim names."""
    return world.get(CLAIMS, name)["spec"].get("volumeName")


def test_a_claim_takes_the_smallest_volume_that_is_large_enough():
    """Not the first, not the exact opposite."""
    world = room()
    for name, size in (("large", "9Gi"), ("small", "1Gi"), ("fitting", "3Gi")):
        make_volume(world, name, size=size)
    make_claim(world, size="2Gi")
    world.run(1)
    assert volume_of(world) == "fitting"


def test_both_sides_point_at_each_other():
    """Claim reference with uid, volume name, annotations, the capacity of the volume."""
    world = room()
    make_volume(world, size="5Gi")
    made = make_claim(world)
    world.run(1)
    claim, volume = world.get(CLAIMS, "data"), world.get(VOLUMES, "disk")
    assert volume["spec"]["claimRef"]["uid"] == made["metadata"]["uid"]
    assert claim["metadata"]["annotations"][BIND_COMPLETED] == "yes"
    assert claim["status"]["capacity"] == {"storage": "5Gi"}


def test_without_class_and_volume_it_fails_and_waits():
    """In upstream's words; a volume that comes later is taken."""
    world = room()
    make_claim(world)
    world.run(1)
    assert world.messages("FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
    assert phase(world, CLAIMS, "data") == "Pending"
    make_volume(world)
    world.run(15)
    assert phase(world, CLAIMS, "data") == "Bound"


def test_the_first_consumer_is_waited_for_then_its_pod():
    """Without a pod, with one that has no node yet."""
    world = room()
    make_class(world, volumeBindingMode=WAIT)
    make_claim(world, storageClassName="sc")
    world.run(1)
    make_user(world)
    world.run(15)
    assert world.messages("WaitForFirstConsumer") == [
        "waiting for first consumer to be created before binding"
    ]
    assert world.messages("WaitForPodScheduled") == ["waiting for pod db to be scheduled"]


def test_a_class_that_is_not_there():
    """ProvisioningFailed; the claim goes on waiting."""
    world = room()
    make_claim(world, storageClassName="fast")
    world.run(1)
    assert world.messages("ProvisioningFailed") == ['storageclass.storage.k8s.io "fast" not found']
    assert phase(world, CLAIMS, "data") == "Pending"


def test_a_driver_is_asked_by_an_annotation():
    """Provisioners that were once inside Kubernetes are asked under their new names."""
    world = room()
    make_class(world, provisioner="kubernetes.io/aws-ebs")
    make_claim(world, storageClassName="sc")
    world.run(1)
    name = "volume.kubernetes.io/storage-provisioner"
    assert world.get(CLAIMS, "data")["metadata"]["annotations"][name] == "ebs.csi.aws.com"
    [told] = world.messages("ExternalProvisioning")
    assert told.startswith("Waiting for a volume to be created either by the external provisioner")


def test_the_newest_default_class_is_given_later():
    """A claim that names no class gets the default one when there is one."""
    world = room()
    make_volume(world, "other", storageClassName="x")
    claim = make_claim(world, storageClassName=None)
    assert claim["spec"].get("storageClassName") is None
    world.run(1)  # its first look finds no class; the next comes after 15 s
    mark = {"storageclass.kubernetes.io/is-default-class": "true"}
    made = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "a.example"}
    world.api.create({**made, "metadata": {"name": "old", "annotations": mark}})
    world.run(5)
    world.api.create({**made, "metadata": {"name": "new", "annotations": mark}})
    world.run(20)
    assert world.get(CLAIMS, "data")["spec"]["storageClassName"] == "new"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"capacity": {"storage": "1Mi"}}, "requested PV is too small"),
        ({"storageClassName": "x"}, "storageClassName does not match"),
        ({"volumeMode": "Block"}, "incompatible volumeMode"),
        ({"accessModes": ["ReadOnlyMany"]}, "incompatible accessMode"),
    ],
)
def test_a_volume_that_is_named_must_suit(spec, text):
    """VolumeMismatch says what does not; nothing is bound."""
    world = room()
    make_volume(world, **spec)
    make_claim(world, volumeName="disk")
    world.run(1)
    assert world.messages("VolumeMismatch") == [f'Cannot bind to requested volume "disk": {text}']
    assert phase(world, VOLUMES, "disk") == "Available"


def test_a_volume_that_is_named_and_taken():
    """FailedBinding; the one who has it keeps it."""
    world = room()
    bound(world)
    make_claim(world, "late", volumeName="disk")
    world.run(1)
    assert world.messages("FailedBinding") == ['volume "disk" already bound to a different claim.']
    assert world.get(VOLUMES, "disk")["spec"]["claimRef"]["name"] == "data"


def test_a_volume_that_is_named_may_come_later():
    """The claim waits for it."""
    world = room()
    make_claim(world, volumeName="disk")
    world.run(1)
    assert phase(world, CLAIMS, "data") == "Pending"
    make_volume(world)
    world.run(15)
    assert phase(world, CLAIMS, "data") == "Bound"


def test_a_claim_whose_volume_vanishes_is_lost():
    """With its data, for good."""
    world = room()
    bound(world)
    change(world, VOLUMES, "disk", {"metadata": {"finalizers": None}})
    world.api.delete(VOLUMES, None, "disk")
    world.run(1)
    assert phase(world, CLAIMS, "data") == "Lost"
    assert world.messages("ClaimLost") == [
        "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    ]


def test_a_claim_whose_volume_is_another_ones_is_lost():
    """Two claims cannot have one volume."""
    world = room()
    bound(world)
    change(world, VOLUMES, "disk", {"spec": {"claimRef": {"uid": "another"}}})
    world.parts["persistentvolume-binder"].reconciler.claims.sync(world.get(CLAIMS, "data"))
    assert phase(world, CLAIMS, "data") == "Lost"
    assert world.messages("ClaimMisbound") == [
        "Two claims are bound to the same volume, this one is bound incorrectly"
    ]


def test_a_volume_on_its_way_out_suits_nobody():
    """Whatever its size."""
    world = room()
    volume = make_volume(world)
    going = {**volume, "metadata": {**volume["metadata"], "deletionTimestamp": "x"}}
    claim = make_claim(world)
    assert unsuitable(going, claim) == 'the volume is marked for deletion "disk"'
    assert unsuitable(volume, claim) == ""


def test_the_attributes_class_must_match_and_is_kept_in_the_status():
    """Of the volume that is named, once it is bound."""
    world = room()
    volume, claim = make_volume(world), make_claim(world)
    gold = {"spec": {"volumeAttributesClassName": "gold"}}
    assert unsuitable(merge(volume, gold), claim) == "volumeAttributesClassName does not match"
    assert unsuitable(merge(volume, gold), merge(claim, gold)) == ""
    change(world, VOLUMES, "disk", gold)
    change(world, CLAIMS, "data", {"spec": {**gold["spec"], "volumeName": "disk"}})
    world.run(1)
    assert world.get(CLAIMS, "data")["status"]["currentVolumeAttributesClassName"] == "gold"
