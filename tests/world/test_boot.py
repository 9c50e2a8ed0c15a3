"""The start of a cluster."""

import pytest

from kubelearn.api.objects import is_true
from kubelearn.cluster import Cluster
from kubelearn.world.boot import ZONES


def test_all_is_up_at_time_zero():
    """Nodes Ready, everything in kube-system running."""
    cluster = Cluster(nodes=2)
    assert cluster.time == 0
    assert all(is_true(node, "Ready") for node in cluster.api.list("nodes"))
    pods = cluster.api.list("pods", "kube-system")
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}


def test_the_control_plane_has_its_static_pods():
    """Mirror pods, named by their node, kept out of by a taint."""
    cluster = Cluster(nodes=1)
    names = [pod["metadata"]["name"] for pod in cluster.api.on_node("control-plane")]
    assert "etcd-control-plane" in names
    [taint] = cluster.object("node/control-plane")["spec"]["taints"]
    assert (taint["key"], taint["effect"]) == (
        "node-role.kubernetes.io/control-plane",
        "NoSchedule",
    )


def test_workers_are_spread_over_the_zones():
    """One after the other."""
    cluster = Cluster(nodes=4, zones=3)
    labels = [node["metadata"]["labels"] for node in cluster.api.list("nodes")]
    zones = [each["topology.kubernetes.io/zone"] for each in labels]
    assert zones == [ZONES[0], ZONES[0], ZONES[1], ZONES[2], ZONES[0]]


def test_nodes_have_the_size_that_was_asked_for():
    """And the labels."""
    cluster = Cluster(nodes=1, node={"cpu": "2", "memory": "8Gi", "labels": {"disk": "ssd"}})
    node = cluster.object("node/worker-1")
    assert [node["status"]["capacity"][name] for name in ("cpu", "memory", "pods")] == [
        "2",
        "8Gi",
        "110",
    ]
    assert node["metadata"]["labels"]["disk"] == "ssd"


def test_dns_has_the_address_that_kubelets_hand_out():
    """And keeps no cache for the cluster's own zone."""
    cluster = Cluster(nodes=1)
    service = cluster.object("service/kube-dns", namespace="kube-system")
    assert service["spec"]["clusterIP"] == "10.96.0.10"
    corefile = cluster.object("cm/coredns", namespace="kube-system")["data"]["Corefile"]
    assert "disable success cluster.local" in corefile


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"nodes": -1}, "use at least 0 nodes and 1 to 4 zones"),
        ({"zones": 0}, "use at least 0 nodes and 1 to 4 zones"),
        ({"zones": 5}, "use at least 0 nodes and 1 to 4 zones"),
        ({"node": {"ram": "1Gi"}}, "ram is unknown; a node has cpu, memory, pods"),
    ],
)
def test_impossible_clusters_are_refused(options, text):
    """With what is possible."""
    with pytest.raises(ValueError, match=text):
        Cluster(**options)


def test_equal_seeds_boot_equal_histories():
    """And others do not."""
    marks = [Cluster(nodes=2, seed=seed).fingerprint() for seed in (1, 1, 2)]
    assert marks[0] == marks[1] != marks[2]
