"""Defaults of custom objects, from the schema of their definition, and what the schema drops.

Source: apiextensions-apiserver `pkg/apiserver/schema/defaulting` and `.../schema/pruning`, 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object

ROOT_FIELDS = frozenset({"apiVersion", "kind", "metadata"})
FREE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"


def default_custom(obj: Object, schema: Object) -> Object:
    """The object with the defaults of an `openAPIV3Schema`; nulls that may not be are dropped."""
    return _default_fields(obj, schema, skip=ROOT_FIELDS)


def _default(value: Any, schema: Object) -> Any:
    if isinstance(value, dict):
        return _default_fields(value, schema)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        new = [_default(item, schema["items"]) for item in value]
        same = all(one is other for one, other in zip(new, value, strict=True))
        return value if same else new
    return value


def _default_fields(obj: Object, schema: Object, skip: frozenset[str] = frozenset()) -> Object:
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    new = obj
    for name in [*obj, *(name for name in sorted(properties) if name not in obj)]:
        if name in skip:
            continue
        part = properties.get(name, others if isinstance(others, dict) else {})
        new = _default_field(new, name, part)
    return new


def _default_field(obj: Object, name: str, schema: Object) -> Object:
    value = obj.get(name)
    if value is None and not (name in obj and (schema.get("nullable") or not schema)):
        if "default" not in schema:
            return {key: obj[key] for key in obj if key != name} if name in obj else obj
        return {**obj, name: _default(schema["default"], schema)}
    new = _default(value, schema)
    return obj if new is value else {**obj, name: new}


def prune(obj: Object, schema: Object) -> tuple[Object, list[str]]:
    """The object without what the schema does not know, and the paths of what was dropped."""
    dropped: list[str] = []
    kept = _prune_fields(obj, schema, "", dropped, ROOT_FIELDS)
    return kept, sorted(dropped)


def pruner(schema: Object | None) -> Callable[[Object], tuple[Object, list[str]]] | None:
    """`prune` by one schema, with strict errors in the place of paths; None without a schema."""
    if schema is None:
        return None

    def pruned(obj: Object) -> tuple[Object, list[str]]:
        kept, paths = prune(obj, schema)
        return kept, [f'unknown field "{path}"' for path in paths]

    return pruned


def _prune(value: Any, schema: Object, path: str, dropped: list[str]) -> Any:
    if isinstance(value, dict):
        known = ROOT_FIELDS if schema.get(EMBEDDED) else frozenset()
        return _prune_fields(value, schema, path, dropped, known)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        new = [
            _prune(item, schema["items"], f"{path}[{position}]", dropped)
            for position, item in enumerate(value)
        ]
        same = all(one is other for one, other in zip(new, value, strict=True))
        return value if same else new
    return value


def _prune_fields(
    obj: Object, schema: Object, path: str, dropped: list[str], known: frozenset[str]
) -> Object:
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    new: Object = {}
    for name, value in obj.items():
        place = f"{path}.{name}" if path else name
        part = properties.get(name, others if isinstance(others, dict) else None)
        if name in known:
            new[name] = value
        elif part is not None:
            new[name] = _prune(value, part, place, dropped)
        elif schema.get(FREE) or others is True:
            new[name] = value
        else:
            dropped.append(place)
    same = len(new) == len(obj) and all(new[name] is obj[name] for name in obj)
    return obj if same else new
