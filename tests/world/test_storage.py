"""A database and its disk: provisioning, data, the loss of its node, expansion, protection."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn import Cluster
from kubelearn.api.objects import Object

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
DATABASE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}, annotations: {kubelearn.dev/stores: disk}}
    spec:
      containers: [{name: db, image: shop/db:1, ports: [{containerPort: 80}]}]
      volumes: [{name: disk, SOURCE}]
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 80}]}
"""
ON_CLAIM = DATABASE.replace("SOURCE", "persistentVolumeClaim: {claimName: data}")


def running(source: str = ON_CLAIM, **cluster: int) -> Cluster:
    """A cluster in which the database runs."""
    made = Cluster(**{"nodes": 4, "zones": 2, **cluster})
    made.apply(CLAIM)
    made.apply(source)
    made.run("30s")
    return made


def pods(cluster: Cluster) -> list[Object]:
    """The database's pods that are not on their way out."""
    found = cluster.api.list("pods", "default")
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def ask(cluster: Cluster, path: str, method: str = "GET") -> str:
    """The database's answer to a request."""
    address = cluster.api.get("services", "default", "db")["spec"]["clusterIP"]
    url, client = f"http://{address}{path}", "node/control-plane"
    return cluster.request(url, method=method, client=client).body


def reasons(cluster: Cluster, name: str) -> list[str]:
    """The reasons of the events about an object, in order."""
    events = [e for e in cluster.api.list("events") if e["involvedObject"]["name"] == name]
    return [event["reason"] for event in sorted(events, key=lambda e: e["firstTimestamp"])]


def test_a_claim_of_the_default_class_gets_a_disk_in_the_zone_of_its_pod() -> None:
    """The scheduler chooses the node, the driver makes the volume there."""
    cluster = running()
    [volume] = cluster.api.list("persistentvolumes")
    [term] = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    node = cluster.api.get("nodes", None, pods(cluster)[0]["spec"]["nodeName"])
    zone = node["metadata"]["labels"]["topology.kubernetes.io/zone"]
    assert [zone] == term["matchExpressions"][0]["values"]
    assert pods(cluster)[0]["status"]["phase"] == "Running"


def test_the_events_of_a_claim_that_is_provisioned() -> None:
    """WaitForFirstConsumer, then the provisioner's words."""
    assert {
        "WaitForFirstConsumer",
        "ExternalProvisioning",
        "Provisioning",
        "ProvisioningSucceeded",
    } == set(reasons(running(), "data"))


def test_what_was_written_is_there_after_the_pod_moved() -> None:
    """Another pod on the same claim reads it."""
    cluster = running()
    ask(cluster, "/order/1", "POST")
    cluster.delete("pod/" + pods(cluster)[0]["metadata"]["name"])
    cluster.run("60s")
    assert "/order/1\n" in ask(cluster, "/order/1").partition("\n")[2]
    assert cluster.disk("pvc/data") == ["/order/1"]


def test_an_empty_dir_dies_with_its_pod() -> None:
    """Without a claim the data is lost."""
    cluster = running(DATABASE.replace("SOURCE", "emptyDir: {}"))
    ask(cluster, "/order/1", "POST")
    assert "/order/1\n" in ask(cluster, "/all").partition("\n")[2]
    cluster.delete("pod/" + pods(cluster)[0]["metadata"]["name"])
    cluster.run("60s")
    assert ask(cluster, "/all").partition("\n")[2] == ""


def lost(cluster: Cluster) -> str:
    """The database's node dies and the pod is replaced; returns the dead node."""
    node: str = pods(cluster)[0]["spec"]["nodeName"]
    cluster.command("fail.node", node)
    cluster.run("380s")
    return node


def test_a_replacement_waits_with_a_multi_attach_error() -> None:
    """The dead node may still have the disk mounted."""
    cluster = running()
    lost(cluster)
    [pod] = pods(cluster)
    assert pod["status"]["phase"] == "Pending"
    assert "FailedAttachVolume" in reasons(cluster, pod["metadata"]["name"])
    cluster.run("600s")
    assert pods(cluster)[0]["status"]["phase"] == "Pending"


def test_a_forced_deletion_frees_the_disk_six_minutes_later() -> None:
    """MaxWaitForUnmountDuration."""
    cluster = running()
    node = lost(cluster)
    for pod in cluster.api.on_node(node):
        if pod["metadata"]["namespace"] == "default":
            cluster.api.delete("pods", "default", pod["metadata"]["name"], grace=0)
    cluster.run("340s")
    assert pods(cluster)[0]["status"]["phase"] == "Pending"
    cluster.run("40s")
    assert pods(cluster)[0]["status"]["phase"] == "Running"


def test_the_out_of_service_taint_frees_the_disk_at_once() -> None:
    """Whoever sets it says that the machine is off."""
    cluster = running()
    ask(cluster, "/order/1", "POST")
    node = lost(cluster)
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "x", "effect": "NoExecute"}
    found = cluster.api.get("nodes", None, node)["spec"].get("taints") or []
    cluster.api.patch("nodes", None, node, {"spec": {"taints": [*found, taint]}})
    cluster.run("90s")
    assert pods(cluster)[0]["status"]["phase"] == "Running"
    assert "/order/1\n" in ask(cluster, "/all").partition("\n")[2]


def test_why_tells_what_a_pod_waits_for() -> None:
    """The volume, the node that has it, and who says so."""
    cluster = running()
    node = lost(cluster)
    text = str(cluster.why("pod/" + pods(cluster)[0]["metadata"]["name"]))
    assert f"is still attached to {node}" in text
    assert "it is bound to claim default/data" in str(cluster.why(volume_of(cluster)))


def volume_of(cluster: Cluster) -> str:
    """A reference to the only volume."""
    [volume] = cluster.api.list("persistentvolumes")
    return "pv/" + volume["metadata"]["name"]


def test_a_claim_in_use_is_not_removed() -> None:
    """It goes when its pod is gone, and its disk with it."""
    cluster = running()
    cluster.delete("pvc/data")
    cluster.run("30s")
    assert (
        "deletionTimestamp"
        in cluster.api.get("persistentvolumeclaims", "default", "data")["metadata"]
    )
    cluster.delete("deployment/db")
    cluster.run("60s")
    assert cluster.api.list("persistentvolumeclaims") == []
    assert cluster.api.list("persistentvolumes") == []


def test_a_claim_grows_with_its_file_system() -> None:
    """The disk first, then the file system, while the pod runs."""
    cluster = running()
    larger = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    cluster.api.patch("persistentvolumeclaims", "default", "data", larger)
    cluster.run("30s")
    claim = cluster.api.get("persistentvolumeclaims", "default", "data")
    assert claim["status"]["capacity"]["storage"] == "2Gi"
    assert {"Resizing", "FileSystemResizeRequired", "FileSystemResizeSuccessful"} <= set(
        reasons(cluster, "data")
    )


def test_a_fork_has_disks_of_its_own() -> None:
    """What is written in one world is not in the other."""
    cluster = running()
    twin = cluster.fork()
    ask(twin, "/order/1", "POST")
    assert cluster.disk("pvc/data") == []
    assert twin.disk("pvc/data") == ["/order/1"]


def test_a_fork_in_the_middle_of_binding_goes_on_alike() -> None:
    """Pods that wait for their claims are copied too."""
    cluster = Cluster(nodes=3)
    cluster.apply(CLAIM)
    cluster.apply(ON_CLAIM)
    cluster.run("500ms")
    assert [("default", pods(cluster)[0]["metadata"]["name"])] == list(
        cluster.parts["scheduler"].binding
    )
    twin = cluster.fork()
    prints = {world.run("30s").api.store.fingerprint() for world in (cluster, twin)}
    assert len(prints) == 1
    assert pods(twin)[0]["status"]["phase"] == "Running"


FAULTS = st.lists(
    st.tuples(st.sampled_from(("fail", "heal", "force", "delete", "run")), st.integers(1, 4)),
    max_size=8,
)


@settings(max_examples=8, deadline=None)
@given(faults=FAULTS)
def test_no_disk_is_attached_twice(faults: list[tuple[str, int]]) -> None:
    """Under any order of faults a ReadWriteOnce volume is on one node at any moment."""
    cluster = running()
    start = cluster.api.store.revision
    for what, number in faults:
        inflict(cluster, what, f"worker-{number}")
        cluster.run("130s")
    attached: dict[str, str] = {}
    for record in cluster.api.store.since(0, "volumeattachments.storage.k8s.io"):
        if record.new is None:
            attached.pop(record.key[1], None)
        else:
            spec = record.new["spec"]
            attached[record.key[1]] = spec["source"]["persistentVolumeName"]
        assert len(set(attached.values())) == len(attached)
    assert cluster.api.store.revision >= start


def inflict(cluster: Cluster, what: str, node: str) -> None:
    """One fault, if it can happen now."""
    alive = cluster.parts["kubelets"].alive(node)
    if what == "fail" and alive:
        cluster.command("fail.node", node)
    elif what == "heal" and not alive:
        cluster.command("heal.node", node)
    elif what in ("force", "delete"):
        for pod in cluster.api.list("pods", "default"):
            grace = 0 if what == "force" else None
            cluster.api.delete("pods", "default", pod["metadata"]["name"], grace=grace)


SILENT = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: silent}
provisioner: nobody.example
volumeBindingMode: WaitForFirstConsumer
"""


def test_a_pod_gives_up_on_its_volume_after_ten_minutes() -> None:
    """bindTimeoutSeconds: the node is kept for 600 s, then the pod is tried again."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(SILENT)
    cluster.apply(CLAIM.replace("spec: {", "spec: {storageClassName: silent, "))
    cluster.apply(ON_CLAIM)
    cluster.run("595s")
    [pod] = pods(cluster)
    assert list(cluster.parts["scheduler"].binding) == [("default", pod["metadata"]["name"])]
    assert pod["status"]["nominatedNodeName"] == "worker-1"
    assert "FailedScheduling" not in reasons(cluster, pod["metadata"]["name"])
    cluster.run("10s")
    told = [e["message"] for e in cluster.api.list("events") if e["reason"] == "FailedScheduling"]
    assert told == [
        'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
    ]


def test_a_disk_for_several_nodes_is_not_to_be_had() -> None:
    """The class gp3 makes disks for one node; the driver says so."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(CLAIM.replace("ReadWriteOnce", "ReadWriteMany"))
    cluster.apply(ON_CLAIM)
    cluster.run("60s")
    assert "ProvisioningFailed" in reasons(cluster, "data")
    assert [pod["status"]["phase"] for pod in pods(cluster)] == ["Pending"]


def test_the_past_has_the_data_of_its_moment() -> None:
    """What was written later is not there."""
    cluster = running()
    ask(cluster, "/order/1", "POST")
    cluster.run("10s")
    ask(cluster, "/order/2", "POST")
    assert cluster.at("35s").disk("pvc/data") == ["/order/1"]
    assert cluster.disk("pvc/data") == ["/order/1", "/order/2"]


def test_a_node_that_is_off_loses_its_pods_at_once() -> None:
    """The taint out-of-service does not wait for the 300 s of the others."""
    cluster = running()
    node = pods(cluster)[0]["spec"]["nodeName"]
    cluster.command("fail.node", node)
    cluster.run("90s")
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "x", "effect": "NoExecute"}
    found = cluster.api.get("nodes", None, node)["spec"]["taints"]
    cluster.api.patch("nodes", None, node, {"spec": {"taints": [*found, taint]}})
    cluster.run("60s")
    assert [pod["status"]["phase"] for pod in pods(cluster)] == ["Running"]
    assert pods(cluster)[0]["spec"]["nodeName"] != node
