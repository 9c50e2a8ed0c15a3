"""Large worlds for the benchmarks: many nodes, many pods of few templates, in steady state."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import owner_reference
from kubelearn.cluster import Cluster
from kubelearn.controllers.pods import pod_from_template

PODS_PER_DEPLOYMENT = 1000


def deployment(number: int, replicas: int) -> dict[str, Any]:
    """A small application that fits 30 times on a node."""
    labels = {"app": f"app-{number}"}
    container = {
        "name": "app",
        "image": "nginx:1.29",
        "ports": [{"containerPort": 80}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"app-{number}", "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def large_cluster(nodes: int, pods: int, history: str = "none") -> Cluster:
    """`pods` pods running on `nodes` nodes."""
    cluster = Cluster(nodes=nodes, zones=3, seed=1, history=history)
    sizes = [PODS_PER_DEPLOYMENT] * (pods // PODS_PER_DEPLOYMENT)
    if pods % PODS_PER_DEPLOYMENT:
        sizes.append(pods % PODS_PER_DEPLOYMENT)
    cluster.apply([deployment(number, size) for number, size in enumerate(sizes)])
    wanted = pods + nodes + 7
    cluster.run("60s")
    while _running(cluster) < wanted:
        cluster.run("10s")
    return cluster


def steady_pods(nodes: int, pods: int) -> Cluster:
    """`pods` running pods of ten ReplicaSets, bound to nodes in turn, two hours later.

    The scheduler's plain form would take hours for the largest; here memory and forks count.
    """
    cluster = Cluster(nodes=nodes, zones=3, seed=1, history="none")
    for number in range(10):
        made = replicaset(number, pods // 10)
        owner = cluster.api.create(made)
        pod = pod_from_template(owner, made["spec"]["template"], [owner_reference(owner)])
        for turn in range(pods // 10):
            name = cluster.api.create(pod)["metadata"]["name"]
            cluster.api.bind("default", name, f"worker-{(turn + number) % nodes + 1}")
    return cluster.run("2h")


def replicaset(number: int, replicas: int) -> dict[str, Any]:
    """A ReplicaSet of the small application above."""
    made = deployment(number, replicas)
    return {**made, "kind": "ReplicaSet"}


def resident() -> int:
    """Bytes of this process that are in memory (Linux)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def _running(cluster: Cluster) -> int:
    pods = cluster.api.store.items("pods").values()
    return sum(pod["status"].get("phase") == "Running" for pod in pods)
