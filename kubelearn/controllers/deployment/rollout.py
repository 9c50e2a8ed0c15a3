"""One sync of a Deployment: what it has read, and how it writes.

What a sync reads at its beginning it uses to its end, as the real one does with its cache; what
its own writes change is seen by the next sync, which they wake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object, merge
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import status
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.controllers.deployment.conditions import Conditions
from kubelearn.runtime.part import Context

COMPONENT = "deployment-controller"
DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"


class Rollout:
    """A Deployment with its ReplicaSets, the new one apart."""

    def __init__(self, context: Context, deployment: Object, owned: Sequence[Object]) -> None:
        self.context = context
        self.deployment = deployment
        self.new = rs.find_new(deployment, owned)
        self.olds = [one for one in owned if one is not self.new]
        self.refreshed: Object | None = None
        """The new ReplicaSet when it was found up to date."""
        self.budget = budget_of(deployment)
        """How far the rolling update may go."""

    @property
    def every(self) -> list[Object]:
        """All ReplicaSets, the new one last."""
        return [*self.olds, *([self.new] if self.new is not None else [])]

    @property
    def replicas(self) -> int:
        """How many pods are wanted."""
        return int(self.deployment["spec"]["replicas"])

    def conditions(self) -> Conditions:
        """The conditions, to be changed."""
        return Conditions(self.deployment, self.context.clock.now)

    def tell(self, kind: str, reason: str, text: str) -> None:
        """Write an Event about the Deployment."""
        self.context.recorder.event(self.deployment, kind, reason, text, COMPONENT)

    # ReplicaSets

    def scale(self, replicaset: Object, size: int) -> Object:
        """Write size and size annotations of a ReplicaSet; returns it as it is then."""
        metadata, old = replicaset["metadata"], replicaset["spec"]["replicas"]
        annotations = rs.size_annotations(self.replicas, self.budget.surge)
        namespace, name = metadata["namespace"], metadata["name"]
        if size == old and annotations.items() <= (metadata.get("annotations") or {}).items():
            return replicaset
        patch = {"metadata": {"annotations": annotations}, "spec": {"replicas": size}}
        scaled = self.context.api.patch(REPLICASETS, namespace, name, patch)
        if size != old:
            direction = "up" if size > old else "down"
            text = f"Scaled {direction} replica set {name} from {old} to {size}"
            self.tell("Normal", "ScalingReplicaSet", text)
        return scaled

    def resize(self, replicaset: Object, size: int) -> bool:
        """Scale a ReplicaSet that has another size; returns whether it had."""
        if replicaset["spec"]["replicas"] == size:
            return False
        self.scale(replicaset, size)
        return True

    # Status

    def write_status(self, found: dict[str, Any]) -> None:
        """Merge into the status; no write when nothing changes."""
        metadata = self.deployment["metadata"]
        self.deployment = self.context.api.patch_status(
            DEPLOYMENTS, metadata["namespace"], metadata["name"], found
        )

    def write_revision(self, revision: str, conditions: Conditions) -> None:
        """Write the revision annotation and the conditions in one go, if that changes anything."""
        annotations = {rs.REVISION: revision}
        found = {"conditions": conditions.to_list() or None}
        changed = merge(
            self.deployment, {"metadata": {"annotations": annotations}, "status": found}
        )
        if changed is not self.deployment:
            self.deployment = self.context.api.update(changed, subresource="status")

    def sync_status(self, *, progress: bool) -> int | None:
        """Write counters and conditions; returns nanoseconds until the deadline wants a look.

        `progress` = False leaves Progressing and ReplicaFailure as they are: a Deployment that
        is being scaled, paused or deleted makes no progress to judge.
        """
        conditions = self.conditions()
        counts = status.counters(self.deployment, self.new, self.every)
        least = self.replicas - self.budget.unavailable
        status.set_available(conditions, least, counts["availableReplicas"] or 0)
        now = self.context.clock.now
        if progress:
            status.set_progressing(conditions, self.deployment, self.new, counts, now)
            status.set_failure(conditions, self.new, self.every)
        self.write_status({**counts, "conditions": conditions.to_list()})
        return status.left(self.deployment, counts, now) if progress else None
