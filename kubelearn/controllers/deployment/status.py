"""The status of a Deployment: counters, conditions, progress and its deadline.

Source: `pkg/controller/deployment/progress.go`, `sync.go` (calculateStatus),
`util/deployment_util.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.sim.clock import SECOND

NO_DEADLINE = 2**31 - 1
SETTLED = ("NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused")
"""Reasons of Progressing from which nothing times out."""
COUNTERS = ("replicas", "readyReplicas", "availableReplicas", "terminatingReplicas")


def total(replicasets: Sequence[Object], counter: str) -> int:
    """The sum of a status counter over ReplicaSets."""
    return sum(replicaset.get("status", {}).get(counter, 0) for replicaset in replicasets)


def counters(deployment: Object, new: Object | None, olds: Sequence[Object]) -> dict[str, Any]:
    """The numbers of the status; zeros that the wire leaves out are None."""
    every = [*olds, new] if new is not None else list(olds)
    sums = {name: total(every, name) for name in COUNTERS}
    wanted = sum(replicaset["spec"].get("replicas", 0) for replicaset in every)
    return {
        "replicas": sums["replicas"] or None,
        "updatedReplicas": total([new] if new else [], "replicas") or None,
        "readyReplicas": sums["readyReplicas"] or None,
        "availableReplicas": sums["availableReplicas"] or None,
        "unavailableReplicas": max(0, wanted - sums["availableReplicas"]) or None,
        "terminatingReplicas": sums["terminatingReplicas"],
        "observedGeneration": deployment["metadata"]["generation"],
    }


def is_complete(deployment: Object, counts: dict[str, Any]) -> bool:
    """Whether all wanted pods are of the present template and available, and no other is left."""
    replicas = deployment["spec"]["replicas"]
    names = ("updatedReplicas", "replicas", "availableReplicas")
    return all((counts[name] or 0) == replicas for name in names)


def is_progressing(old: dict[str, Any], counts: dict[str, Any]) -> bool:
    """More updated, fewer old, more ready or more available than before."""

    def number(status: dict[str, Any], name: str) -> int:
        return status.get(name) or 0

    def outdated(status: dict[str, Any]) -> int:
        return number(status, "replicas") - number(status, "updatedReplicas")

    return outdated(counts) < outdated(old) or any(
        number(counts, name) > number(old, name)
        for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


class Conditions:
    """The conditions of one Deployment while a sync rewrites them."""

    def __init__(self, deployment: Object, now: int) -> None:
        self._now = now
        found = deployment.get("status", {}).get("conditions") or []
        self._by_type: dict[str, Object] = {one["type"]: one for one in found}

    def get(self, kind: str) -> Object | None:
        """The condition of a type."""
        return self._by_type.get(kind)

    def remove(self, kind: str) -> None:
        """Drop the condition of a type."""
        self._by_type.pop(kind, None)

    def set(self, kind: str, status: str, reason: str, message: str) -> None:
        """Set a condition; nothing changes when status and reason are the same."""
        old = self._by_type.get(kind)
        if old is not None and old["status"] == status and old["reason"] == reason:
            return
        now = timestamp(self._now)
        same = old is not None and old["status"] == status
        made = {
            "type": kind,
            "status": status,
            "lastUpdateTime": now,
            "lastTransitionTime": old["lastTransitionTime"] if old and same else now,
            "reason": reason,
            "message": message,
        }
        self._by_type.pop(kind, None)
        self._by_type[kind] = made

    def to_list(self) -> list[Object]:
        """The conditions for the status."""
        return list(self._by_type.values())


def set_available(conditions: Conditions, deployment: Object, available: int) -> None:
    """Available: at least replicas - maxUnavailable pods are."""
    if available >= deployment["spec"]["replicas"] - budget_of(deployment).unavailable:
        text = "Deployment has minimum availability."
        conditions.set("Available", "True", "MinimumReplicasAvailable", text)
    else:
        text = "Deployment does not have minimum availability."
        conditions.set("Available", "False", "MinimumReplicasUnavailable", text)


def set_progressing(
    conditions: Conditions,
    deployment: Object,
    new: Object | None,
    counts: dict[str, Any],
    now: int,
) -> None:
    """Progressing: complete, moving, or stuck for longer than the deadline."""
    if not has_deadline(deployment):
        return
    subject = _subject(deployment, new)
    known = conditions.get("Progressing")
    done = known is not None and known["reason"] == "NewReplicaSetAvailable"
    settled = done and counts["replicas"] == counts["updatedReplicas"]
    if settled:
        return
    if is_complete(deployment, counts):
        text = f"{subject} has successfully progressed."
        conditions.set("Progressing", "True", "NewReplicaSetAvailable", text)
    elif is_progressing(deployment.get("status", {}), counts):
        text = f"{subject} is progressing."
        # Progress refreshes the clock of the deadline even when the reason stays.
        began = known["lastTransitionTime"] if known and known["status"] == "True" else None
        conditions.remove("Progressing")
        conditions.set("Progressing", "True", "ReplicaSetUpdated", text)
        fresh = conditions.get("Progressing")
        if began is not None and fresh is not None:
            fresh["lastTransitionTime"] = began
    elif timed_out(deployment, known, now):
        text = f"{subject} has timed out progressing."
        conditions.set("Progressing", "False", "ProgressDeadlineExceeded", text)


def _subject(deployment: Object, new: Object | None) -> str:
    if new is not None:
        return f'ReplicaSet "{new["metadata"]["name"]}"'
    return f'Deployment "{deployment["metadata"]["name"]}"'


def has_deadline(deployment: Object) -> bool:
    """Whether progress is watched at all."""
    return bool(deployment["spec"].get("progressDeadlineSeconds", NO_DEADLINE) != NO_DEADLINE)


def deadline(deployment: Object, known: Object | None) -> int | None:
    """When the present rollout counts as stuck, in ns; None when it cannot."""
    if known is None or not has_deadline(deployment):
        return None
    if known["reason"] in SETTLED:
        return None
    seconds: int = deployment["spec"]["progressDeadlineSeconds"]
    return parse_timestamp(known["lastUpdateTime"]) + seconds * SECOND


def timed_out(deployment: Object, known: Object | None, now: int) -> bool:
    """Whether the deadline has passed."""
    end = deadline(deployment, known)
    return end is not None and end < now
