"""A small cluster with a bit of everything, on which plugins are checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.info import PodInfo, pod_info
from kubelearn.scheduler.snapshot import Snapshot

ZONE = "topology.kubernetes.io/zone"
HOSTNAME = "kubernetes.io/hostname"
ROOM = {"cpu": "4", "memory": "16Gi", "pods": "110"}
NODES = 6
LABELS = {"app": "x"}
TERM = {"labelSelector": {"matchLabels": LABELS}, "topologyKey": ZONE}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
IN_ZONE_1 = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["z1"]}]}
SPREAD = {"maxSkew": 1, "topologyKey": ZONE, "labelSelector": {"matchLabels": LABELS}}
DEMANDING: Object = {
    "nodeSelector": {"disk": "ssd"},
    "affinity": {
        "podAffinity": {PREFERRED: [{"weight": 5, "podAffinityTerm": TERM}]},
        "podAntiAffinity": {REQUIRED: [{**TERM, "topologyKey": HOSTNAME}]},
        "nodeAffinity": {PREFERRED: [{"weight": 3, "preference": IN_ZONE_1}]},
    },
    "topologySpreadConstraints": [
        {**SPREAD, "whenUnsatisfiable": "ScheduleAnyway"},
        {**SPREAD, "whenUnsatisfiable": "DoNotSchedule"},
    ],
}
"""The spec of a pod that every built-in plugin has something to say about."""


def sample_nodes() -> list[Object]:
    """Six nodes in three zones: one has other labels, one a soft taint, one is cordoned."""
    taint = {"key": "a", "value": "b", "effect": "PreferNoSchedule"}
    specs: dict[int, Object] = {
        1: {"taints": [taint]},
        2: {"unschedulable": True, "taints": [{**taint, "effect": "NoSchedule"}]},
    }
    return [_node(number, specs.get(number, {})) for number in range(NODES)]


def _node(number: int, spec: Object) -> Object:
    name, disk = f"n{number}", "ssd" if number else "hdd"
    labels = {HOSTNAME: name, ZONE: f"z{number % 3}", "disk": disk}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {"allocatable": ROOM, "capacity": ROOM},
    }


def sample_pod(name: str, requests: Object, **spec: Any) -> Object:
    """A pod with one container."""
    container: Object = {"name": "c", "image": "app"}
    if requests:
        container["resources"] = {"requests": requests}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": LABELS},
        "spec": {"containers": [container], **spec},
        "status": {"phase": "Pending"},
    }


def sample_pods() -> list[PodInfo]:
    """Pods to be placed: an ordinary one, one without requests, and a large, demanding one."""
    memory = {"memory": "128Mi"}
    return [
        pod_info(sample_pod("ordinary", {"cpu": "100m", **memory})),
        pod_info(sample_pod("without-requests", {})),
        pod_info(sample_pod("demanding", {"cpu": "3900m", **memory}, **DEMANDING)),
    ]


def sample_snapshot(nodes: Iterable[Object]) -> Snapshot:
    """These nodes as a cycle sees them, with a pod on each of the first three."""
    cache = Cache()
    for node in nodes:
        cache.put_node(node)
    for number in range(NODES // 2):
        requests = {"cpu": f"{number + 1}00m", "memory": "128Mi"}
        cache.put_pod(pod_info(sample_pod(f"e{number}", requests, nodeName=f"n{number}")))
    return cache.update_snapshot()
