"""ReplicaSet: keeps as many pods as are asked for.

Source: `pkg/controller/replicaset/replica_set.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api import selectors
from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, controller_of, is_terminating, owner_reference
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers.pods import (
    available_at,
    claim,
    create_pod,
    delete_pod,
    is_active,
    is_ready,
    next_available,
    pod_from_template,
)
from kubelearn.controllers.victims import choose_victims
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

BURST = 500
"""Pods created or deleted in one go at most."""
COMPONENT = "replicaset-controller"


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The ReplicaSets that would adopt a pod that nobody manages."""
    pod = record.new
    if pod is None or controller_of(pod) is not None:
        return ()
    labels = pod["metadata"].get("labels") or {}
    found = reconciler.context.api.list("replicasets.apps", record.key[0])
    return [
        (record.key[0], replicaset["metadata"]["name"])
        for replicaset in found
        if labels and selectors.of(replicaset["spec"]["selector"]).matches(labels)
    ]


class ReplicaSetController:
    """Creates missing pods and deletes surplus ones."""

    name: ClassVar[str] = "replicaset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("replicasets.apps"),
        Owned("pods", by="ReplicaSet"),
        Mapped("pods", _adopters),
    )
    explains: ClassVar[tuple[str, ...]] = ("replicasets.apps", "pods")

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Bring the number of active pods to `spec.replicas` and write the status."""
        replicaset = self.context.api.find("replicasets.apps", *key)
        if replicaset is None:
            return None  # the garbage collector sees to its pods
        pods = claim(self.context, replicaset, "pods")
        active = [pod for pod in pods if is_active(pod)]
        failure = None
        if not is_terminating(replicaset):
            failure = self._manage(replicaset, active)
        self._write_status(replicaset, failure)
        min_ready = replicaset["spec"].get("minReadySeconds", 0)
        if failure is not None:
            raise failure
        return next_available(active, min_ready, self.context.clock.now)

    def _manage(self, replicaset: Object, active: Sequence[Object]) -> APIError | None:
        missing = replicaset["spec"].get("replicas", 1) - len(active)
        try:
            if missing > 0:
                self._create(replicaset, min(missing, BURST))
            elif missing < 0:
                self._delete(replicaset, active, min(-missing, BURST))
        except APIError as error:
            # Slow start: after the first refusal the rest of the batch would be refused too.
            return error
        return None

    def _create(self, replicaset: Object, count: int) -> None:
        references = [owner_reference(replicaset)]
        pod = pod_from_template(replicaset, replicaset["spec"]["template"], references)
        for _ in range(count):
            create_pod(self.context, replicaset, pod, COMPONENT)

    def _delete(self, replicaset: Object, active: Sequence[Object], count: int) -> None:
        now = self.context.clock.now
        for pod in choose_victims(active, count, self._siblings(replicaset), now):
            delete_pod(self.context, replicaset, pod, COMPONENT)

    def _siblings(self, replicaset: Object) -> list[Object]:
        owner = controller_of(replicaset)
        family = [replicaset]
        if owner is not None:
            family = self.context.api.owned("replicasets.apps", owner["uid"])
        owned = (self.context.api.owned("pods", one["metadata"]["uid"]) for one in family)
        return [pod for pods in owned for pod in pods if is_active(pod)]

    # Status

    def _write_status(self, replicaset: Object, failure: APIError | None) -> None:
        metadata = replicaset["metadata"]
        pods = self.context.api.owned("pods", metadata["uid"])
        status = count_status(replicaset, pods, self.context.clock.now)
        status["conditions"] = self._conditions(replicaset, failure)
        status["observedGeneration"] = metadata["generation"]
        self.context.api.patch_status(
            "replicasets.apps", metadata["namespace"], metadata["name"], status
        )

    def _conditions(self, replicaset: Object, failure: APIError | None) -> list[Object] | None:
        old = replicaset.get("status", {}).get("conditions") or []
        others = [found for found in old if found["type"] != "ReplicaFailure"]
        if failure is None:
            return others or None
        message = str(failure)
        known = next((found for found in old if found["type"] == "ReplicaFailure"), None)
        if known is not None and known["message"] == message:
            return list(old)
        failed = {
            "type": "ReplicaFailure",
            "status": "True",
            "lastTransitionTime": timestamp(self.context.clock.now),
            "reason": "FailedCreate",
            "message": message,
        }
        return [*others, failed]

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """What this controller wants of a ReplicaSet, or why a pod of one exists."""
        if resource == "pods":
            return self._explain_pod(obj)
        status = obj.get("status", {})
        wanted, have = obj["spec"].get("replicas", 1), status.get("replicas", 0)
        ready = status.get("readyReplicas", 0)
        text = f"wants {wanted} pods, has {have}, of which {ready} are ready"
        conditions = status.get("conditions") or ()
        failures = [Reason(COMPONENT, f"{c['reason']}: {c['message']}") for c in conditions]
        return [Reason(COMPONENT, text), *failures]

    def _explain_pod(self, pod: Object) -> list[Reason]:
        reference = controller_of(pod)
        if reference is None or reference["kind"] != "ReplicaSet":
            return []
        text = f"ReplicaSet {reference['name']} made this pod because it had too few"
        return [Reason(COMPONENT, text)]


def count_status(replicaset: Object, pods: Sequence[Object], now: int) -> dict[str, Any]:
    """The counters of the status; None where the wire leaves a zero out."""
    active = [pod for pod in pods if is_active(pod)]
    wanted = (replicaset["spec"]["template"].get("metadata") or {}).get("labels", {}).items()
    min_ready = replicaset["spec"].get("minReadySeconds", 0)
    available = [at for pod in active if (at := available_at(pod, min_ready)) is not None]
    counts = {
        "fullyLabeledReplicas": sum(
            wanted <= (pod["metadata"].get("labels") or {}).items() for pod in active
        ),
        "readyReplicas": sum(map(is_ready, active)),
        "availableReplicas": sum(at <= now for at in available),
        "terminatingReplicas": sum(
            is_terminating(pod) and pod["status"].get("phase") not in ("Succeeded", "Failed")
            for pod in pods
        ),
    }
    zeros_stay = {"terminatingReplicas"}
    shown = {n: value if value or n in zeros_stay else None for n, value in counts.items()}
    return {"replicas": len(active), **shown}
