"""Pure functions on API objects, which are plain JSON-shaped dicts that nobody changes in place.

Whoever wants a changed object makes a new one that shares all unchanged parts. Fork, history,
watches and time travel follow from this one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]
"""An API object, in Kubernetes' own spelling."""
Key: TypeAlias = tuple[str, str]
"""(namespace, name); the namespace of a cluster-scoped object is ""."""


def key_of(obj: Object) -> Key:
    """The key of an object among those of its resource."""
    metadata = obj["metadata"]
    return (metadata.get("namespace", ""), metadata["name"])


def merge(old: Object, patch: Mapping[str, Any]) -> Object:
    """`old` changed by an RFC 7386 merge patch; unchanged parts are shared, nothing is modified.

    None deletes a field. Returns `old` itself when the patch changes nothing.
    """
    new = old
    for name, value in patch.items():
        current = old.get(name)
        if value is None:
            if name not in old:
                continue
            value = _ABSENT
        elif value is current:
            continue
        elif value.__class__ not in PLAIN and isinstance(value, Mapping):
            value = merge(current if isinstance(current, dict) else {}, value)
        if value is current or (value == current and type(value) is type(current)):
            continue
        if new is old:
            new = old.copy()
        if value is _ABSENT:
            del new[name]
        else:
            new[name] = value
    return new


_ABSENT: Any = object()
PLAIN = frozenset({str, int, float, bool, list})
"""What is no Mapping, which takes longer to find out by `isinstance`."""


def replace_at(obj: Object, path: tuple[str, ...], change: Callable[[Any], Any]) -> Object:
    """`obj` with the value at `path` (which exists) replaced by `change(value)`."""
    if not path:
        return change(obj)  # type: ignore[no-any-return]
    child = obj[path[0]]
    changed = replace_at(child, path[1:], change)
    return obj if changed is child else {**obj, path[0]: changed}


def get_path(obj: Any, *path: str, default: Any = None) -> Any:
    """The value at a path of keys, or `default` when any part of it is missing."""
    for name in path:
        if not isinstance(obj, dict) or name not in obj:
            return default
        obj = obj[name]
    return obj


def labels_of(obj: Object) -> dict[str, str]:
    """The labels of an object; empty when it has none."""
    return obj["metadata"].get("labels") or {}


def condition(obj: Object, kind: str) -> Object | None:
    """The condition of this type in `status.conditions`, or None."""
    status = obj.get("status")
    conditions: list[Object] = (
        status.get("conditions") if isinstance(status, dict) else None
    ) or []
    for found in conditions:
        if found["type"] == kind:
            return found
    return None


def is_true(obj: Object, kind: str) -> bool:
    """Whether the condition of this type has status True."""
    found = condition(obj, kind)
    return found is not None and found["status"] == "True"


def controller_of(obj: Object) -> Object | None:
    """The owner reference of the object that manages this one, or None."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return reference  # type: ignore[no-any-return]
    return None


def owner_reference(owner: Object, *, controller: bool = True) -> Object:
    """The reference that makes `owner` the managing owner of another object."""
    metadata = owner["metadata"]
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }
    if not controller:
        return reference
    return {**reference, "controller": True, "blockOwnerDeletion": True}


def is_terminating(obj: Object) -> bool:
    """Whether the object has been asked to go."""
    return "deletionTimestamp" in obj["metadata"]
