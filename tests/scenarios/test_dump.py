"""Clusters from dumps of others."""

import pytest

import kubelearn as kl
from kubelearn.api.manifest import ManifestError
from tests.world.worlds import web_cluster

KINDS = ("nodes", "ns", "all", "cm", "secrets", "pvc", "pv", "sc", "crd", "endpointslices")
REAL = """
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: kind-control-plane
    labels: {node-role.kubernetes.io/control-plane: ""}
  spec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}
  status: {capacity: {cpu: "8", memory: 32Gi, pods: "110"}}
- apiVersion: v1
  kind: Node
  metadata:
    name: kind-worker
    uid: 0b0e3f4c-6f0c-4c56-8d5e-0d6f5f0e8a11
    labels: {topology.kubernetes.io/zone: us-west-2b, disk: ssd}
  spec:
    unschedulable: true
    taints:
    - {key: node.kubernetes.io/unschedulable, effect: NoSchedule}
    - {key: team, value: a, effect: NoSchedule}
  status: {capacity: {cpu: "8", memory: 32Gi, pods: "50"}}
- apiVersion: v1
  kind: Service
  metadata:
    name: shop
    namespace: default
    resourceVersion: "4711"
    managedFields: [{manager: kubectl, operation: Update, apiVersion: v1}]
  spec:
    clusterIP: 10.43.7.9
    clusterIPs: [10.43.7.9]
    selector: {app: shop}
    ports: [{port: 80}]
- apiVersion: networking.istio.io/v1
  kind: VirtualService
  metadata: {name: shop, namespace: default}
  spec: {hosts: [shop], http: [{route: [{destination: {host: shop}}]}]}
- apiVersion: monitoring.coreos.com/v1
  kind: ServiceMonitor
  metadata: {name: shop, namespace: default}
  spec: {}
"""


def test_a_cluster_comes_back_from_its_own_dump():
    """Its nodes and what people wrote are there again, and the controllers make the rest."""
    cluster = web_cluster()
    cluster.kubectl("create job once --image=busybox -- date")
    cluster.kubectl("create secret generic s --from-literal=a=1")
    cluster.run("30s")
    dump = [cluster.kubectl(f"get {kind} -A -o yaml") for kind in KINDS]
    twin = kl.load_dump(dump).run("60s")
    assert twin.export() == cluster.export()
    assert twin.kubectl("get nodes -o name") == cluster.kubectl("get nodes -o name")
    phases = sorted(pod["status"]["phase"] for pod in twin.api.list("pods", "default"))
    assert phases == ["Running", "Running", "Running", "Succeeded"]


def test_a_dump_of_another_cluster():
    """Nodes with their size, labels and taints; kinds of add-ons are known; addresses are new."""
    cluster = kl.load_dump(REAL)
    node = cluster.object("node/kind-worker")
    assert node["status"]["capacity"]["cpu"] == "8"
    assert node["status"]["capacity"]["pods"] == "50"
    assert node["metadata"]["labels"]["disk"] == "ssd"
    assert node["spec"]["unschedulable"]
    assert {"key": "team", "value": "a", "effect": "NoSchedule"} in node["spec"]["taints"]
    assert cluster.object("service/shop")["spec"]["clusterIP"].startswith("10.96.")
    assert cluster.object("vs/shop")["spec"]["hosts"] == ["shop"]
    assert [str(one) for one in cluster.left_out] == [
        "Node kind-control-plane: this cluster has a control plane of its own",
        (
            'ServiceMonitor default/shop: no matches for kind "ServiceMonitor" in version '
            '"monitoring.coreos.com/v1"\nensure CRDs are installed first'
        ),
    ]


def test_an_empty_dump_is_an_empty_cluster():
    """Only its control plane is there."""
    cluster = kl.load_dump("apiVersion: v1\nkind: List\nitems: []\n")
    assert cluster.kubectl("get nodes -o name") == "node/control-plane"
    assert cluster.left_out == ()


def test_what_cannot_be_read_is_said():
    """As `apply` says it."""
    with pytest.raises(ManifestError, match="apiVersion and kind not set"):
        kl.load_dump("a: b\n")
