"""The Deployment controller: one sync makes one kind of change, the next event drives the next.

Source: `pkg/controller/deployment/deployment_controller.go` (syncDeployment), `rolling.go`,
`recreate.go`, `sync.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api import selectors
from kubelearn.api.errors import AlreadyExists, APIError
from kubelearn.api.objects import Key, Object, controller_of, is_terminating
from kubelearn.api.store import Record
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import rolling, status
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.controllers.pods import TERMINAL, claim
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

COMPONENT = "deployment-controller"


def _waiting_for_last_pod(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Deployment of a pod that is gone: Recreate waits for the last one."""
    if record.new is not None or record.old is None:
        return ()
    reference = controller_of(record.old)
    if reference is None or reference["kind"] != "ReplicaSet":
        return ()
    owner = reconciler.context.api.find("replicasets.apps", record.key[0], reference["name"])
    upper = controller_of(owner) if owner is not None else None
    return () if upper is None else ((record.key[0], upper["name"]),)


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Deployments that would adopt a ReplicaSet that nobody manages."""
    replicaset = record.new
    if replicaset is None or controller_of(replicaset) is not None:
        return ()
    labels = replicaset["metadata"].get("labels") or {}
    return [
        (record.key[0], deployment["metadata"]["name"])
        for deployment in reconciler.context.api.list("deployments.apps", record.key[0])
        if labels and selectors.of(deployment["spec"]["selector"]).matches(labels)
    ]


class DeploymentController:
    """Moves pods from old ReplicaSets to the new one within the budget of the strategy."""

    name: ClassVar[str] = "deployment"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("deployments.apps"),
        Owned("replicasets.apps", by="Deployment"),
        Mapped("replicasets.apps", _adopters),
        Mapped("pods", _waiting_for_last_pod),
    )
    explains: ClassVar[tuple[str, ...]] = ("deployments.apps", "replicasets.apps")

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """One step of a rollout, then the status."""
        deployment = self.context.api.find("deployments.apps", *key)
        if deployment is None:
            return None
        if deployment["spec"]["selector"] == {}:
            text = "This deployment is selecting all pods. A non-empty selector is required."
            self.context.recorder.event(deployment, "Warning", "SelectingAll", text, COMPONENT)
            return None
        owned = claim(self.context, deployment, "replicasets.apps")
        if is_terminating(deployment):
            return self._finish(deployment, owned)
        conditions = status.Conditions(deployment, self.context.clock.now)
        self._note_pause(deployment, conditions)
        if deployment["spec"].get("paused") or self._was_scaled(deployment, owned):
            self._sync_size(deployment, owned, conditions)
        elif deployment["spec"]["strategy"]["type"] == "Recreate":
            self._recreate(deployment, owned, conditions)
        else:
            self._roll(deployment, owned, conditions)
        return self._finish(deployment, self._owned(deployment), conditions)

    def _owned(self, deployment: Object) -> list[Object]:
        return self.context.api.owned("replicasets.apps", deployment["metadata"]["uid"])

    # Strategies

    def _roll(
        self, deployment: Object, owned: Sequence[Object], conditions: status.Conditions
    ) -> None:
        new = self._ensure_new(deployment, owned, conditions)
        if new is None:
            return
        every = self._owned(deployment)
        replicas, budget = deployment["spec"]["replicas"], budget_of(deployment)
        total = sum(one["spec"]["replicas"] for one in every)
        size = rolling.grown(replicas, budget, new["spec"]["replicas"], total)
        if new["spec"]["replicas"] != replicas and size != new["spec"]["replicas"]:
            self._scale(deployment, new, size)
            return
        olds = [one for one in every if one["metadata"]["uid"] != new["metadata"]["uid"]]
        active = [_size(one) for one in sorted(olds, key=rs.by_age) if one["spec"]["replicas"]]
        for name, less in rolling.shrunk(replicas, budget, _size(new), active).items():
            old = next(one for one in olds if one["metadata"]["name"] == name)
            self._scale(deployment, old, less)
        self._clean_up(deployment, new)

    def _recreate(
        self, deployment: Object, owned: Sequence[Object], conditions: status.Conditions
    ) -> None:
        new = rs.find_new(deployment, owned)
        olds = [one for one in owned if one is not new]
        shrinking = [one for one in olds if one["spec"]["replicas"]]
        for old in shrinking:
            self._scale(deployment, old, 0)
        if shrinking or any(self._has_pods(old) for old in olds):
            return
        new = self._ensure_new(deployment, owned, conditions)
        if new is not None:
            self._scale(deployment, new, deployment["spec"]["replicas"])
            self._clean_up(deployment, new)

    def _has_pods(self, replicaset: Object) -> bool:
        pods = self.context.api.owned("pods", replicaset["metadata"]["uid"])
        return any(pod["status"].get("phase") not in TERMINAL for pod in pods)

    # Scaling

    def _was_scaled(self, deployment: Object, owned: Sequence[Object]) -> bool:
        wanted = deployment["spec"]["replicas"]
        desired = (
            rs.annotation_number(one, rs.DESIRED) for one in owned if one["spec"]["replicas"]
        )
        return any(number is not None and number != wanted for number in desired)

    def _sync_size(
        self, deployment: Object, owned: Sequence[Object], conditions: status.Conditions
    ) -> None:
        new = rs.find_new(deployment, owned)
        if new is not None:
            new = self._refresh_new(deployment, new, owned, conditions)
        owned = self._owned(deployment)
        replicas = deployment["spec"]["replicas"]
        active = [one for one in owned if one["spec"]["replicas"]]
        if len(active) <= 1:
            newest = active or ([new] if new else sorted(owned, key=rs.by_age)[-1:])
            for one in newest:
                self._scale(deployment, one, replicas)
        elif new is not None and _is_saturated(deployment, new):
            for old in active:
                if old["metadata"]["uid"] != new["metadata"]["uid"]:
                    self._scale(deployment, old, 0)
        elif deployment["spec"]["strategy"]["type"] == "RollingUpdate":
            self._scale_proportionally(deployment, active)
        if deployment["spec"].get("paused") and new is not None:
            self._clean_up(deployment, new)

    def _scale_proportionally(self, deployment: Object, active: list[Object]) -> None:
        replicas, surge = deployment["spec"]["replicas"], budget_of(deployment).surge
        allowed = replicas + surge if replicas else 0
        growing = allowed > sum(one["spec"]["replicas"] for one in active)
        active.sort(key=rs.by_age, reverse=growing)
        active.sort(key=lambda one: -one["spec"]["replicas"])
        shares = [
            rolling.Share(
                one["metadata"]["name"],
                one["spec"]["replicas"],
                rs.annotation_number(one, rs.MAXIMUM),
            )
            for one in active
        ]
        known = deployment.get("status", {}).get("replicas", 0)
        sizes = rolling.proportional(replicas, surge, known, shares)
        for one in active:
            self._scale(deployment, one, sizes[one["metadata"]["name"]])

    def _scale(self, deployment: Object, replicaset: Object, size: int) -> None:
        """Write size and size annotations, and tell when the size changed."""
        metadata, old = replicaset["metadata"], replicaset["spec"]["replicas"]
        surge = budget_of(deployment).surge
        annotations = rs.size_annotations(deployment["spec"]["replicas"], surge)
        patch = {"metadata": {"annotations": annotations}, "spec": {"replicas": size}}
        self.context.api.patch("replicasets.apps", metadata["namespace"], metadata["name"], patch)
        if size != old:
            self._tell_scaled(deployment, metadata["name"], old, size)

    def _tell_scaled(self, deployment: Object, name: str, old: int, size: int) -> None:
        direction = "up" if size > old else "down"
        text = f"Scaled {direction} replica set {name} from {old} to {size}"
        self.context.recorder.event(deployment, "Normal", "ScalingReplicaSet", text, COMPONENT)

    # The new ReplicaSet

    def _ensure_new(
        self, deployment: Object, owned: Sequence[Object], conditions: status.Conditions
    ) -> Object | None:
        new = rs.find_new(deployment, owned)
        if new is not None:
            return self._refresh_new(deployment, new, owned, conditions)
        return self._create_new(deployment, owned, conditions)

    def _refresh_new(
        self,
        deployment: Object,
        new: Object,
        owned: Sequence[Object],
        conditions: status.Conditions,
    ) -> Object:
        metadata = new["metadata"]
        olds = [one for one in owned if one["metadata"]["uid"] != metadata["uid"]]
        revised = rs.revised_annotations(new, rs.next_revision(olds))
        replicas, surge = deployment["spec"]["replicas"], budget_of(deployment).surge
        sizes = rs.size_annotations(replicas, surge) if new["spec"]["replicas"] else {}
        annotations = {**revised, **rs.copied_annotations(deployment), **sizes}
        seconds = deployment["spec"].get("minReadySeconds") or None
        patch = {"metadata": {"annotations": annotations}, "spec": {"minReadySeconds": seconds}}
        new = self.context.api.patch(
            "replicasets.apps", metadata["namespace"], metadata["name"], patch
        )
        self._set_revision(deployment, annotations[rs.REVISION])
        if status.has_deadline(deployment) and conditions.get("Progressing") is None:
            text = f'Found new replica set "{metadata["name"]}"'
            conditions.set("Progressing", "True", "FoundNewReplicaSet", text)
        return new

    def _create_new(
        self, deployment: Object, owned: Sequence[Object], conditions: status.Conditions
    ) -> Object | None:
        replicas, budget = deployment["spec"]["replicas"], budget_of(deployment)
        total = sum(one["spec"]["replicas"] for one in owned)
        recreate = deployment["spec"]["strategy"]["type"] == "Recreate"
        size = replicas if recreate else rolling.grown(replicas, budget, 0, total)
        revision = str(rs.next_revision(owned))
        annotations = {
            **rs.copied_annotations(deployment),
            rs.REVISION: revision,
            **rs.size_annotations(replicas, budget.surge),
        }
        made = rs.new_replicaset(deployment, size, annotations)
        name = made["metadata"]["name"]
        try:
            new = self.context.api.create(made)
        except AlreadyExists:
            self._count_collision(deployment)
            raise
        except APIError as error:
            text = f'Failed to create new replica set "{name}": {error}'
            conditions.set("Progressing", "False", "ReplicaSetCreateError", text)
            return None
        if size:
            self._tell_scaled(deployment, name, 0, size)
        self._set_revision(deployment, revision)
        if status.has_deadline(deployment):
            text = f'Created new replica set "{name}"'
            conditions.set("Progressing", "True", "NewReplicaSetCreated", text)
        return new

    def _count_collision(self, deployment: Object) -> None:
        metadata = deployment["metadata"]
        count = deployment.get("status", {}).get("collisionCount", 0) + 1
        patch = {"collisionCount": count}
        self.context.api.patch_status(
            "deployments.apps", metadata["namespace"], metadata["name"], patch
        )

    def _set_revision(self, deployment: Object, revision: str) -> None:
        metadata = deployment["metadata"]
        patch = {"metadata": {"annotations": {rs.REVISION: revision}}}
        self.context.api.patch("deployments.apps", metadata["namespace"], metadata["name"], patch)

    def _clean_up(self, deployment: Object, new: Object) -> None:
        """Delete old ReplicaSets beyond revisionHistoryLimit once a rollout is complete."""
        every = self._owned(deployment)
        olds = [one for one in every if one["metadata"]["uid"] != new["metadata"]["uid"]]
        counts = status.counters(deployment, self._again(new), olds)
        paused = deployment["spec"].get("paused")
        if not paused and not status.is_complete(deployment, counts):
            return
        idle = [one for one in olds if _is_idle(one)]
        idle.sort(key=rs.revision_of)
        surplus = len(olds) - deployment["spec"].get("revisionHistoryLimit", 10)
        for old in idle[: max(0, surplus)]:
            metadata = old["metadata"]
            self.context.api.delete("replicasets.apps", metadata["namespace"], metadata["name"])

    def _again(self, replicaset: Object) -> Object | None:
        metadata = replicaset["metadata"]
        return self.context.api.find("replicasets.apps", metadata["namespace"], metadata["name"])

    # Status

    def _note_pause(self, deployment: Object, conditions: status.Conditions) -> None:
        """Say that a rollout is paused or goes on; either restarts the clock of its deadline."""
        known = conditions.get("Progressing")
        if not status.has_deadline(deployment):
            return
        if known is not None and known["reason"] == "ProgressDeadlineExceeded":
            return
        was_paused = known is not None and known["reason"] == "DeploymentPaused"
        if deployment["spec"].get("paused") and not was_paused:
            conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        elif not deployment["spec"].get("paused") and was_paused:
            conditions.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")

    def _finish(
        self,
        deployment: Object,
        owned: Sequence[Object],
        conditions: status.Conditions | None = None,
    ) -> int | None:
        """Write the status; returns when the progress deadline wants a look."""
        now = self.context.clock.now
        conditions = conditions or status.Conditions(deployment, now)
        new = rs.find_new(deployment, owned)
        olds = [one for one in owned if one is not new]
        counts = status.counters(deployment, new, olds)
        status.set_available(conditions, deployment, counts["availableReplicas"] or 0)
        if not deployment["spec"].get("paused"):
            status.set_progressing(conditions, deployment, new, counts, now)
        self._copy_failure(conditions, new, olds)
        patch = {**counts, "conditions": conditions.to_list()}
        metadata = deployment["metadata"]
        self.context.api.patch_status(
            "deployments.apps", metadata["namespace"], metadata["name"], patch
        )
        end = status.deadline(deployment, conditions.get("Progressing"))
        return None if end is None else max(0, end - now) + SECOND

    def _copy_failure(
        self, conditions: status.Conditions, new: Object | None, olds: Sequence[Object]
    ) -> None:
        conditions_of = (
            found
            for one in ([new, *olds] if new is not None else olds)
            for found in one.get("status", {}).get("conditions") or ()
            if found["type"] == "ReplicaFailure"
        )
        failure = next(iter(conditions_of), None)
        if failure is None:
            conditions.remove("ReplicaFailure")
        else:
            fields = (failure[name] for name in ("status", "reason", "message"))
            conditions.set("ReplicaFailure", *fields)

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """The state of a rollout, ReplicaSet by ReplicaSet."""
        if resource == "replicasets.apps":
            return self._explain_replicaset(obj)
        rows = tuple(_row(one) for one in sorted(self._owned(obj), key=rs.by_age))
        budget, replicas = budget_of(obj), obj["spec"]["replicas"]
        text = (
            f"wants {replicas} pods; while rolling at most {replicas + budget.surge} may exist "
            f"and at least {replicas - budget.unavailable} must be available"
        )
        reasons = [Reason(COMPONENT, text, table=rows)]
        for found in obj.get("status", {}).get("conditions") or ():
            words = f"{found['type']}={found['status']}, {found['reason']}: {found['message']}"
            reasons.append(Reason(COMPONENT, words))
        return reasons

    def _explain_replicaset(self, obj: Object) -> list[Reason]:
        owner = controller_of(obj)
        if owner is None or owner["kind"] != "Deployment":
            return []
        text = f"revision {rs.revision_of(obj)} of Deployment {owner['name']} sets its size"
        return [Reason(COMPONENT, text)]


def _size(replicaset: Object) -> rolling.Size:
    available = replicaset.get("status", {}).get("availableReplicas", 0)
    return rolling.Size(replicaset["metadata"]["name"], replicaset["spec"]["replicas"], available)


def _is_idle(replicaset: Object) -> bool:
    """Empty, observed and not on its way out: fit to be forgotten."""
    found, metadata = replicaset.get("status", {}), replicaset["metadata"]
    return not (
        replicaset["spec"]["replicas"]
        or found.get("replicas")
        or found.get("observedGeneration", 0) < metadata["generation"]
        or is_terminating(replicaset)
    )


def _is_saturated(deployment: Object, new: Object) -> bool:
    wanted = deployment["spec"]["replicas"]
    sizes = (
        new["spec"]["replicas"],
        rs.annotation_number(new, rs.DESIRED),
        new.get("status", {}).get("availableReplicas", 0),
    )
    return all(size == wanted for size in sizes)


def _row(replicaset: Object) -> dict[str, Any]:
    found = replicaset.get("status", {})
    return {
        "revision": rs.revision_of(replicaset),
        "replicaset": replicaset["metadata"]["name"],
        "wanted": replicaset["spec"]["replicas"],
        "pods": found.get("replicas", 0),
        "ready": found.get("readyReplicas", 0),
        "available": found.get("availableReplicas", 0),
    }
