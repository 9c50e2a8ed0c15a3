"""What a kubelet refuses: pods that were put on its node by name and do not fit.

Source: `pkg/kubelet/lifecycle/predicate.go`, `handlers.go`, Kubernetes 1.36.

Unlike the real one: only cpu, memory and the number of pods are looked at, and only for pods that
the scheduler did not bind (it has looked at them itself).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.pod_resources import pod_requests
from kubelearn.api.quantity import milli, value


class Refusal(NamedTuple):
    """The reason and message of a pod that a kubelet does not take."""

    reason: str
    message: str


def refusal(pod: Object, node: Object, others: Iterable[Object]) -> Refusal | None:
    """Why the node cannot take a pod beside the others that it has; None when it can."""
    allocatable = node["status"]["allocatable"]
    room = {
        "cpu": milli(allocatable["cpu"]),
        "memory": value(allocatable["memory"]),
        "pods": value(allocatable["pods"]),
    }
    used = dict.fromkeys(room, 0)
    for other in others:
        if other["status"].get("phase") not in ("Succeeded", "Failed"):
            for name, amount in _needs(other).items():
                used[name] += amount
    for name, amount in _needs(pod).items():
        if amount and used[name] + amount > room[name]:
            text = f"requested: {amount}, used: {used[name]}, capacity: {room[name]}"
            message = f"Node didn't have enough resource: {name}, {text}"
            return Refusal(f"OutOf{name}", message)
    return None


def _needs(pod: Object) -> dict[str, int]:
    """Milli cpu, bytes, pods: the units in which the kubelet counts."""
    amounts = pod_requests(pod["spec"])
    cpu, memory = amounts.get("cpu"), amounts.get("memory")
    return {
        "pods": 1,
        "cpu": milli(str(cpu)) if cpu else 0,
        "memory": value(str(memory)) if memory else 0,
    }
