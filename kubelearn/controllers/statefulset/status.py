"""The status of a StatefulSet: counters and revisions.

Source: `pkg/controller/statefulset/stateful_set_control.go` (updateStatus),
`stateful_set_utils.go` (completeRollingUpdate), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.statefulset import identity


class Counts(NamedTuple):
    """Pods in all, ready, available, of the current and of the update revision."""

    replicas: int
    ready: int
    available: int
    current: int
    updated: int


def counted(
    pods: Sequence[Object], revisions: tuple[str, str], min_ready_seconds: int, now: int
) -> Counts:
    """Count pods; `revisions` = names of the current and of the update revision."""
    created = [pod for pod in pods if identity.is_created(pod)]
    ready = [pod for pod in created if identity.is_running_and_ready(pod)]
    staying = [identity.revision_of(pod) for pod in created if not is_terminating(pod)]
    available = [
        pod for pod in ready if identity.is_running_and_available(pod, min_ready_seconds, now)
    ]
    current, update = revisions
    return Counts(
        len(created), len(ready), len(available), staying.count(current), staying.count(update)
    )


def status_of(
    statefulset: Object, counts: Counts, revisions: tuple[str, str], collisions: int
) -> dict[str, Any]:
    """The status to be written; a rolling update that is complete becomes the current revision."""
    current, update = revisions
    strategy = statefulset["spec"].get("updateStrategy") or {}
    complete = counts.updated == counts.ready == statefulset["spec"]["replicas"]
    if strategy.get("type") != "OnDelete" and complete:
        counts, current = counts._replace(current=counts.updated), update
    return {
        "observedGeneration": statefulset["metadata"]["generation"],
        "replicas": counts.replicas,
        "readyReplicas": counts.ready or None,
        "availableReplicas": counts.available,
        "currentReplicas": counts.current or None,
        "updatedReplicas": counts.updated or None,
        "currentRevision": current,
        "updateRevision": update,
        "collisionCount": collisions,
    }
