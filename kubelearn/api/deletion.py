"""What a DELETE does to an object: remove it, or mark it and wait.

Source: apiserver `pkg/registry/rest/delete.go`, `pkg/registry/generic/registry/store.go`,
`pkg/registry/core/pod/strategy.go` (CheckGracefulDelete), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.sim.clock import SECOND

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
ORPHANING_KINDS = ("jobs.batch", "replicationcontrollers")
"""Kinds whose dependents stay when nothing else is said."""


def deletion_of(
    resource: str, obj: Object, now: int, grace: int | None, propagation: str | None
) -> Object | None:
    """The object marked for deletion, or None when it goes at once.

    Returns `obj` itself when the request changes nothing (it is terminating already).
    """
    metadata = obj["metadata"]
    finalizers = _finalizers(resource, metadata, propagation)
    seconds = _grace(resource, obj, grace)
    waits = seconds > 0 or bool(finalizers) or _namespace_waits(resource, obj)
    if not waits:
        return None
    if "deletionTimestamp" in metadata:
        return _shortened(obj, seconds, finalizers)
    marks = {
        "deletionTimestamp": timestamp(now + seconds * SECOND),
        "deletionGracePeriodSeconds": seconds,
        **({"generation": metadata["generation"] + 1} if "generation" in metadata else {}),
    }
    return _marked(resource, obj, marks, finalizers)


def _marked(resource: str, obj: Object, marks: Object, finalizers: list[str]) -> Object:
    metadata = {**obj["metadata"], **marks}
    metadata.pop("finalizers", None)
    if finalizers:
        metadata["finalizers"] = finalizers
    marked = {**obj, "metadata": metadata}
    if resource == "namespaces":
        # A namespace has no grace period of its own; its controller empties it.
        del metadata["deletionGracePeriodSeconds"]
        marked["status"] = {**obj.get("status", {}), "phase": "Terminating"}
    return marked


def _shortened(obj: Object, seconds: int, finalizers: list[str]) -> Object:
    metadata = obj["metadata"]
    left = metadata.get("deletionGracePeriodSeconds", 0)
    changes: Object = {}
    if seconds < left:
        begun = parse_timestamp(metadata["deletionTimestamp"]) - left * SECOND
        changes["deletionTimestamp"] = timestamp(begun + seconds * SECOND)
        changes["deletionGracePeriodSeconds"] = seconds
    if finalizers != metadata.get("finalizers", []):
        changes["finalizers"] = finalizers
    return {**obj, "metadata": {**metadata, **changes}} if changes else obj


def _namespace_waits(resource: str, obj: Object) -> bool:
    return resource == "namespaces" and bool(get_path(obj, "spec", "finalizers"))


def _grace(resource: str, obj: Object, grace: int | None) -> int:
    """Seconds that a pod gets to stop; nothing else gets any."""
    if resource != "pods":
        return 0
    phase = get_path(obj, "status", "phase")
    if not obj["spec"].get("nodeName") or phase in ("Succeeded", "Failed"):
        return 0
    if grace is None:
        grace = obj["spec"].get("terminationGracePeriodSeconds", 30)
    return grace if grace >= 0 else 1


PROPAGATION = ("Background", "Foreground", "Orphan")
"""What may become of the objects that a deleted one owns."""


def _finalizers(resource: str, metadata: Object, propagation: str | None) -> list[str]:
    present: list[str] = metadata.get("finalizers") or []
    if propagation is None:
        if ORPHAN in present or FOREGROUND in present:
            return present
        propagation = "Orphan" if resource in ORPHANING_KINDS else "Background"
    others = [name for name in present if name not in (ORPHAN, FOREGROUND)]
    added = {"Orphan": [ORPHAN], "Foreground": [FOREGROUND]}.get(propagation, [])
    return [*others, *added]


def marked_as_gone(resource: str, gone: Object, old: Object, now: int) -> Object:
    """The last state of a removed object as a DELETE returns it: pods carry their deletion."""
    if resource != "pods":
        return gone
    metadata = {**gone["metadata"], "deletionGracePeriodSeconds": 0}
    if "deletionTimestamp" not in old["metadata"]:
        metadata["deletionTimestamp"] = timestamp(now)
        if "generation" in metadata:
            metadata["generation"] += 1
    return {**gone, "metadata": metadata}
