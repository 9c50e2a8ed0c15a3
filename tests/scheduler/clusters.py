"""Small clusters for tests: a cache from objects, and a handle that writes down what is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo, pod_info

Object = dict[str, Any]


def cluster(
    nodes: Iterable[Object],
    pods: Iterable[Object] = (),
    objects: Mapping[str, Iterable[Object]] | None = None,
) -> Cache:
    """A cache with these nodes, pods (on nodes or nominated) and other objects by resource."""
    cache = Cache()
    for node in nodes:
        cache.put_node(node)
    for pod in pods:
        row = pod_info(pod)
        if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            continue
        if row.node:
            cache.put_pod(row)
        elif row.nominated_node:
            cache.nominate(row, row.nominated_node)
    for resource, found in (objects or {}).items():
        for obj in found:
            metadata = obj["metadata"]
            key = (metadata.get("namespace", ""), metadata["name"])
            cache.put_object(resource, key, obj)
    cache.update_snapshot()
    return cache


class RecordingHandle:
    """Stands in for the scheduler: always draws 0 and keeps what it was asked to do."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.bound: list[tuple[str, str]] = []
        self.preempted: list[tuple[str, str]] = []
        self.forgotten: list[str] = []

    def draw(self, count: int, purpose: str, pod: PodInfo) -> int:
        """Always the first."""
        return 0

    def bind_pod(self, pod: PodInfo, node: NodeInfo) -> None:
        """Keep the binding."""
        self.bound.append((pod.name, node.name))

    def preempt(self, victim: PodInfo, pod: PodInfo, node: str) -> None:
        """Keep the victim."""
        self.preempted.append((victim.name, node))

    def forget_nomination(self, pod: PodInfo) -> None:
        """Keep whose nomination went."""
        self.forgotten.append(pod.name)


def make_node(name: str, labels: Mapping[str, str] | None = None, **spec: Any) -> Object:
    """A node with room for 4 cores, 16 GiB and 110 pods."""
    room = {"cpu": "4", "memory": "16Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
        "spec": spec,
        "status": {"allocatable": room, "capacity": room},
    }


def make_pod(
    name: str, cpu: str = "100m", labels: Mapping[str, str] | None = None, **spec: Any
) -> Object:
    """A pod with one container that asks for this much cpu and 128 MiB."""
    requests = {"cpu": cpu, "memory": "128Mi"}
    container = {"name": "c", "image": "app", "resources": {"requests": requests}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": dict(labels or {})},
        "spec": {"containers": [container], **spec},
        "status": {"phase": "Pending"},
    }
