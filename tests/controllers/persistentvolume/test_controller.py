"""The loop: what wakes it, when it looks again, why a claim or a volume is as it is."""

import pytest

from kubelearn.api.volumes import CLAIMS, VOLUMES
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import WAIT, bound, change, make_claim, make_class, make_volume


def world_of(*names):
    """A world with the PersistentVolume controller."""
    return control_room("persistentvolume-binder", *names)


def why(world, resource, name):
    """What the controller says of an object."""
    reconciler = world.parts["persistentvolume-binder"].reconciler
    return reconciler.explain(resource, world.get(resource, name))[0].text


def test_an_unbound_claim_is_looked_at_every_fifteen_seconds():
    """A bound one only when something changes."""
    world = world_of()
    make_claim(world)
    reconciler = world.parts["persistentvolume-binder"].reconciler
    assert reconciler.reconcile(("default", "data")) == 15_000_000_000
    make_volume(world)
    world.run(20)
    assert reconciler.reconcile(("default", "data")) is None
    assert reconciler.reconcile(("default", "nobody")) is None


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({}, "it has no storage class"),
        ({"storageClassName": "none"}, "its storage class 'none' does not exist"),
        ({"storageClassName": "lazy"}, "storage class lazy waits for the first consumer"),
        ({"storageClassName": "eager"}, "it waits for ebs.csi.aws.com to make a volume"),
        ({"volumeName": "x"}, "it names volume x, which is missing, unsuitable or another claim's"),
    ],
)
def test_why_a_claim_waits(spec, text):
    """Each cause in its own words."""
    world = world_of()
    make_class(world, "lazy", volumeBindingMode=WAIT)
    make_class(world, "eager")
    make_claim(world, **spec)
    world.run(1)
    assert why(world, CLAIMS, "data").startswith(text)


def test_why_a_volume_is_as_it_is():
    """Bound, kept, free."""
    world = world_of()
    bound(world)
    make_volume(world, "kept", claimRef={"namespace": "default", "name": "later"})
    make_volume(world, "free")
    world.run(1)
    assert why(world, VOLUMES, "disk").startswith("it is bound to claim default/data")
    assert why(world, VOLUMES, "kept") == "it is kept for claim default/later"
    assert why(world, VOLUMES, "free") == "it is free for a claim"
    assert why(world, CLAIMS, "data").startswith("it is bound to volume disk")


def test_why_a_volume_is_released():
    """Retain keeps it for nobody."""
    world = world_of()
    bound(world)
    change(world, CLAIMS, "data", {"metadata": {"finalizers": None}})
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    assert "the policy is Retain: the data stays" in why(world, VOLUMES, "disk")
