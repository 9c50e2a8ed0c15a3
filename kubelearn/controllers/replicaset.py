"""ReplicaSet: keeps as many pods as are asked for.

Source: `pkg/controller/replicaset/replica_set.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from kubelearn.api.errors import APIError
from kubelearn.api.objects import (
    Key,
    Object,
    controller_of,
    is_terminating,
    owner_reference,
)
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers.adoption import ORPHANS, adopters, claim, controlled
from kubelearn.controllers.pods import (
    create_pod,
    delete_pod,
    is_active,
    namespace_goes,
    next_available,
    pod_from_template,
)
from kubelearn.controllers.replica_count import Count, count_pods, counted
from kubelearn.controllers.victims import choose_victims
from kubelearn.runtime.controller import WATCH_LATENCY, Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason, amount
from kubelearn.runtime.part import Context

BURST = 500
"""Pods created or deleted in one go at most."""
COMPONENT = "replicaset-controller"
REPLICASETS = "replicasets.apps"


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The ReplicaSets that would adopt a pod that nobody manages."""
    return adopters(reconciler.context, record, REPLICASETS)


class ReplicaSetController:
    """Creates missing pods and deletes surplus ones."""

    name: ClassVar[str] = "replicaset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(REPLICASETS),
        Owned("pods", by="ReplicaSet"),
        Mapped("pods", _adopters, about=ORPHANS),
    )
    explains: ClassVar[tuple[str, ...]] = (REPLICASETS, "pods")
    resource: ClassVar[str] = REPLICASETS
    kind: ClassVar[str] = "ReplicaSet"
    component: ClassVar[str] = COMPONENT
    unknown: ClassVar[tuple[str, ...]] = ()
    """Counters that the status of this kind does not have."""
    state: ClassVar[tuple[str, ...]] = ("_unseen",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._unseen: dict[str, int] = {}
        """UID of a pod deleted here → when the watch will tell of it; until then it is ranked."""

    def find(self, key: Key) -> Object | None:
        """The object with a key; its selector is a LabelSelector."""
        return self.context.api.find(self.resource, *key)

    def reconcile(self, key: Key) -> int | None:
        """Bring the number of active pods to `spec.replicas` and write the status."""
        replicaset = self.find(key)
        if replicaset is None:
            return None  # the garbage collector sees to its pods
        again = None
        # What this sync has changed is counted by the next one, which those writes wake.
        count = counted(self.context, replicaset)
        if count is None:
            pods, now = claim(self.context, replicaset, "pods", is_active), self.context.clock.now
            count = count_pods(replicaset, pods, now)
            min_ready = replicaset["spec"].get("minReadySeconds", 0)
            again = next_available(filter(is_active, pods), min_ready, now)
        failure = None
        if not is_terminating(replicaset):
            failure = self._manage(replicaset, count.active)
        self._write_status(replicaset, count, failure)
        if failure is not None:
            raise failure
        return again

    def _manage(self, replicaset: Object, active: int) -> APIError | None:
        """Create or delete pods; returns the refusal that ended it, if any."""
        missing = replicaset["spec"].get("replicas", 1) - active
        try:
            if missing > 0:
                self._create(replicaset, min(missing, BURST))
            elif missing < 0:
                self._delete(replicaset, min(-missing, BURST))
        except APIError as error:
            return None if namespace_goes(error) else error
        return None

    def _create(self, replicaset: Object, count: int) -> None:
        references = [owner_reference(replicaset)]
        pod = pod_from_template(replicaset, replicaset["spec"]["template"], references)
        for size in slow_start(count):
            self._create_batch(replicaset, pod, size)

    def _create_batch(self, replicaset: Object, pod: Object, size: int) -> None:
        """Create pods side by side: all are tried before a refusal is raised."""
        refusals = []
        for _ in range(size):
            try:
                create_pod(self.context, replicaset, pod, self.component)
            except APIError as error:
                refusals.append(error)
        if refusals:
            raise refusals[0]

    def _delete(self, replicaset: Object, count: int) -> None:
        now = self.context.clock.now
        active = list(filter(is_active, claim(self.context, replicaset, "pods", is_active)))
        self._unseen = {uid: due for uid, due in self._unseen.items() if due > now}
        for pod in choose_victims(active, count, self._siblings(replicaset), now):
            self._unseen[pod["metadata"]["uid"]] = now + WATCH_LATENCY
            delete_pod(self.context, replicaset, pod, self.component)

    def _siblings(self, replicaset: Object) -> list[Object]:
        """The active pods of all ReplicaSets of the owner, as the watch has shown them so far."""
        owner = controller_of(replicaset)
        family = [replicaset]
        if owner is not None:
            every = self.context.api.owned(self.resource, owner["uid"])
            family = controlled(every, owner["uid"])
        owned = (self.context.api.owned("pods", one["metadata"]["uid"]) for one in family)
        return [
            pod
            for pods in owned
            for pod in pods
            if is_active(pod) or pod["metadata"]["uid"] in self._unseen
        ]

    # Status

    def _write_status(self, replicaset: Object, count: Count, failure: APIError | None) -> None:
        metadata = replicaset["metadata"]
        counters = count.status().items()
        status = {name: value for name, value in counters if name not in self.unknown}
        missing = replicaset["spec"].get("replicas", 1) - count.active
        reason = "FailedCreate" if missing > 0 else "FailedDelete"
        status["conditions"] = self._conditions(replicaset, failure, reason)
        status["observedGeneration"] = metadata["generation"]
        self.context.api.patch_status(
            self.resource, metadata["namespace"], metadata["name"], status
        )

    def _conditions(
        self, replicaset: Object, failure: APIError | None, reason: str
    ) -> list[Object] | None:
        """The conditions; ReplicaFailure stays as it began until a sync succeeds."""
        old = replicaset.get("status", {}).get("conditions") or []
        others = [found for found in old if found["type"] != "ReplicaFailure"]
        if failure is None:
            return others or None
        if len(others) < len(old):
            return list(old)
        failed = {
            "type": "ReplicaFailure",
            "status": "True",
            "lastTransitionTime": timestamp(self.context.clock.now),
            "reason": reason,
            "message": str(failure),
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
        able = amount(ready, "is", "are")
        text = f"wants {amount(wanted, 'pod')}, has {have}, of which {able} ready"
        conditions = status.get("conditions") or ()
        failures = [Reason(self.component, f"{c['reason']}: {c['message']}") for c in conditions]
        return [Reason(self.component, text), *failures]

    def _explain_pod(self, pod: Object) -> list[Reason]:
        reference = controller_of(pod)
        if reference is None or reference["kind"] != self.kind:
            return []
        text = f"{self.kind} {reference['name']} made this pod because it had too few"
        return [Reason(self.component, text)]


def slow_start(count: int, size: int = 1) -> Iterator[int]:
    """Sizes of the batches in which pods are created: 1, 2, 4 ... until there are `count`."""
    while count > 0:
        yield min(size, count)
        count -= size
        size *= 2
