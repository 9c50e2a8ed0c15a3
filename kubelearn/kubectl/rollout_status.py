"""`kubectl rollout status`: one look at a workload, in kubectl's sentences.

Source: `kubectl/pkg/polymorphichelpers/rollout_status.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.objects import Object, condition

ONLY_ROLLING = "rollout status is only available for RollingUpdate strategy type"


class RolloutStatus(NamedTuple):
    """What is printed, with its line break; whether the command ends; the error that ends it."""

    message: str
    done: bool
    error: str = ""


def rollout_status(obj: Object) -> RolloutStatus:
    """One poll of a Deployment, DaemonSet or StatefulSet; ValueError for another kind."""
    viewer = VIEWERS.get(obj["kind"])
    if viewer is None:
        kinds = ", ".join(VIEWERS)
        raise ValueError(f"no status viewer for a {obj['kind']}: choose {kinds}")
    return viewer(obj)


def _observed(obj: Object) -> bool:
    seen: int = (obj.get("status") or {}).get("observedGeneration", 0)
    return bool(obj["metadata"].get("generation", 0) <= seen)


def _deployment(obj: Object) -> RolloutStatus:
    name, status = obj["metadata"]["name"], obj.get("status") or {}
    if not _observed(obj):
        return RolloutStatus("Waiting for deployment spec update to be observed...\n", False)
    progress = condition(obj, "Progressing")
    if progress is not None and progress.get("reason") == "ProgressDeadlineExceeded":
        return RolloutStatus("", False, f'deployment "{name}" exceeded its progress deadline')
    head = f'Waiting for deployment "{name}" rollout to finish: '
    updated, total = status.get("updatedReplicas", 0), status.get("replicas", 0)
    available, wanted = status.get("availableReplicas", 0), obj["spec"].get("replicas")
    if wanted is not None and updated < wanted:
        text = f"{updated} out of {wanted} new replicas have been updated...\n"
        return RolloutStatus(head + text, False)
    if total > updated:
        text = f"{total - updated} old replicas are pending termination...\n"
        return RolloutStatus(head + text, False)
    if available < updated:
        text = f"{available} of {updated} updated replicas are available...\n"
        return RolloutStatus(head + text, False)
    return RolloutStatus(f'deployment "{name}" successfully rolled out\n', True)


def _daemonset(obj: Object) -> RolloutStatus:
    if obj["spec"]["updateStrategy"]["type"] != "RollingUpdate":
        return RolloutStatus("", True, ONLY_ROLLING)
    if not _observed(obj):
        return RolloutStatus("Waiting for daemon set spec update to be observed...\n", False)
    name, status = obj["metadata"]["name"], obj.get("status") or {}
    head = f'Waiting for daemon set "{name}" rollout to finish: '
    wanted, updated = (
        status.get(field, 0) for field in ("desiredNumberScheduled", "updatedNumberScheduled")
    )
    available = status.get("numberAvailable", 0)
    if updated < wanted:
        text = f"{updated} out of {wanted} new pods have been updated...\n"
        return RolloutStatus(head + text, False)
    if available < wanted:
        text = f"{available} of {wanted} updated pods are available...\n"
        return RolloutStatus(head + text, False)
    return RolloutStatus(f'daemon set "{name}" successfully rolled out\n', True)


def _statefulset(obj: Object) -> RolloutStatus:
    spec, status = obj["spec"], obj.get("status") or {}
    strategy = spec["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return RolloutStatus("", True, ONLY_ROLLING)
    if not status.get("observedGeneration") or not _observed(obj):
        return RolloutStatus("Waiting for statefulset spec update to be observed...\n", False)
    wanted, updated = spec.get("replicas"), status.get("updatedReplicas", 0)
    if wanted is not None and status.get("readyReplicas", 0) < wanted:
        missing = wanted - status.get("readyReplicas", 0)
        return RolloutStatus(f"Waiting for {missing} pods to be ready...\n", False)
    if strategy.get("rollingUpdate") is not None:
        return _partitioned(wanted, strategy["rollingUpdate"].get("partition"), updated)
    if status.get("updateRevision") != status.get("currentRevision"):
        revision = status.get("updateRevision", "")
        text = f"waiting for statefulset rolling update to complete {updated} pods"
        return RolloutStatus(f"{text} at revision {revision}...\n", False)
    current, revision = status.get("currentReplicas", 0), status.get("currentRevision", "")
    text = f"statefulset rolling update complete {current} pods at revision {revision}...\n"
    return RolloutStatus(text, True)


def _partitioned(wanted: int | None, partition: int | None, updated: int) -> RolloutStatus:
    if wanted is not None and partition is not None and updated < wanted - partition:
        rest = f"{updated} out of {wanted - partition} new pods have been updated...\n"
        return RolloutStatus(f"Waiting for partitioned roll out to finish: {rest}", False)
    text = f"partitioned roll out complete: {updated} new pods have been updated...\n"
    return RolloutStatus(text, True)


VIEWERS: dict[str, Callable[[Object], RolloutStatus]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemonset,
    "StatefulSet": _statefulset,
}
"""Kind → its sentences."""
