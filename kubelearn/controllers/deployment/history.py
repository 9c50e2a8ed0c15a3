"""Old ReplicaSets are kept for a way back, `revisionHistoryLimit` of them.

Source: `pkg/controller/deployment/sync.go` (cleanupDeployment), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import status
from kubelearn.controllers.deployment.rollout import REPLICASETS, Rollout

NO_LIMIT = 2**31 - 1


def clean_up_when_complete(rollout: Rollout) -> None:
    """Forget old revisions, but not before the rollout is over."""
    deployment = rollout.deployment
    if status.is_complete(deployment, deployment.get("status", {})):
        clean_up(rollout)


def clean_up(rollout: Rollout) -> None:
    """Delete the old ReplicaSets with the lowest revisions beyond the limit, if they are idle."""
    limit = rollout.deployment["spec"].get("revisionHistoryLimit", NO_LIMIT)
    alive = [one for one in rollout.olds if not is_terminating(one)]
    alive.sort(key=lambda one: (rs.revision_of(one), rs.by_age(one)))
    for old in alive[: max(0, len(alive) - limit)]:
        if is_idle(old):
            metadata = old["metadata"]
            api = rollout.context.api
            api.delete(REPLICASETS, metadata["namespace"], metadata["name"])


def is_idle(replicaset: Object) -> bool:
    """Whether a ReplicaSet wants no pods, has none, and its controller has seen it so."""
    found, metadata = replicaset.get("status", {}), replicaset["metadata"]
    return not (
        replicaset["spec"]["replicas"]
        or found.get("replicas")
        or found.get("observedGeneration", 0) < metadata.get("generation", 0)
    )
