"""The status of a Deployment: counters, conditions, progress and its deadline.

Source: `pkg/controller/deployment/progress.go`, `sync.go` (calculateStatus),
`util/deployment_util.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object, condition
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.deployment.conditions import Conditions
from kubelearn.sim.clock import SECOND

NO_DEADLINE = 2**31 - 1
COMPLETE, TIMED_OUT = "NewReplicaSetAvailable", "ProgressDeadlineExceeded"
COUNTERS = ("replicas", "readyReplicas", "availableReplicas", "terminatingReplicas")


def total(replicasets: Sequence[Object], counter: str) -> int:
    """The sum of a status counter over ReplicaSets."""
    return sum(replicaset.get("status", {}).get(counter, 0) for replicaset in replicasets)


def counters(deployment: Object, new: Object | None, every: Sequence[Object]) -> dict[str, Any]:
    """The numbers of the status; zeros that the wire leaves out are None."""
    sums = {name: total(every, name) for name in COUNTERS}
    wanted = sum(replicaset["spec"].get("replicas", 0) for replicaset in every)
    return {
        "replicas": sums["replicas"] or None,
        "updatedReplicas": total([new] if new else [], "replicas") or None,
        "readyReplicas": sums["readyReplicas"] or None,
        "availableReplicas": sums["availableReplicas"] or None,
        "unavailableReplicas": max(0, wanted - sums["availableReplicas"]) or None,
        "terminatingReplicas": sums["terminatingReplicas"],
        "observedGeneration": deployment["metadata"].get("generation", 0),
    }


def is_complete(deployment: Object, status: dict[str, Any]) -> bool:
    """Whether all wanted pods are of the present template and available, and no other is left."""
    replicas = deployment["spec"]["replicas"]
    names = ("updatedReplicas", "replicas", "availableReplicas")
    seen = (status.get("observedGeneration") or 0) >= deployment["metadata"].get("generation", 0)
    return seen and all((status.get(name) or 0) == replicas for name in names)


def is_progressing(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """More updated, fewer old, more ready or more available than before."""

    def number(status: dict[str, Any], name: str) -> int:
        return status.get(name) or 0

    def outdated(status: dict[str, Any]) -> int:
        return number(status, "replicas") - number(status, "updatedReplicas")

    return outdated(new) < outdated(old) or any(
        number(new, name) > number(old, name)
        for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def set_available(conditions: Conditions, least: int, available: int) -> None:
    """Available: at least replicas - maxUnavailable pods are."""
    if available >= least:
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
        conditions.remove("Progressing")
        return
    known = conditions.get("Progressing")
    # A rollout that is over stays over: a pod lost later is no lack of progress.
    settled = known is not None and known.get("reason") == COMPLETE
    if settled and counts["replicas"] == counts["updatedReplicas"]:
        return
    subject = _subject(deployment, new)
    if is_complete(deployment, counts):
        text = f"{subject} has successfully progressed."
        conditions.set("Progressing", "True", COMPLETE, text)
    elif is_progressing(deployment.get("status", {}), counts):
        # Progress starts the deadline anew even when the reason stays.
        text = f"{subject} is progressing."
        conditions.renew("Progressing", "True", "ReplicaSetUpdated", text)
    elif timed_out(deployment, known, now):
        text = f"{subject} has timed out progressing."
        conditions.set("Progressing", "False", TIMED_OUT, text)


def _subject(deployment: Object, new: Object | None) -> str:
    if new is not None:
        return f'ReplicaSet "{new["metadata"]["name"]}"'
    return f'Deployment "{deployment["metadata"]["name"]}"'


def set_failure(conditions: Conditions, new: Object | None, every: Sequence[Object]) -> None:
    """ReplicaFailure: what the ReplicaSets say, the new one before all others."""
    ordered = [*([new] if new is not None else []), *every]
    failure = next((found for one in ordered if (found := condition(one, "ReplicaFailure"))), None)
    if failure is None:
        conditions.remove("ReplicaFailure")
    else:
        words = (failure[name] for name in ("status", "reason", "message"))
        conditions.set("ReplicaFailure", *words)


def has_deadline(deployment: Object) -> bool:
    """Whether progress is watched at all."""
    return bool(deployment["spec"].get("progressDeadlineSeconds", NO_DEADLINE) != NO_DEADLINE)


def timed_out(deployment: Object, known: Object | None, now: int) -> bool:
    """Whether the deadline of the rollout that the condition tells of has passed."""
    if known is None or not has_deadline(deployment) or known.get("reason") == COMPLETE:
        return False
    return known.get("reason") == TIMED_OUT or _deadline(deployment, known) < now


def left(deployment: Object, status: dict[str, Any], now: int) -> int | None:
    """Nanoseconds until a rollout counts as stuck; None when it cannot."""
    known = condition(deployment, "Progressing")
    if known is None or not has_deadline(deployment) or is_complete(deployment, status):
        return None
    return None if known.get("reason") == TIMED_OUT else _deadline(deployment, known) - now


def _deadline(deployment: Object, known: Object) -> int:
    seconds: int = deployment["spec"]["progressDeadlineSeconds"]
    return parse_timestamp(known["lastUpdateTime"]) + seconds * SECOND
