"""CSI drivers at work: making, refusing, growing, deleting, and which nodes they run on."""

import pytest

from kubelearn.api.volumes import ATTACHMENTS, CLAIMS, CSI_NODES, PROVISIONED_BY, VOLUMES
from kubelearn.controllers.csi_drivers import ZONE
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import (
    EBS,
    EFS,
    WAIT,
    change,
    make_claim,
    make_class,
    make_user,
    phase,
    places,
)

SELECTED = {"volume.kubernetes.io/selected-node": "worker-2"}


def room(provisioner=EBS, **more):
    """A node in each of two zones and the class `sc`."""
    world = control_room(
        "csi-drivers", "persistentvolume-binder", "attachdetach", "pvc-protection", "pv-protection"
    )
    for name in (EBS, EFS):
        driver = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "CSIDriver",
            "metadata": {"name": name},
        }
        world.api.create({**driver, "spec": {}})
    for number, zone in ((1, "a"), (2, "b")):
        world.node(f"worker-{number}", zone=zone)
    make_class(world, provisioner=provisioner, **more)
    return world


def made(world):
    """The volume that was made for the claim."""
    [volume] = world.api.list(VOLUMES)
    return volume


def zones(volume):
    """The zones from which a volume can be reached."""
    [term] = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    [part] = term["matchExpressions"]
    assert part["key"] == ZONE
    return part["values"]


def test_a_volume_is_there_after_two_seconds():
    """For its claim, with the policy of the class."""
    world = room(reclaimPolicy="Retain")
    make_claim(world, storageClassName="sc")
    world.run(1.9)
    assert world.api.list(VOLUMES) == []
    world.run(1)
    volume, claim = made(world), world.get(CLAIMS, "data")
    assert volume["metadata"]["name"] == f"pvc-{claim['metadata']['uid']}"
    assert volume["metadata"]["annotations"][PROVISIONED_BY] == EBS
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    assert claim["status"]["phase"] == "Bound"


def test_a_disk_is_made_in_the_zone_of_the_selected_node():
    """The scheduler's choice stands in the claim."""
    world = room(volumeBindingMode=WAIT)
    make_claim(world, storageClassName="sc", annotations=SELECTED)
    world.run(5)
    assert zones(made(world)) == ["b"]


def test_a_disk_that_is_made_at_once_is_somewhere_that_the_class_allows():
    """Drawn of the zones that have nodes."""
    terms = [{"matchLabelExpressions": [{"key": ZONE, "values": ["b", "x"]}]}]
    world = room(allowedTopologies=terms)
    make_claim(world, storageClassName="sc")
    world.run(5)
    assert zones(made(world)) == ["b"]


def test_a_shared_file_system_is_in_no_zone():
    """Every node can reach it."""
    world = room(EFS)
    make_claim(world, storageClassName="sc", mode="ReadWriteMany")
    world.run(5)
    assert "nodeAffinity" not in made(world)["spec"]


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("ReadWriteMany", "MULTI_NODE_MULTI_WRITER"),
        ("ReadOnlyMany", "MULTI_NODE_READER_ONLY"),
    ],
)
def test_a_disk_for_several_nodes_is_refused(mode, name):
    """In the driver's words; the claim stays Pending."""
    world = room()
    make_claim(world, storageClassName="sc", mode=mode)
    world.run(40)
    [told] = world.messages("ProvisioningFailed")
    assert told == (
        'failed to provision volume with StorageClass "sc": rpc error: code = InvalidArgument '
        f"desc = Volume capabilities {name} not supported. Only AccessModes[ReadWriteOnce] "
        "supported."
    )
    assert phase(world, CLAIMS, "data") == "Pending"


def test_other_drivers_are_not_answered():
    """A claim of a driver that does not run stays Pending."""
    world = room("nobody.example")
    make_claim(world, storageClassName="sc")
    world.run(60)
    assert world.api.list(VOLUMES) == []


def test_each_node_tells_which_drivers_it_has():
    """With the limit of disks; gone with the node."""
    world = room()
    world.run(1)
    [ebs, efs] = world.api.get(CSI_NODES, None, "worker-1")["spec"]["drivers"]
    assert (ebs["name"], ebs["allocatable"]) == (EBS, {"count": 25})
    assert (efs["name"], "allocatable" in efs) == (EFS, False)
    world.api.delete("nodes", None, "worker-1")
    world.run(1)
    assert world.api.find(CSI_NODES, None, "worker-1") is None


def grows(world):
    """A claim of 1Gi asks for 2Gi."""
    make_claim(world, storageClassName="sc")
    world.run(5)
    change(world, CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    world.run(2)


def test_the_file_system_waits_for_a_pod():
    """The disk grows at once."""
    world = room(allowVolumeExpansion=True)
    grows(world)
    claim = world.get(CLAIMS, "data")
    assert made(world)["spec"]["capacity"] == {"storage": "2Gi"}
    assert claim["status"]["capacity"] == {"storage": "1Gi"}
    assert [one["type"] for one in claim["status"]["conditions"]] == ["FileSystemResizePending"]


def test_a_running_pod_lets_the_file_system_grow():
    """Within the next look; the condition goes."""
    world = room(allowVolumeExpansion=True)
    grows(world)
    world.start(make_user(world), "worker-1")
    world.run(6)
    status = world.get(CLAIMS, "data")["status"]
    assert status["capacity"] == {"storage": "2Gi"}
    assert not status.get("conditions")


def test_a_released_volume_is_deleted_with_its_disk():
    """Policy Delete."""
    world = room()
    make_claim(world, storageClassName="sc")
    world.run(5)
    world.api.delete(CLAIMS, "default", "data")
    world.run(5)
    assert world.api.list(VOLUMES) == []


def test_an_attached_volume_is_not_deleted():
    """VolumeFailedDelete, until it is detached."""
    world = room()
    make_claim(world, storageClassName="sc")
    world.run(5)
    make_user(world, node="worker-1")
    world.run(5)
    assert places(world) == [("worker-1", True)]
    world.api.delete(CLAIMS, "default", "data")
    world.api.delete("pods", "default", "db", grace=0)
    world.run(1)
    name = made(world)["metadata"]["name"]
    assert world.messages("VolumeFailedDelete") == [
        f"persistentvolume {name} is still attached to node worker-1"
    ]
    world.run(20)
    assert (world.api.list(VOLUMES), world.api.list(ATTACHMENTS)) == ([], [])
