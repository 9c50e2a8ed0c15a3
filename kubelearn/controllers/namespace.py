"""Namespace: empties a namespace that is being deleted, then lets it go.

Pods go first, everything else when no pod is left (KEP 5080, GA in 1.34).
Source: `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`,
`namespace_controller.go`, Kubernetes 1.36.

Unlike the real one: discovery never fails, so two of the conditions are always good.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.errors import InternalError, NotFound
from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.store import Record
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.namespace_conditions import Progress, conditions_of
from kubelearn.controllers.pods import TERMINAL
from kubelearn.runtime.controller import Mapped, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

DELAY = 5 * SECOND
"""Time that other API servers get to see that nothing may be created any more."""
FINALIZER_ESTIMATE = 15
"""Seconds that finalizers are expected to take."""
PACE = 25 * MILLISECOND
"""Between two pods: a collection is deleted object by object."""
COMPONENT = "namespace-controller"


def _terminating(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The namespace itself, when it is being deleted."""
    return (record.key,) if record.new is not None and is_terminating(record.new) else ()


class NamespaceController:
    """Deletes the content of terminating namespaces."""

    name: ClassVar[str] = "namespace"
    watches: ClassVar[tuple[Watch, ...]] = (Mapped("namespaces", _terminating, delay=DELAY),)
    explains: ClassVar[tuple[str, ...]] = ("namespaces",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Delete what is left; when nothing is, take the finalizer away."""
        namespace = self.context.api.find("namespaces", *key)
        if namespace is None or not is_terminating(namespace):
            return None
        name = namespace["metadata"]["name"]
        if self._ask_next_pod(name):
            return PACE
        progress = Progress(name)
        estimate = self._delete_content(namespace, progress)
        self._write_conditions(namespace, progress)
        if progress.errors:
            raise InternalError(progress.errors[0])
        if estimate:
            return (estimate // 2 + 1) * SECOND
        self._finalize(name)
        return None

    def _ask_next_pod(self, namespace: str) -> bool:
        """Ask one pod to go; False when all have been asked."""
        waiting = [p for p in self.context.api.list("pods", namespace) if not is_terminating(p)]
        if waiting:
            self._delete("pods", waiting[0])
        return len(waiting) > 1

    def _delete(self, resource: str, obj: Object) -> None:
        metadata = obj["metadata"]
        try:
            self.context.api.delete(
                resource, metadata["namespace"], metadata["name"], propagation="Background"
            )
        except NotFound:
            return

    def _delete_content(self, namespace: Object, progress: Progress) -> int:
        """Ask everything to go; returns in how many seconds it should be gone, 0 = it is."""
        name = namespace["metadata"]["name"]
        pods = self.context.api.list("pods", name)
        if pods:
            grace = self._grace_left(namespace, pods)
            return progress.note("pods", pods, grace or _finalizer_estimate(pods))
        estimates = [self._delete_all(name, one, progress) for one in self._resources()]
        progress.counted = True
        return max(estimates, default=0)

    def _resources(self) -> list[str]:
        """The resources with namespaced objects, but pods."""
        api = self.context.api
        namespaced = (r for r in api.store.resources() if api.kinds.resource(r).namespaced)
        return [resource for resource in namespaced if resource != "pods"]

    def _delete_all(self, namespace: str, resource: str, progress: Progress) -> int:
        for obj in self.context.api.list(resource, namespace):
            if not is_terminating(obj):
                self._delete(resource, obj)
        left = self.context.api.list(resource, namespace)
        return progress.note(resource, left, _finalizer_estimate(left)) if left else 0

    def _grace_left(self, namespace: Object, pods: Iterable[Object]) -> int:
        """The longest grace period of pods in seconds, until it has passed once."""
        running = [pod for pod in pods if pod["status"].get("phase") not in TERMINAL]
        seconds = (pod["spec"].get("terminationGracePeriodSeconds") or 0 for pod in running)
        longest: int = max(seconds, default=0)
        began = parse_timestamp(namespace["metadata"]["deletionTimestamp"])
        return longest if self.context.clock.now - began < longest * SECOND else 0

    def _write_conditions(self, namespace: Object, progress: Progress) -> None:
        conditions = conditions_of(namespace, progress, self.context.clock.now)
        name = namespace["metadata"]["name"]
        self.context.api.patch_status("namespaces", None, name, {"conditions": conditions})

    def _finalize(self, name: str) -> None:
        finalizers = self.context.api.get("namespaces", None, name)["spec"].get("finalizers") or ()
        self.context.api.finalize(name, [one for one in finalizers if one != "kubernetes"])

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What a terminating namespace waits for."""
        if not is_terminating(obj):
            return [Reason(COMPONENT, "the namespace is active")]
        conditions = obj["status"].get("conditions") or ()
        waiting = [one["message"] for one in conditions if one["status"] == "True"]
        return [Reason(COMPONENT, text) for text in waiting or ("it is being emptied",)]


def _finalizer_estimate(objects: Iterable[Object]) -> int:
    """Seconds until objects with finalizers should be gone; 0 when none has any."""
    held = any(obj["metadata"].get("finalizers") for obj in objects)
    return FINALIZER_ESTIMATE if held else 0
