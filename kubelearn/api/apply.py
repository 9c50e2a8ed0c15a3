"""Client-side apply: what `kubectl apply` makes of a manifest and the live object.

The manifest applied last is kept in an annotation; fields that it had and the new one has not are
deleted, everything that the new one says is set, everything else stays.
Source: kubectl `pkg/cmd/apply/patcher.go`, apimachinery `strategicpatch` (three-way merge).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object, get_path
from kubelearn.api.schema import Field, child, schema
from kubelearn.api.server import APIServer

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def apply_object(api: APIServer, obj: Object, namespace: str = "default") -> str:
    """Create or change an object; returns "created", "configured" or "unchanged"."""
    kind = api.kinds.of(obj)
    wanted = with_last_applied(kind, obj, namespace)
    metadata = wanted["metadata"]
    place = metadata.get("namespace", "")
    live = api.find(kind.resource, place, metadata["name"]) if "name" in metadata else None
    if live is None:
        api.create(wanted)
        return "created"
    patch, style = patch_for(kind, live, wanted)
    new = api.patch(kind.resource, place, metadata["name"], patch, style=style)
    return "unchanged" if new is live else "configured"


def patch_for(kind: Kind, live: Object, wanted: Object) -> tuple[Object, str]:
    """The patch that makes of the live object what is wanted, and its style.

    `wanted` has been through `with_last_applied`.
    """
    text = get_path(live, "metadata", "annotations", LAST_APPLIED, default="{}")
    root = None if kind.custom else _root(wanted)
    return three_way(root, json.loads(text), wanted), "merge" if root is None else "strategic"


def _root(obj: Object) -> Field | None:
    group, _, version = obj["apiVersion"].rpartition("/")
    found = schema().type_for(group, version, obj["kind"])
    return None if found is None else Field("struct", found.name)


def _placed(kind: Kind, obj: Object, namespace: str) -> Object:
    metadata = obj.get("metadata") or {}
    if not kind.namespaced or metadata.get("namespace"):
        return obj
    return {**obj, "metadata": {**metadata, "namespace": namespace}}


def with_last_applied(kind: Kind, obj: Object, namespace: str = "default") -> Object:
    """The manifest in its namespace, with itself in the annotation."""
    obj = _placed(kind, obj, namespace)
    metadata = obj["metadata"]
    given = {n: v for n, v in (metadata.get("annotations") or {}).items() if n != LAST_APPLIED}
    bare = {**obj, "metadata": {**metadata, "annotations": given}}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":")) + "\n"
    return {**obj, "metadata": {**metadata, "annotations": {**given, LAST_APPLIED: text}}}


def three_way(field: Field | None, last: Mapping[str, Any], new: Mapping[str, Any]) -> Object:
    """The patch that sets all of `new` and deletes what only `last` has.

    `field` tells the merge keys of lists; without it lists are replaced as wholes.
    """
    patch: Object = dict.fromkeys((name for name in last if name not in new), None)
    for name, value in new.items():
        inner = child(field, name) if field is not None else None
        before = last.get(name)
        if isinstance(value, Mapping):
            patch[name] = three_way(inner, before if isinstance(before, Mapping) else {}, value)
        elif isinstance(value, list) and inner is not None and "merge" in inner.strategy:
            patch |= _list_patch(name, inner, before if isinstance(before, list) else [], value)
        else:
            patch[name] = value
    return patch


def _list_patch(name: str, field: Field, last: Sequence[Any], new: Sequence[Any]) -> Object:
    key = field.merge_key
    if not key:
        gone = [item for item in last if item not in new]
        patch: Object = {name: list(new), f"$setElementOrder/{name}": list(new)}
        return {**patch, f"$deleteFromPrimitiveList/{name}": gone} if gone else patch
    before = {item.get(key): item for item in last}
    # `child` looks through lists: the item's own type answers for the names inside it.
    items: list[Object] = [three_way(field, before.get(one.get(key), {}), one) for one in new]
    kept = {one.get(key) for one in new}
    items += [{"$patch": "delete", key: value} for value in before if value not in kept]
    order = [{key: one[key]} for one in new if key in one]
    return {name: items, f"$setElementOrder/{name}": order}
