"""The Node object as a kubelet registers and reports it.

Source: `pkg/kubelet/kubelet_node_status.go`, `pkg/kubelet/nodestatus/setters.go`, Kubernetes 1.36.

Unlike the real one: a machine has 100 Gi of disk, and its address comes from its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kubelearn.api.images import digest_of, parse_image, pull_of
from kubelearn.api.objects import Object
from kubelearn.api.quantity import of_value, parse, subtract
from kubelearn.api.times import timestamp
from kubelearn.kubelet.rows import NodeRow

KUBELET_VERSION = "v1.36.2"
DISK = 100 * 2**30
EVICTION_RESERVE = "100Mi"
"""Memory that pods cannot have: `memory.available` of the hard eviction thresholds."""
IMAGES_REPORTED = 50
INSTANCE_TYPES = {
    ("2", "4Gi"): "t3.medium",
    ("2", "8Gi"): "m5.large",
    ("4", "16Gi"): "m5.xlarge",
    ("8", "32Gi"): "m5.2xlarge",
    ("16", "64Gi"): "m5.4xlarge",
}
NOT_INITIALIZED = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
ENOUGH = "kubelet has sufficient %s available"
SHORT_OF_MEMORY = (
    ("MemoryPressure", "True", "KubeletHasInsufficientMemory",
     "kubelet has insufficient memory available"),
)  # fmt: skip
HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", ENOUGH % "memory"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", ENOUGH % "PID"),
)
READY = ("Ready", "True", "KubeletReady", "kubelet is posting ready status")
NOT_READY = ("Ready", "False", "KubeletNotReady", NOT_INITIALIZED)


def node_labels(
    name: str, zone: str, size: tuple[str, str], extra: Mapping[str, str]
) -> dict[str, str]:
    """The labels that every node has, and those that this one is given."""
    kind = INSTANCE_TYPES.get(size, f"custom-{size[0]}-{size[1]}")
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": kind,
    }
    if zone:
        labels["topology.kubernetes.io/region"] = zone.rstrip("abcdefghijklmnopqrstuvwxyz")
        labels["topology.kubernetes.io/zone"] = zone
    return {**labels, **extra}


def node_object(
    name: str,
    *,
    labels: Mapping[str, str],
    taints: Sequence[Mapping[str, Any]],
    pod_cidr: str,
    status: Object,
) -> Object:
    """A node to register."""
    spec: Object = {"podCIDR": pod_cidr, "podCIDRs": [pod_cidr]} if pod_cidr else {}
    if taints:
        spec["taints"] = [dict(taint) for taint in taints]
    annotations = {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    metadata = {"name": name, "labels": dict(labels), "annotations": annotations}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }


def first_status(
    row: NodeRow, size: tuple[str, str, int], images: Iterable[str], now: int
) -> Object:
    """The status with which a kubelet registers its node."""
    total, allocatable = capacity(*size)
    return {
        "addresses": addresses(row.name, row.address),
        "capacity": total,
        "allocatable": allocatable,
        "conditions": node_conditions((), now, ready=row.ready_at <= now),
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "images": image_list(images),
        "nodeInfo": node_info(row.name, row.boots),
    }


def capacity(cpu: str, memory: str, pods: int) -> tuple[dict[str, str], dict[str, str]]:
    """(capacity, allocatable) of a machine."""
    total = {
        "cpu": cpu,
        "ephemeral-storage": of_value(DISK),
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": memory,
        "pods": str(pods),
    }
    left = str(subtract(parse(memory), parse(EVICTION_RESERVE)))
    disk = str(DISK - DISK // 10)
    return total, {**total, "memory": left, "ephemeral-storage": disk}


def node_info(name: str, boots: int) -> dict[str, str]:
    """`status.nodeInfo`; a machine that starts again has a new bootID."""
    return {
        "architecture": "amd64",
        "bootID": _identity(f"boot {boots} {name}"),
        "containerRuntimeVersion": "containerd://2.2.1",
        "kernelVersion": "6.12.57+deb13-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": KUBELET_VERSION,
        "machineID": _identity(f"machine {name}").replace("-", ""),
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "systemUUID": _identity(f"system {name}"),
    }


def _identity(text: str) -> str:
    digits = hashlib.sha256(text.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def addresses(name: str, address: str) -> list[dict[str, str]]:
    """`status.addresses`."""
    return [
        {"type": "InternalIP", "address": address},
        {"type": "Hostname", "address": name},
    ]


def node_conditions(
    old: Iterable[Object], now: int, *, ready: bool, pressed: bool = False
) -> list[Object]:
    """All conditions after a report at `now`: those of others first, then the kubelet's.

    `pressed`: the node is short of memory.
    """
    known = {condition["type"]: condition for condition in old}
    memory = SHORT_OF_MEMORY if pressed else HEALTHY[:1]
    findings = (*memory, *HEALTHY[1:], READY if ready else NOT_READY)
    own = {found[0] for found in findings}
    others = [condition for name, condition in known.items() if name not in own]
    written = timestamp(now)
    return [*others, *(_condition(known.get(found[0]), found, written) for found in findings)]


def _condition(old: Object | None, found: tuple[str, str, str, str], now: str) -> Object:
    kind, status, reason, message = found
    same = old is not None and old["status"] == status and old.get("lastTransitionTime")
    return {
        "type": kind,
        "status": status,
        "lastHeartbeatTime": now,
        "lastTransitionTime": same or now,
        "reason": reason,
        "message": message,
    }


def image_list(images: Iterable[str]) -> list[Object]:
    """`status.images`: the largest 50, with their names and sizes."""
    sized = sorted(((pull_of(image).size, image) for image in images), key=lambda x: (-x[0], x[1]))
    return [
        {"names": [digest_of(image), str(parse_image(image))], "sizeBytes": size}
        for size, image in sized[:IMAGES_REPORTED]
    ]
