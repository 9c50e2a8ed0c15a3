"""Attach/detach: where a disk is attached, who waits for it, when it is taken away."""

from kubelearn.api.objects import condition
from kubelearn.api.volumes import ATTACHMENTS, CLAIMS, VOLUMES
from tests.controllers.control_room import control_room
from tests.controllers.storage_room import (
    EFS,
    bound,
    change,
    make_claim,
    make_user,
    make_volume,
    places,
)

OUT = {"key": "node.kubernetes.io/out-of-service", "value": "off", "effect": "NoExecute"}


def room(**volume):
    """Two nodes and a bound claim; attachments take two seconds."""
    world = control_room("attachdetach", "csi-drivers", "persistentvolume-binder")
    for number in (1, 2):
        world.node(f"worker-{number}")
    if volume:
        make_volume(world, **volume)
        make_claim(world, mode=volume["accessModes"][0])
        world.run(1)
    else:
        bound(world)
    return world


def goes_silent(world, name="worker-1"):
    """The node controller finds that a node does not answer."""
    node = world.api.get("nodes", None, name)
    silent = {**condition(node, "Ready"), "status": "Unknown"}
    change(world, "nodes", name, {"status": {"conditions": [silent]}})


def remove(world, name="db"):
    """The pod's object is gone, however that came."""
    world.api.delete("pods", "default", name, grace=0)


def attached():
    """The disk is on worker-1, with pod db."""
    world = room()
    make_user(world, node="worker-1")
    world.run(5)
    return world


def lost():
    """Then worker-1 is silent, and the pod's object removed."""
    world = attached()
    goes_silent(world)
    remove(world)
    return world


def test_a_disk_is_attached_to_the_node_of_its_pod():
    """And its pod hears of it once."""
    world = room()
    make_user(world, node="worker-1")
    world.run(1)
    assert places(world) == [("worker-1", False)]
    world.run(5)
    assert places(world) == [("worker-1", True)]
    assert world.messages("SuccessfulAttachVolume") == [
        'AttachVolume.Attach succeeded for volume "disk" '
    ]


def test_a_pod_without_a_node_wants_nothing():
    """Nobody knows yet where."""
    world = room()
    make_user(world)
    world.run(5)
    assert places(world) == []


def test_a_claim_that_is_not_bound_has_no_disk():
    """Its pod waits for the claim first."""
    world = room()
    make_claim(world, "other")
    make_user(world, claim="other", node="worker-1")
    world.run(5)
    assert places(world) == []


def test_two_pods_on_one_node_share_the_attachment():
    """ReadWriteOnce is a matter of nodes."""
    world = room()
    make_user(world, "a", node="worker-1")
    make_user(world, "b", node="worker-1")
    world.run(5)
    assert places(world) == [("worker-1", True)]


def test_another_node_has_to_wait():
    """Multi-Attach error, told once, with the pod that has it."""
    world = attached()
    make_user(world, "late", node="worker-2")
    world.run(30)
    assert places(world) == [("worker-1", True)]
    assert world.messages("FailedAttachVolume") == [
        'Multi-Attach error for volume "disk" Volume is already used by pod(s) db'
    ]


def test_a_pod_that_is_over_lets_go():
    """A ready node has unmounted: detached in two seconds, then attached to the other."""
    world = attached()
    make_user(world, "late", node="worker-2")
    world.run(1)
    world.api.patch_status("pods", "default", "db", {"phase": "Succeeded"})
    world.run(10)
    assert places(world) == [("worker-2", True)]


def test_shared_disks_go_to_several_nodes():
    """ReadWriteMany."""
    world = room(accessModes=["ReadWriteMany"])
    make_user(world, "a", node="worker-1")
    make_user(world, "b", node="worker-2")
    world.run(5)
    assert sorted(places(world)) == [("worker-1", True), ("worker-2", True)]


def test_file_systems_on_the_network_are_not_attached():
    """No VolumeAttachment for a driver that needs none."""
    csi = {"driver": EFS, "volumeHandle": "fs-1"}
    world = room(accessModes=["ReadWriteMany"], csi=csi)
    make_user(world, node="worker-1")
    world.run(5)
    assert world.api.list(ATTACHMENTS) == []


def test_a_silent_node_keeps_its_disk_for_six_minutes():
    """Counted from when the detaching was wanted first."""
    world = lost()
    make_user(world, "late", node="worker-2")
    world.run(355)
    assert places(world) == [("worker-1", True)]
    assert world.messages("FailedAttachVolume")[-1].endswith(
        "Volume is already exclusively attached to one node and can't be attached to another"
    )
    world.run(15)
    assert places(world) == [("worker-2", True)]


def test_a_node_that_is_gone_is_no_proof_either():
    """The machine may still run: six minutes."""
    world = attached()
    remove(world)
    world.api.delete("nodes", None, "worker-1")
    world.run(60)
    assert len(world.api.list(ATTACHMENTS)) <= 1
    make_user(world, "late", node="worker-2")
    world.run(380)
    assert places(world) == [("worker-2", True)]


def test_the_taint_out_of_service_frees_it_at_once():
    """Somebody vouches that the machine is off."""
    world = lost()
    world.run(10)
    assert places(world) == [("worker-1", True)]
    change(world, "nodes", "worker-1", {"spec": {"taints": [OUT]}})
    world.run(3)
    assert world.api.list(ATTACHMENTS) == []


def test_a_node_that_comes_back_lets_go():
    """Its kubelet unmounts; no force is needed."""
    world = lost()
    world.run(10)
    ready = condition(world.api.get("nodes", None, "worker-1"), "Ready")
    back = [{**ready, "status": "True"}]
    change(world, "nodes", "worker-1", {"status": {"conditions": back}})
    world.run(3)
    assert world.api.list(ATTACHMENTS) == []


def test_why_names_the_node_that_has_the_disk():
    """With what is left of the six minutes."""
    world = lost()
    late = make_user(world, "late", node="worker-2")
    world.run(100)
    reconciler = world.parts["attachdetach"].reconciler
    [reason] = reconciler.explain("pods", late)
    assert reason.text.startswith("volume disk is still attached to worker-1")
    assert "in 260 s" in reason.text
    [place] = reconciler.explain(VOLUMES, world.get(VOLUMES, "disk"))
    assert place.text == "it is attached to worker-1"
    assert world.get(CLAIMS, "data")["status"]["phase"] == "Bound"
