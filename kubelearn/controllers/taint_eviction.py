"""Taint eviction: pods leave nodes whose NoExecute taints they do not tolerate (for ever).

Source: `pkg/controller/tainteviction/taint_eviction.go`, Kubernetes 1.36; for one taint only the
first matching toleration counts, the minimum is taken over the taints. Pods that have ended have to
go like all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, condition, is_terminating
from kubelearn.api.store import Record
from kubelearn.api.taints import tolerates
from kubelearn.controllers.pods import with_disruption
from kubelearn.runtime.controller import Mapped, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

COMPONENT = "taint-eviction-controller"
REASON = "DeletionByTaintManager"
MARK_TO_DELETE = 5 * MILLISECOND
"""From the condition on the pod to its deletion: two requests, one after the other."""


def _pods_on(reconciler: Any, record: Record) -> Iterable[Key]:
    """The pods of a node whose taints changed."""
    if _taints(record.old) == _taints(record.new):
        return ()
    pods = reconciler.context.api.on_node(record.key[1])
    return [(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods]


def _on_tainted(reconciler: Any, record: Record) -> Iterable[Key]:
    """The pod itself, when its node has such a taint or it was about to go."""
    pod = record.new or record.old or {}
    node = reconciler.context.api.find("nodes", None, pod["spec"].get("nodeName", ""))
    return (record.key,) if _taints(node) or reconciler.awaits(record.key) else ()


def _taints(node: Object | None) -> list[Object]:
    taints = node["spec"].get("taints") if node is not None else None
    if not taints:
        return []
    return [taint for taint in taints if taint["effect"] == "NoExecute"]


class TaintEvictionController:
    """Deletes pods at the moment at which their tolerations run out."""

    name: ClassVar[str] = "taint-eviction"
    watches: ClassVar[tuple[Watch, ...]] = (
        Mapped("pods", _on_tainted),
        Mapped("nodes", _pods_on),
    )
    explains: ClassVar[tuple[str, ...]] = ("pods",)
    state: ClassVar[tuple[str, ...]] = ("_due",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._due: dict[Key, int] = {}
        """When each pod on a tainted node is to go."""

    def awaits(self, key: Key) -> bool:
        """Whether a pod is about to be deleted."""
        return key in self._due

    def reconcile(self, key: Key) -> int | None:
        """Delete the pod when its time has come, or say when to look again."""
        pod = self.context.api.find("pods", *key)
        if pod is None or is_terminating(pod):
            self._due.pop(key, None)
            return None
        node = self.context.api.find("nodes", None, pod["spec"].get("nodeName", ""))
        taints = _taints(node)
        if not taints:
            self._cancel(key, pod)
            return None
        tolerations = pod["spec"].get("tolerations") or ()
        seconds = tolerated_seconds(tolerations, taints)
        if seconds is None:
            self._cancel(key, pod)
            return None
        now = self.context.clock.now
        if self._due.get(key, now) > now and not all_tolerated(tolerations, taints):
            self._cancel(key, pod)  # a taint has come for which it cannot wait
        due = self._due.setdefault(key, now + seconds * SECOND)
        if due > now:
            return due - now
        if not _is_marked(pod):
            self._mark(pod)
            return MARK_TO_DELETE
        self.context.api.delete("pods", *key)
        self._due.pop(key, None)
        return None

    def _cancel(self, key: Key, pod: Object) -> None:
        if self._due.pop(key, None) is not None:
            text = f"Cancelling deletion of Pod {key[0]}/{key[1]}"
            self.context.recorder.event(pod, "Normal", "TaintManagerEviction", text, COMPONENT)

    def _mark(self, pod: Object) -> None:
        """Say in an event and in a condition what is about to happen."""
        metadata = pod["metadata"]
        place = (metadata["namespace"], metadata["name"])
        text = f"Marking for deletion Pod {place[0]}/{place[1]}"
        self.context.recorder.event(pod, "Normal", "TaintManagerEviction", text, COMPONENT)
        reason, message = REASON, "Taint manager: deleting due to NoExecute taint"
        marked = with_disruption(pod, reason, message, self.context.clock.now)
        self.context.api.patch_status("pods", *place, {"conditions": marked})

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """When a pod will have to leave its node."""
        metadata = obj["metadata"]
        due = self._due.get((metadata["namespace"], metadata["name"]))
        if due is None:
            return []
        left = max(0, due - self.context.clock.now) // SECOND
        text = f"node {obj['spec']['nodeName']} has a NoExecute taint: the pod goes in {left}s"
        return [Reason(COMPONENT, text)]


def _is_marked(pod: Object) -> bool:
    found = condition(pod, "DisruptionTarget")
    return found is not None and found["status"] == "True" and found["reason"] == REASON


def all_tolerated(tolerations: Sequence[Object], taints: Sequence[Object]) -> bool:
    """Whether each taint has a toleration, for however long."""
    return all(any(tolerates(one, taint) for one in tolerations) for taint in taints)


def tolerated_seconds(tolerations: Sequence[Object], taints: Sequence[Object]) -> int | None:
    """Seconds that a pod may stay: 0 = must go, None = for ever."""
    shortest: int | None = None
    for taint in taints:
        found = next((one for one in tolerations if tolerates(one, taint)), None)
        if found is None:
            return 0
        seconds = found.get("tolerationSeconds")
        if seconds is not None:
            shortest = max(0, seconds) if shortest is None else min(shortest, max(0, seconds))
    return shortest
