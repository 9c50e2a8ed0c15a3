"""What must hold at every moment of every history."""

from __future__ import annotations

from collections import Counter

from kubelearn.api.objects import Object, get_path, is_true
from kubelearn.api.quantity import milli, value
from kubelearn.api.resources import pod_requests
from kubelearn.cluster import Cluster

ENDED = ("Succeeded", "Failed")


def check(cluster: Cluster) -> None:
    """All invariants of one moment."""
    pods = cluster.api.list("pods")
    no_node_is_over_its_allocatable(cluster, pods)
    no_two_running_pods_share_an_address(pods)
    no_pod_changes_its_node(cluster)
    every_bound_pod_has_a_node_that_once_was(cluster, pods)


def no_node_is_over_its_allocatable(cluster: Cluster, pods: list[Object]) -> None:
    """The scheduler never promises more than a node has."""
    for node in cluster.api.list("nodes"):
        name, allocatable = node["metadata"]["name"], node["status"]["allocatable"]
        mine = [
            pod
            for pod in pods
            if pod["spec"].get("nodeName") == name and pod["status"]["phase"] not in ENDED
        ]
        requests = [pod_requests(pod) for pod in mine]
        assert sum(r.get("cpu", 0) for r in requests) <= milli(allocatable["cpu"]), name
        assert sum(r.get("memory", 0) for r in requests) <= value(allocatable["memory"]), name
        assert len(mine) <= value(allocatable["pods"]), name


def no_two_running_pods_share_an_address(pods: list[Object]) -> None:
    """Except those in their node's own network."""
    addresses = Counter(
        pod["status"]["podIP"]
        for pod in pods
        if pod["status"].get("podIP")
        and pod["status"]["phase"] not in ENDED
        and not pod["spec"].get("hostNetwork")
    )
    assert [address for address, count in addresses.items() if count > 1] == []


def no_pod_changes_its_node(cluster: Cluster) -> None:
    """A pod is bound once; the log of writes shows no second binding."""
    for record in cluster.api.store.log:
        if record.resource == "pods" and record.old is not None and record.new is not None:
            before = record.old["spec"].get("nodeName")
            assert before in (None, "", record.new["spec"].get("nodeName"))


def every_bound_pod_has_a_node_that_once_was(cluster: Cluster, pods: list[Object]) -> None:
    """Nobody binds to a node that nobody knows."""
    known = {node["metadata"]["name"] for node in cluster.api.list("nodes")}
    assert {pod["spec"]["nodeName"] for pod in pods if pod["spec"].get("nodeName")} <= known


def check_settled(cluster: Cluster) -> None:
    """What holds when a cluster has been left alone for long enough, all nodes up."""
    check(cluster)
    for replicaset in cluster.api.list("replicasets.apps"):
        wanted = replicaset["spec"]["replicas"]
        status = replicaset["status"]
        assert status["replicas"] == wanted, replicaset["metadata"]["name"]
        assert status.get("observedGeneration") == replicaset["metadata"]["generation"]
    nothing_refers_to_a_deleted_owner(cluster)
    slices_tell_of_ready_pods_only(cluster)


def nothing_refers_to_a_deleted_owner(cluster: Cluster) -> None:
    """The garbage collector has seen to it."""
    uids = {
        obj["metadata"]["uid"]
        for resource in cluster.api.store.resources()
        for obj in cluster.api.list(resource)
    }
    for resource in cluster.api.store.resources():
        for obj in cluster.api.list(resource):
            for owner in obj["metadata"].get("ownerReferences") or ():
                assert owner["uid"] in uids, (resource, obj["metadata"]["name"])


def slices_tell_of_ready_pods_only(cluster: Cluster) -> None:
    """An endpoint is ready if and only if its pod is."""
    for one in cluster.api.list("endpointslices.discovery.k8s.io"):
        for endpoint in one.get("endpoints") or ():
            target = endpoint.get("targetRef")
            if target is None:
                continue
            pod = cluster.api.get("pods", target["namespace"], target["name"])
            assert pod["status"]["podIP"] == endpoint["addresses"][0]
            going = bool(get_path(pod, "metadata", "deletionTimestamp"))
            assert endpoint["conditions"]["ready"] == (is_true(pod, "Ready") and not going)
