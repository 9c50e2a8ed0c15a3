"""Which fields of an object one write set: paths, and their form FieldsV1 in `managedFields`.

A path is a tuple of steps: `f:spec` (a field), `k:{"name":"app"}` (an item of an associative list),
`v:"x"` (an item of a set). Lists and maps that the schema calls atomic are one field.

Source: structured-merge-diff `typed/compare.go`, `fieldpath/serialize.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.schema import Field, type_named

Path: TypeAlias = tuple[str, ...]
Paths: TypeAlias = frozenset[Path]


class _Absent:
    """Stands for a value that is not there."""


ABSENT: Final = _Absent()
PREFIXES: Final = ("f:", "k:", "v:", "i:")
"""What a step of a path begins with."""
ANY: Final = Field("any")
"""A part of a custom object of which nothing is known: its fields count one by one."""


@dataclass(frozen=True, slots=True)
class CustomField(Field):
    """A part of a custom object, with the fields that its schema tells."""

    properties: Mapping[str, Field] = field(default_factory=dict)
    free: bool = False
    """Whether there may be others."""


OPEN: Final = ("preserve-unknown-fields", "embedded-resource")
"""What in a schema allows fields that it does not name."""


def custom_field(schema: Object) -> Field:
    """What an `openAPIV3Schema` says for applying: lists, maps, declared fields, scalar types."""
    if schema.get("type") == "array":
        kind = schema.get("x-kubernetes-list-type") or "atomic"
        keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
        item = custom_field(schema.get("items") or {})
        return Field("list", item=item, list_type=kind, list_keys=keys)
    if schema.get("x-kubernetes-map-type") == "atomic":
        return Field("atomic")
    if schema.get("x-kubernetes-int-or-string"):
        return Field("intOrString")
    free = any(bool(schema.get(f"x-kubernetes-{name}")) for name in OPEN)
    parts = schema.get("properties")
    if parts is not None:
        fields = {name: custom_field(part) for name, part in parts.items()}
        return CustomField("custom", properties=fields, free=free)
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        return Field("map", item=custom_field(others))
    return ANY if free else _scalar_field(schema)


def _scalar_field(schema: Object) -> Field:
    """Texts with a format may be any scalar; a schema without a type says nothing."""
    kind = schema.get("type")
    if kind == "string" and schema.get("format", "") not in ("", "byte"):
        return Field("time")
    shapes = {"string": "string", "boolean": "boolean", "integer": "int64", "number": "double"}
    return Field(shapes[kind]) if kind in shapes else ANY


DEFAULT_KEYS: Final = {("io.k8s.api.core.v1.ContainerPort", "protocol"): "TCP",
                       ("io.k8s.api.core.v1.ServicePort", "protocol"): "TCP"}  # fmt: skip


class Changes(NamedTuple):
    """The fields in which two versions of an object differ."""

    changed: Paths
    """Fields that are new or have another value."""
    removed: Paths


def compare(old: Any, new: Any, field: Field) -> Changes:
    """What a write from `old` to `new` changes, by the schema of `field`."""
    changed: set[Path] = set()
    removed: set[Path] = set()
    _walk(old, new, field, (), changed, removed)
    return Changes(frozenset(changed), frozenset(removed))


def _walk(
    old: Any, new: Any, field: Field, path: Path, changed: set[Path], removed: set[Path]
) -> None:
    if new is ABSENT:
        if old is not ABSENT:
            removed.update(_all(old, field, path))
        return
    children = members(new, field)
    if children is None or not (old is ABSENT or old is None or type(old) is type(new)):
        if not _same(old, new):
            changed.add(path)
        return
    if old is ABSENT and path:
        changed.add(path)
    before = dict(members(old, field) or ()) if old not in (ABSENT, None) else {}
    for step, (value, inner) in children:
        was = before.pop(step, (ABSENT, inner))[0]
        _walk(was, value, inner, (*path, step), changed, removed)
    for step, (value, inner) in before.items():
        removed.update(_all(value, inner, (*path, step)))


def _same(old: Any, new: Any) -> bool:
    """Whether a field that is one value stays as it is; null and an empty list are not there."""
    if old in (ABSENT, None):
        return new is None or new == [] or (old is None and new == old)
    return bool(old == new)


def _all(value: Any, field: Field, path: Path) -> Iterator[Path]:
    """All paths of a value, its own included."""
    yield path
    for step, (inner, inner_field) in members(value, field) or ():
        yield from _all(inner, inner_field, (*path, step))


Children: TypeAlias = list[tuple[str, tuple[Any, Field]]]


def members(value: Any, field: Field) -> Children | None:
    """The parts of a value with fields of their own; None for a value that is one field."""
    if isinstance(value, dict):
        return _members(value, field)
    if isinstance(value, list) and field.shape == "list" and field.item is not None:
        return _items(value, field, field.item)
    return None


def _members(value: Object, field: Field) -> Children | None:
    if isinstance(field, CustomField):
        parts = field.properties
        return [(f"f:{name}", (each, parts.get(name, ANY))) for name, each in value.items()]
    if field.shape == "struct":
        kind = type_named(field.type)
        if (field.map_type or kind.map_type) == "atomic":
            return None
        return [(f"f:{name}", (each, kind.fields.get(name, ANY))) for name, each in value.items()]
    if field.shape == "map":
        if field.map_type == "atomic" or field.item is None:
            return None
        return [(f"f:{name}", (each, field.item)) for name, each in value.items()]
    if field is ANY:
        return [(f"f:{name}", (each, ANY)) for name, each in value.items()]
    return None


def _items(value: list[Any], field: Field, item: Field) -> Children | None:
    if field.list_type not in ("set", "map"):
        return None
    steps = item_steps(value, field, item)
    children: Children = [(step, (each, item)) for step, each in zip(steps, value, strict=True)]
    # Items that cannot be told apart are owned together.
    return children if len({step for step, _ in children}) == len(children) else None


def item_steps(value: list[Any], field: Field, item: Field) -> list[str]:
    """The steps to the items of a set or of an associative list."""
    if field.list_type == "set":
        return [f"v:{_json(each)}" for each in value]
    steps = []
    for each in value:
        keys = {name: _key(each, item, name) for name in field.list_keys}
        steps.append(f"k:{_json({n: found for n, found in keys.items() if found is not None})}")
    return steps


def is_granular(field: Field) -> bool:
    """Whether the members of a struct or map are fields of their own."""
    return members({}, field) is not None


def _key(value: Object, item: Field, name: str) -> Any:
    return value.get(name, DEFAULT_KEYS.get((item.type, name)))


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def without(paths: Paths, prefixes: Iterable[Path]) -> Paths:
    """The paths that lie under none of the prefixes."""
    listed = tuple(prefixes)
    return frozenset(
        path for path in paths if not any(path[: len(prefix)] == prefix for prefix in listed)
    )


def to_fields(paths: Iterable[Path]) -> Object:
    """The paths as FieldsV1."""
    members = set(paths)
    fields: Object = {}
    for path in sorted(members):
        node = fields
        for step in path:
            node = node.setdefault(step, {})
    _dots(fields, (), members)
    return fields


def _dots(node: Object, path: Path, members: set[Path]) -> None:
    """Mark nodes that are members themselves and have members below."""
    for step, child in list(node.items()):
        _dots(child, (*path, step), members)
    if node and path in members:
        node["."] = {}


def are_fields(fields: Any) -> bool:
    """Whether this is FieldsV1."""
    return isinstance(fields, dict) and all(
        (step == "." or step[:2] in PREFIXES) and are_fields(child)
        for step, child in fields.items()
    )


def from_fields(fields: Object, path: Path = ()) -> Iterator[Path]:
    """The paths of FieldsV1."""
    for step, child in fields.items():
        if step == ".":
            yield path
        elif child:
            yield from from_fields(child, (*path, step))
        else:
            yield (*path, step)
