"""The conditions of a namespace that is being deleted.

Source: `pkg/controller/namespace/deletion/status_condition_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp

GOOD: dict[str, tuple[str, str]] = {
    "NamespaceDeletionDiscoveryFailure": (
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": (
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}
"""Type → (reason, message) when its status is False: these conditions tell of trouble."""


class Progress:
    """What one pass over the content of a namespace has found."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.left: dict[str, int] = {}
        self.finalizers: Counter[str] = Counter()
        self.errors: list[str] = []
        self.counted = False
        """Whether all resources have been looked at, and not only the pods."""

    def note(self, resource: str, objects: Sequence[Object], estimate: int) -> int:
        """Count what is left of a resource; returns the estimate in seconds.

        What is left and has no reason to be is an error.
        """
        self.left[resource] = len(objects)
        for obj in objects:
            self.finalizers.update(obj["metadata"].get("finalizers") or ())
        if not estimate:
            name, _, group = resource.partition(".")
            kind = f"{group}/v1, Resource={name}"
            self.errors.append(
                f"unexpected items still remain in namespace: {self.namespace} for gvr: {kind}"
            )
        return estimate


def conditions_of(namespace: Object, progress: Progress, now: int) -> list[Object]:
    """The conditions after a pass; those that say the same as before stay as they are."""
    old = {one["type"]: one for one in namespace["status"].get("conditions") or ()}
    troubles = _troubles(progress)
    return [_renewed(old.get(kind), kind, troubles.get(kind), timestamp(now)) for kind in GOOD]


def _troubles(progress: Progress) -> dict[str, tuple[str, str]]:
    """Type → (reason, message) of what is not good."""
    found = {}
    if progress.errors:
        texts = ", ".join(progress.errors)
        text = f"Failed to delete all resource types, {len(progress.errors)} remaining: {texts}"
        found["NamespaceDeletionContentFailure"] = ("ContentDeletionFailed", text)
    if progress.counted and progress.left:
        found["NamespaceContentRemaining"] = ("SomeResourcesRemain", _remaining(progress.left))
    if progress.counted and progress.finalizers:
        counts = sorted(progress.finalizers.items())
        texts = ", ".join(f"{name} in {count} resource instances" for name, count in counts)
        text = f"Some content in the namespace has finalizers remaining: {texts}"
        found["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", text)
    return found


def _remaining(left: Mapping[str, int]) -> str:
    def words(resource: str, count: int) -> str:
        # Resource and group with a dot between them, also when the group is the empty one.
        name = resource if "." in resource else f"{resource}."
        return f"{name} has {count} resource instances"

    listed = sorted(words(resource, count) for resource, count in left.items())
    return f"Some resources are remaining: {', '.join(listed)}"


def _renewed(old: Object | None, kind: str, trouble: tuple[str, str] | None, now: str) -> Object:
    status = "False" if trouble is None else "True"
    reason, message = trouble or GOOD[kind]
    if old is not None and (old["status"], old["reason"], old["message"]) == (
        status,
        reason,
        message,
    ):
        return old
    return {
        "type": kind,
        "status": status,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
