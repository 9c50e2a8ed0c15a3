"""Protection of storage in use: finalizers stay while somebody uses the object."""

from kubelearn.api.volumes import CLAIMS, VOLUMES
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import bound, make_claim, make_user, make_volume, phase


def room(*names):
    """A world with both protections."""
    return control_room("pvc-protection", "pv-protection", *names)


def why(world, part, resource, name):
    """What a protection says of an object."""
    return [
        r.text for r in world.parts[part].reconciler.explain(resource, world.get(resource, name))
    ]


def test_an_unused_claim_goes_at_once():
    """Nobody holds it."""
    world = room()
    make_claim(world)
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    assert phase(world, CLAIMS, "data") == "gone"


def test_a_claim_stays_while_a_pod_on_a_node_uses_it():
    """It goes with the last of them."""
    world = room()
    make_claim(world)
    make_user(world, node="worker-1")
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    assert why(world, "pvc-protection", CLAIMS, "data") == [
        "it is not removed while pods use it: db"
    ]
    world.api.delete("pods", "default", "db", grace=0)
    world.run(1)
    assert phase(world, CLAIMS, "data") == "gone"


def test_a_finished_pod_uses_it_still():
    """Only the pod's object counts."""
    world = room()
    make_claim(world)
    make_user(world, node="worker-1")
    world.api.patch_status("pods", "default", "db", {"phase": "Succeeded"})
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    assert phase(world, CLAIMS, "data") != "gone"


def test_a_pod_without_a_node_does_not_hold_it():
    """It has mounted nothing."""
    world = room()
    make_claim(world)
    make_user(world)
    world.api.delete(CLAIMS, "default", "data")
    world.run(1)
    assert phase(world, CLAIMS, "data") == "gone"


def test_a_volume_stays_while_it_is_bound():
    """A free one goes at once."""
    world = room("persistentvolume-binder")
    bound(world)
    make_volume(world, "free")
    world.run(1)
    for name in ("disk", "free"):
        world.api.delete(VOLUMES, None, name)
    world.run(1)
    assert (phase(world, VOLUMES, "disk"), phase(world, VOLUMES, "free")) == ("Bound", "gone")
    assert why(world, "pv-protection", VOLUMES, "disk") == [
        "it is not removed while a claim is bound to it"
    ]
