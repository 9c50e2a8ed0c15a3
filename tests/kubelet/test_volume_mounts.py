"""What a pod's claims still lack on its node."""

from kubelearn.api.server import APIServer
from kubelearn.api.volumes import ATTACHMENTS, BIND_COMPLETED, CLAIMS, VOLUMES
from kubelearn.kubelet.volume_mounts import unmounted
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

EBS = {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"}
EFS = {"driver": "efs.csi.aws.com", "volumeHandle": "fs-1"}
MOUNTED = {"name": "disk", "persistentVolumeClaim": {"claimName": "data"}}


def server(*, bound=True, volume=EBS, attached=None):
    """An API server with a claim, its volume and an attachment."""
    api = APIServer(Clock(), Draws(7))
    marks = {BIND_COMPLETED: "yes"} if bound else {}
    metadata = {"name": "data", "namespace": "default", "annotations": marks}
    spec = {"volumeName": "pv"} if bound else {}
    api.store.put(CLAIMS, ("default", "data"), {"metadata": metadata, "spec": spec})
    if volume is not None:
        api.store.put(VOLUMES, ("", "pv"), {"metadata": {"name": "pv"}, "spec": {"csi": volume}})
    if attached is not None:
        node, done = attached
        made = {"nodeName": node, "source": {"persistentVolumeName": "pv"}}
        obj = {"metadata": {"name": "a"}, "spec": made, "status": {"attached": done}}
        api.store.put(ATTACHMENTS, ("", "a"), obj)
    return api


def lacks(api, *volumes):
    """What a pod on worker-1 waits for."""
    metadata = {"name": "db", "namespace": "default"}
    return unmounted(api, {"metadata": metadata, "spec": {
        "nodeName": "worker-1", "volumes": list(volumes)}})  # fmt: skip


def test_a_pod_without_claims_waits_for_nothing():
    """Other volumes are there at once."""
    assert lacks(server(), {"name": "tmp", "emptyDir": {}}) == []
    assert lacks(server()) == []


def test_a_claim_that_is_not_there():
    """In the kubelet's words."""
    gone = {"name": "x", "persistentVolumeClaim": {"claimName": "gone"}}
    assert lacks(server(), gone) == [("x", 'persistentvolumeclaim "gone" not found')]


def test_an_ephemeral_volume_waits_for_its_claim():
    """Which has the names of pod and volume."""
    assert lacks(server(), {"name": "tmp", "ephemeral": {}}) == [
        ("tmp", 'persistentvolumeclaim "db-tmp" not found')
    ]


def test_a_claim_that_is_not_bound():
    """Nor a volume that is not there."""
    assert lacks(server(bound=False), MOUNTED) == [("disk", "PVC is not bound")]
    assert lacks(server(volume=None), MOUNTED) == [("disk", 'persistentvolume "pv" not found')]


def test_a_disk_must_be_attached_here():
    """Not elsewhere, and not nearly."""
    waits = [("disk", "not attached yet")]
    assert lacks(server(), MOUNTED) == waits
    assert lacks(server(attached=("worker-2", True)), MOUNTED) == waits
    assert lacks(server(attached=("worker-1", False)), MOUNTED) == waits
    assert lacks(server(attached=("worker-1", True)), MOUNTED) == []


def test_what_needs_no_attaching_is_there():
    """File systems on the network, and drivers that nobody knows."""
    assert lacks(server(volume=EFS), MOUNTED) == []
    assert lacks(server(volume={"driver": "x", "volumeHandle": "1"}), MOUNTED) == []
