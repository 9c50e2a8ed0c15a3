"""What was written, by the storage that holds it, and how long it stays."""

from kubelearn.api.server import APIServer
from kubelearn.kubelet.disks import Disks, Entry, storage_of
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.part import Context, fork_part
from kubelearn.runtime.recorder import Recorder
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.draws import Draws

CSI = {"csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"}}


def room():
    """A store, a clock, and the disks."""
    clock, draws = Clock(), Draws(7)
    context = Context(clock, draws, APIServer(clock, draws), Recorder(), Decisions())
    context.recorder.context = context
    disks = Disks(context)
    clock.register(disks)
    return context, disks


def pod(volume, name="db", uid="u1", node="worker-1"):
    """A pod with one volume, "disk"."""
    metadata = {"name": name, "namespace": "default", "uid": uid}
    return {
        "metadata": metadata,
        "spec": {"nodeName": node, "volumes": [{"name": "disk", **volume}]},
    }


def put(context, resource, name, namespace="", **obj):
    """An object straight into the store."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    obj = {"apiVersion": "v1", "kind": "X", "metadata": metadata, **obj}
    context.api.store.put(resource, (namespace, name), obj)
    return obj


def with_claim(context, volume="pv-1", **spec):
    """A claim "data", bound to a volume."""
    put(context, "persistentvolumeclaims", "data", "default", spec={"volumeName": volume})
    put(context, "persistentvolumes", volume, spec={**CSI, **spec})
    return {"persistentVolumeClaim": {"claimName": "data"}}


def test_an_empty_dir_belongs_to_one_pod():
    """Another pod of the same name has its own."""
    _, disks = room()
    disks.write(pod({"emptyDir": {}}), "disk", "/a")
    assert disks.read(pod({"emptyDir": {}}), "disk") == ("/a",)
    assert disks.read(pod({"emptyDir": {}}, uid="u2"), "disk") == ()


def test_a_host_path_belongs_to_a_node():
    """Whoever comes there reads it; elsewhere is nothing."""
    _, disks = room()
    disks.write(pod({"hostPath": {"path": "/d"}}), "disk", "/a")
    assert disks.read(pod({"hostPath": {"path": "/d"}}, uid="u2"), "disk") == ("/a",)
    assert disks.read(pod({"hostPath": {"path": "/d"}}, node="worker-2"), "disk") == ()


def test_a_claim_is_the_disk_of_its_volume():
    """By the pod, by the claim, by the volume."""
    context, disks = room()
    mounted = with_claim(context)
    disks.write(pod(mounted), "disk", "/a")
    assert disks.read(pod(mounted, uid="u2", node="worker-2"), "disk") == ("/a",)
    assert disks.of_claim("default", "data") == disks.of_volume("pv-1") == ("/a",)


def test_two_volumes_with_one_handle_are_one_disk():
    """A volume that was made anew by hand finds the data."""
    context, disks = room()
    disks.write(pod(with_claim(context)), "disk", "/a")
    put(context, "persistentvolumes", "by-hand", spec=CSI)
    assert disks.of_volume("by-hand") == ("/a",)


def test_an_ephemeral_volume_has_a_claim_of_the_pods_name():
    """db-disk."""
    context, disks = room()
    put(context, "persistentvolumeclaims", "db-disk", "default", spec={"volumeName": "pv-2"})
    put(context, "persistentvolumes", "pv-2", spec={"nfs": {"server": "s", "path": "/"}})
    disks.write(pod({"ephemeral": {}}), "disk", "/a")
    assert disks.of_volume("pv-2") == ("/a",)


def test_a_claim_without_a_volume_holds_nothing():
    """Not even an error."""
    context, disks = room()
    put(context, "persistentvolumeclaims", "data", "default", spec={})
    assert disks.of_claim("default", "data") == ()


def test_an_empty_dir_is_lost_with_its_pod():
    """Only its own."""
    context, disks = room()
    for uid in ("u1", "u2"):
        obj = pod({"emptyDir": {}}, uid, uid)
        context.api.store.put("pods", ("default", uid), obj)
        disks.write(obj, "disk", "/a")
    context.api.store.delete("pods", ("default", "u1"))
    context.clock.run(SECOND)
    assert list(disks.contents) == ["emptyDir/u2/disk"]


def test_a_deleted_volume_loses_its_data_by_policy():
    """Delete loses, Retain keeps."""
    for policy, left in (("Delete", ()), ("Retain", ("/a",))):
        context, disks = room()
        disks.write(pod(with_claim(context, persistentVolumeReclaimPolicy=policy)), "disk", "/a")
        context.api.store.delete("persistentvolumes", ("", "pv-1"))
        context.clock.run(SECOND)
        assert disks.contents.get("ebs.csi.aws.com/vol-1", ()) == left


def test_the_past_is_what_was_there_then():
    """Writes and losses are told with their moments."""
    context, disks = room()
    obj = pod({"emptyDir": {}})
    context.api.store.put("pods", ("default", "db"), obj)
    disks.write(obj, "disk", "/a")
    context.clock.run(SECOND)
    disks.write(obj, "disk", "/b")
    then = Context(Clock(SECOND // 2), context.draws, context.api, Recorder(), Decisions())
    assert disks.until(then).read(obj, "disk") == ("/a",)
    assert disks.history == [
        Entry(0, "emptyDir/u1/disk", "/a"), Entry(SECOND, "emptyDir/u1/disk", "/b")
    ]  # fmt: skip


def test_a_fork_has_its_own():
    """What is written there is not here."""
    context, disks = room()
    twin = fork_part(disks, context)
    twin.write(pod({"emptyDir": {}}), "disk", "/a")
    assert (disks.contents, disks.history) == ({}, [])


def test_storage_is_named_by_its_handle():
    """Without one by the volume."""
    metadata = {"name": "pv-1"}
    assert storage_of({"metadata": metadata, "spec": CSI}) == "ebs.csi.aws.com/vol-1"
    assert storage_of({"metadata": metadata, "spec": {}}) == "volume/pv-1"
