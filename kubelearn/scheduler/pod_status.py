"""What the scheduler writes into the status of pods.

Source: `pkg/scheduler/schedule_one.go` (handleSchedulingFailure, updatePod),
`pkg/scheduler/framework/preemption/preemption.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, condition
from kubelearn.api.times import timestamp


def failed(
    pod: Object, now: int, reason: str, message: str, nominated: str | None
) -> dict[str, Any]:
    """The patch for a pod that was not placed; `nominated` None leaves the nomination alone."""
    patch = _with_condition(pod, now, "PodScheduled", "False", reason, message)
    if nominated is not None:
        patch["nominatedNodeName"] = nominated or None
    return patch


def preempted(pod: Object, now: int, scheduler: str) -> dict[str, Any]:
    """The patch for a victim of preemption; `scheduler` is the one that the preemptor asks for."""
    text = f"{scheduler}: preempting to accommodate a higher priority pod"
    return _with_condition(pod, now, "DisruptionTarget", "True", "PreemptionByScheduler", text)


def _with_condition(
    pod: Object, now: int, kind: str, status: str, reason: str, message: str
) -> dict[str, Any]:
    """All conditions of the pod with this one set; its time changes only with its status."""
    old = condition(pod, kind)
    kept = old is not None and old["status"] == status
    fresh = {
        "type": kind,
        "status": status,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "lastProbeTime": None,
        "lastTransitionTime": old["lastTransitionTime"] if old and kept else timestamp(now),
        "reason": reason,
        "message": message,
    }
    conditions = (pod.get("status") or {}).get("conditions") or []
    if old is None:
        return {"conditions": [*conditions, fresh]}
    return {"conditions": [fresh if one is old else one for one in conditions]}
