"""The Deployment controller: one sync makes one kind of change, the next event drives the next.

Source: `pkg/controller/deployment/deployment_controller.go` (syncDeployment), Kubernetes 1.36.

Unlike the real one: the legacy rollback annotation `deprecated.deployment.rollback.to` is not
read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, controller_of, is_terminating
from kubelearn.api.store import Record
from kubelearn.api.subjects import DELETION
from kubelearn.controllers.adoption import adopters, claim
from kubelearn.controllers.deployment import explain, history, new_replicaset, scaling, status
from kubelearn.controllers.deployment.rollout import DEPLOYMENTS, REPLICASETS, Rollout
from kubelearn.controllers.deployment.strategies import STRATEGIES
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Deployments that would adopt a ReplicaSet that nobody manages."""
    return adopters(reconciler.context, record, DEPLOYMENTS)


def _waiting_for_last_pod(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Deployment of a pod that is gone, when it was the last one that Recreate waits for."""
    if record.new is not None or record.old is None:
        return ()
    api = reconciler.context.api
    upper = _deployment_of(api, record.old)
    if upper is None or upper["spec"]["strategy"]["type"] != "Recreate":
        return ()
    owned = api.owned(REPLICASETS, upper["metadata"]["uid"])
    if any(api.owned("pods", one["metadata"]["uid"]) for one in owned):
        return ()
    return ((record.key[0], upper["metadata"]["name"]),)


def _deployment_of(api: Any, pod: Object) -> Object | None:
    """The Deployment that manages the ReplicaSet that manages a pod."""
    obj, namespace = pod, pod["metadata"]["namespace"]
    for resource, kind in ((REPLICASETS, "ReplicaSet"), (DEPLOYMENTS, "Deployment")):
        reference = controller_of(obj)
        if reference is None or reference["kind"] != kind:
            return None
        obj = api.find(resource, namespace, reference["name"])
        if obj is None:
            return None
    return obj


class DeploymentController:
    """Moves pods from old ReplicaSets to the new one within the budget of the strategy."""

    name: ClassVar[str] = "deployment"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(DEPLOYMENTS),
        Owned(REPLICASETS, by="Deployment"),
        Mapped(REPLICASETS, _adopters),
        Mapped("pods", _waiting_for_last_pod, about=frozenset({DELETION})),
    )
    explains: ClassVar[tuple[str, ...]] = (DEPLOYMENTS, REPLICASETS)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """One step of a rollout, then the status."""
        deployment = self.context.api.find(DEPLOYMENTS, *key)
        if deployment is None:
            return None
        if deployment["spec"]["selector"] == {}:
            self._refuse(deployment)
            return None
        owned = claim(self.context, deployment, REPLICASETS)
        rollout = Rollout(self.context, deployment, owned)
        if is_terminating(deployment):
            return rollout.sync_status(progress=False)
        _note_pause(rollout)
        if self._sizes(rollout):
            return rollout.sync_status(progress=False)
        STRATEGIES[deployment["spec"]["strategy"]["type"]](rollout)
        again = rollout.sync_status(progress=True)
        return None if again is None else max(0, again) + SECOND

    def _refuse(self, deployment: Object) -> None:
        """An empty selector would select all pods: nothing is done but to say so."""
        rollout = Rollout(self.context, deployment, ())
        text = "This deployment is selecting all pods. A non-empty selector is required."
        rollout.tell("Warning", "SelectingAll", text)
        rollout.write_status({"observedGeneration": deployment["metadata"]["generation"]})

    def _sizes(self, rollout: Rollout) -> bool:
        """Only scale a Deployment that is paused or was scaled; False when it is neither."""
        new_replicaset.refresh(rollout)
        paused = bool(rollout.deployment["spec"].get("paused"))
        if not paused and not scaling.was_scaled(rollout):
            return False
        scaling.sync_size(rollout)
        if paused:
            history.clean_up(rollout)
        return True

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """The state of a rollout, or which revision a ReplicaSet is."""
        if resource == REPLICASETS:
            return explain.explain_replicaset(obj)
        owned = self.context.api.owned(REPLICASETS, obj["metadata"]["uid"])
        return explain.explain_deployment(obj, owned)


def _note_pause(rollout: Rollout) -> None:
    """Say that a rollout is paused or goes on; either starts the clock of its deadline anew."""
    deployment, conditions = rollout.deployment, rollout.conditions()
    known = conditions.get("Progressing")
    if not status.has_deadline(deployment):
        return
    if known is not None and known["reason"] == status.TIMED_OUT:
        return
    paused = bool(deployment["spec"].get("paused"))
    was_paused = known is not None and known["reason"] == "DeploymentPaused"
    if paused and not was_paused:
        conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    elif was_paused and not paused:
        conditions.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
    else:
        return
    rollout.write_status({"conditions": conditions.to_list()})
