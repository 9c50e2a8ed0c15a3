"""Large worlds for the benchmarks: many nodes, many pods of few templates, in steady state."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import Cluster

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


def large_cluster(nodes: int, pods: int, history: str = "last:1000") -> Cluster:
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
    """`pods` running pods of a few templates, bound to their nodes by hand, nothing going on.

    The scheduler's plain form would take hours for the largest; here memory and forks count.
    """
    cluster = Cluster(nodes=nodes, zones=3, seed=1, history="none")
    templates = [deployment(number, 0)["spec"]["template"] for number in range(10)]
    specs = {}
    for number in range(pods):
        template, node = templates[number % 10], f"worker-{number // 10 % nodes + 1}"
        spec = specs.setdefault((number % 10, node), {**template["spec"], "nodeName": node})
        metadata = {"name": f"pod-{number}", "labels": template["metadata"]["labels"]}
        cluster.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    cluster.run("2h")
    return cluster


def resident() -> int:
    """Bytes of this process that are in memory (Linux)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def _running(cluster: Cluster) -> int:
    pods = cluster.api.store.items("pods").values()
    return sum(pod["status"].get("phase") == "Running" for pod in pods)
