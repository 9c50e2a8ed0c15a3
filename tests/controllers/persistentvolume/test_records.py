"""How the controller writes: nothing if nothing changes, releases as upstream does."""

from kubelearn.api.volumes import BOUND_BY_CONTROLLER, CLAIMS, VOLUMES
from kubelearn.controllers.persistentvolume.records import Records
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import bound, make_claim, make_volume


def records():
    """A world with a bound claim, and the writer."""
    world = control_room("persistentvolume-binder")
    bound(world)
    return world, Records(world.context)


def test_binding_again_writes_nothing():
    """Everything is as it should be."""
    world, writer = records()
    before = world.api.store.revision
    writer.bind(world.get(VOLUMES, "disk"), world.get(CLAIMS, "data"))
    assert world.api.store.revision == before


def test_a_phase_that_it_has_is_not_written():
    """Nor its message."""
    world, writer = records()
    before = world.api.store.revision
    writer.set_volume_phase(world.get(VOLUMES, "disk"), "Bound")
    assert world.api.store.revision == before
    writer.set_volume_phase(world.get(VOLUMES, "disk"), "Failed", "because")
    assert world.get(VOLUMES, "disk")["status"]["message"] == "because"


def test_a_reservation_of_the_controller_is_taken_back_whole():
    """With its annotation."""
    world, writer = records()
    writer.release(world.get(VOLUMES, "disk"))
    volume = world.get(VOLUMES, "disk")
    assert "claimRef" not in volume["spec"]
    assert BOUND_BY_CONTROLLER not in (volume["metadata"].get("annotations") or {})


def test_a_reservation_of_the_user_loses_its_uid_only():
    """It is still kept for the claim of that name."""
    world = control_room()
    make_volume(world, claimRef={"namespace": "default", "name": "data"})
    claim, writer = make_claim(world), Records(world.context)
    writer.bind(world.get(VOLUMES, "disk"), claim)
    writer.release(world.get(VOLUMES, "disk"))
    reference = world.get(VOLUMES, "disk")["spec"]["claimRef"]
    assert (reference["name"], reference.get("uid")) == ("data", None)


def test_a_claim_that_is_not_bound_has_no_capacity():
    """It goes with the volume."""
    world, writer = records()
    writer.set_claim_phase(world.get(CLAIMS, "data"), "Lost")
    assert world.get(CLAIMS, "data")["status"] == {"phase": "Lost"}
