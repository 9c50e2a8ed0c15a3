"""The StatefulSet controller: one sync takes the next step, a pod's change wakes the next.

Source: `pkg/controller/statefulset/stateful_set.go`, `stateful_set_control.go`, Kubernetes 1.36.

Unlike the real one: `maxUnavailable` is not looked at, as with the feature gate
MaxUnavailableStatefulSet, which is off by default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, controller_of, is_terminating
from kubelearn.api.store import Record
from kubelearn.controllers.adoption import ORPHANS, adopters, claim
from kubelearn.controllers.pods import next_available
from kubelearn.controllers.revisions import Revisions, forget, revisions_of
from kubelearn.controllers.statefulset import explain, identity
from kubelearn.controllers.statefulset.pod_control import COMPONENT
from kubelearn.controllers.statefulset.status import status_of
from kubelearn.controllers.statefulset.sync import Sync
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

STATEFULSETS = "statefulsets.apps"
HASH_LABEL = "controller.kubernetes.io/hash"


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The StatefulSets that would adopt a pod that nobody manages."""
    return adopters(reconciler.context, record, STATEFULSETS)


class StatefulSetController:
    """Keeps pods with fixed names, one after the other or all at once."""

    name: ClassVar[str] = "statefulset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(STATEFULSETS),
        Owned("pods", by="StatefulSet"),
        Mapped("pods", _adopters, about=ORPHANS),
    )
    explains: ClassVar[tuple[str, ...]] = (STATEFULSETS, "pods")

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Take the next step, then write the status, also when the step was refused."""
        statefulset = self.context.api.find(STATEFULSETS, *key)
        if statefulset is None:
            return None
        pods = self._pods(statefulset)
        labels = (statefulset["spec"]["template"].get("metadata") or {}).get("labels") or {}
        revisions = revisions_of(self.context, statefulset, labels, HASH_LABEL)
        sync = Sync(
            self.context, statefulset, pods, _current(statefulset, revisions), revisions.update
        )
        refusal = None
        if not is_terminating(statefulset):
            try:
                sync.run()
            except APIError as error:
                refusal = error
        self._write_status(statefulset, sync, revisions.collisions)
        if refusal is not None:
            raise refusal
        live = (sync.current["metadata"]["name"], revisions.update["metadata"]["name"])
        forget(self.context, statefulset, revisions.known,
               {*live, *map(identity.revision_of, pods)})  # fmt: skip
        return next_available(pods, sync.min_ready, self.context.clock.now)

    def _pods(self, statefulset: Object) -> list[Object]:
        def mine(pod: Object) -> bool:
            return identity.is_member(statefulset, pod)

        return [pod for pod in claim(self.context, statefulset, "pods", mine) if mine(pod)]

    def _write_status(self, statefulset: Object, sync: Sync, collisions: int) -> None:
        metadata = statefulset["metadata"]
        names = (sync.current["metadata"]["name"], sync.update["metadata"]["name"])
        status = status_of(statefulset, sync.counts(), names, collisions)
        place = (STATEFULSETS, metadata["namespace"], metadata["name"])
        self.context.api.patch_status(*place, status)

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """What a StatefulSet waits for, or why a pod of one exists."""
        if resource == "pods":
            owner = controller_of(obj)
            if owner is None or owner["kind"] != "StatefulSet":
                return []
            text = f"StatefulSet {owner['name']} made this pod for ordinal"
            return [Reason(COMPONENT, f"{text} {identity.ordinal_of(obj)}")]
        pods = self.context.api.owned("pods", obj["metadata"]["uid"])
        return explain.explain_statefulset(obj, pods, self.context.clock.now)


def _current(statefulset: Object, revisions: Revisions) -> Object:
    """The revision that the status calls current; at first that of the template."""
    name = statefulset.get("status", {}).get("currentRevision")
    known = (one for one in revisions.known if one["metadata"]["name"] == name)
    return next(known, revisions.update)
