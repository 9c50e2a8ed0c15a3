"""Namespace: empties a namespace that is being deleted, then lets it go.

Pods go first, everything else when no pod is left (KEP 5080, GA in 1.34).
Source: `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.times import timestamp
from kubelearn.runtime.controller import Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

DELAY = 5 * SECOND
"""Time that other API servers get to see that nothing may be created any more."""
FINALIZER_RETRY = 8 * SECOND
COMPONENT = "namespace-controller"
GOOD_CONDITIONS = (
    (
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
)


class NamespaceController:
    """Deletes the content of terminating namespaces."""

    name: ClassVar[str] = "namespace"
    watches: ClassVar[tuple[Watch, ...]] = (Own("namespaces"),)
    explains: ClassVar[tuple[str, ...]] = ("namespaces",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Delete what is left; when nothing is, take the finalizer away."""
        namespace = self.context.api.find("namespaces", *key)
        if namespace is None or not is_terminating(namespace):
            return None
        if not _seen(namespace):
            # The first look comes after the delay; the status says that it is on the way.
            self._write_conditions(namespace, {}, {})
            return DELAY
        name = namespace["metadata"]["name"]
        grace = self._delete_content(name)
        left, finalizers = self._remaining(name)
        if not left:
            self._finalize(namespace)
            return None
        self._write_conditions(namespace, left, finalizers)
        return (grace // 2 + 1) * SECOND if grace else FINALIZER_RETRY

    def _delete_content(self, namespace: str) -> int:
        """Ask the content to go; returns the longest grace period in seconds."""
        api = self.context.api
        pods = api.list("pods", namespace)
        for pod in pods:
            if not is_terminating(pod):
                api.delete("pods", namespace, pod["metadata"]["name"], propagation="Background")
        pods = api.list("pods", namespace)
        if pods:
            seconds = (p["metadata"].get("deletionGracePeriodSeconds") or 0 for p in pods)
            return max(seconds)
        for resource in api.store.resources():
            if not api.kinds.resource(resource).namespaced:
                continue
            for obj in api.list(resource, namespace):
                if not is_terminating(obj):
                    name = obj["metadata"]["name"]
                    api.delete(resource, namespace, name, propagation="Background")
        return 0

    def _remaining(self, namespace: str) -> tuple[dict[str, int], dict[str, int]]:
        """How many objects of each resource and of each finalizer are left."""
        left: dict[str, int] = {}
        finalizers: dict[str, int] = {}
        for resource in self.context.api.store.resources():
            if not self.context.api.kinds.resource(resource).namespaced:
                continue
            for obj in self.context.api.list(resource, namespace):
                left[resource] = left.get(resource, 0) + 1
                for finalizer in obj["metadata"].get("finalizers") or ():
                    finalizers[finalizer] = finalizers.get(finalizer, 0) + 1
        return left, finalizers

    def _finalize(self, namespace: Object) -> None:
        spec = {**namespace["spec"]}
        spec["finalizers"] = [one for one in spec.get("finalizers", ()) if one != "kubernetes"]
        name = namespace["metadata"]["name"]
        if not spec["finalizers"] and not namespace["metadata"].get("finalizers"):
            self.context.api.remove("namespaces", None, name)
        else:
            self.context.api.store.put("namespaces", ("", name), {**namespace, "spec": spec})

    def _write_conditions(
        self, namespace: Object, left: Mapping[str, int], finalizers: Mapping[str, int]
    ) -> None:
        now = timestamp(self.context.clock.now)
        texts = [(kind, "False", reason, text) for kind, reason, text in GOOD_CONDITIONS]
        texts.append(_content_condition(left))
        texts.append(_finalizer_condition(finalizers))
        old = {c["type"]: c for c in namespace["status"].get("conditions") or ()}
        conditions = [_renewed(old.get(text[0]), text, now) for text in texts]
        name = namespace["metadata"]["name"]
        self.context.api.patch_status("namespaces", None, name, {"conditions": conditions})

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What a terminating namespace waits for."""
        if not is_terminating(obj):
            return [Reason(COMPONENT, "the namespace is active")]
        conditions = obj["status"].get("conditions") or ()
        waiting = [c["message"] for c in conditions if c["status"] == "True"]
        return [Reason(COMPONENT, text) for text in waiting or ("it is being emptied",)]


def _seen(namespace: Object) -> bool:
    return bool(namespace["status"].get("conditions"))


def _content_condition(left: Mapping[str, int]) -> tuple[str, str, str, str]:
    kind = "NamespaceContentRemaining"
    others = {resource: count for resource, count in left.items() if resource != "pods"}
    if not left or not others:
        return (kind, "False", "ContentRemoved", "All content successfully removed")
    counts = (f"{name}. has {count} resource instances" for name, count in sorted(left.items()))
    text = f"Some resources are remaining: {', '.join(counts)}"
    return (kind, "True", "SomeResourcesRemain", text)


def _finalizer_condition(finalizers: Mapping[str, int]) -> tuple[str, str, str, str]:
    kind = "NamespaceFinalizersRemaining"
    if not finalizers:
        text = "All content-preserving finalizers finished"
        return (kind, "False", "ContentHasNoFinalizers", text)
    counts = (f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
    text = f"Some content in the namespace has finalizers remaining: {', '.join(counts)}"
    return (kind, "True", "SomeFinalizersRemain", text)


def _renewed(old: Object | None, text: tuple[str, str, str, str], now: str) -> Object:
    kind, status, reason, message = text
    same = (status, reason, message)
    if old is not None and (old["status"], old["reason"], old["message"]) == same:
        return old
    since = old["lastTransitionTime"] if old is not None and old["status"] == status else now
    return {
        "type": kind,
        "status": status,
        "lastTransitionTime": since,
        "reason": reason,
        "message": message,
    }
