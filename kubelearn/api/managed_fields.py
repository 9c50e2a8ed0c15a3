"""Who set which field: `metadata.managedFields` of writes through the HTTP API.

Source: apimachinery `pkg/util/managedfields`, structured-merge-diff `merge/update.go` (Update),
Kubernetes 1.36.

Unlike the real one: components of the same process are not recorded as managers.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kubelearn.api.field_paths import (
    ANY,
    CustomField,
    Path,
    Paths,
    are_fields,
    compare,
    custom_field,
    from_fields,
    to_fields,
    without,
)
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.schema import Field, schema, type_named
from kubelearn.api.versions import to_version

SYSTEM: Final[tuple[Path, ...]] = (
    ("f:apiVersion",),
    ("f:kind",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation",
            "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
        )
    ),
)  # fmt: skip
"""Fields that nobody manages."""

PLAIN_STRUCTS: Final = frozenset(
    (
        "metadata", "spec", "status", "template", "strategy", "updateStrategy", "jobTemplate",
        "loadBalancer", "daemonEndpoints", "kubeletEndpoint", "nodeInfo", "resources", "source",
        "involvedObject", "names", "acceptedNames", "podSelector",
    )
)  # fmt: skip
"""Structs that are part of the empty object, since their Go field is no pointer."""


class Manager(NamedTuple):
    """Who writes: its name, and the `apiVersion` in which it writes."""

    name: str
    version: str


def record(
    kind: Kind,
    old: Object | None,
    new: Object,
    manager: Manager,
    now: str,
    subresource: str = "",
    custom: Object | None = None,
) -> Object:
    """`new` with its `managedFields` after an update by `manager` (on create `old` is None).

    `custom` is the `openAPIV3Schema` of a custom kind.
    """
    if new["metadata"].get("managedFields") == [{}]:
        return plain(new)  # the way to ask that nobody manages anything any more
    field = field_of(kind, manager.version, custom)
    version = manager.version.rpartition("/")[2]
    live = _empty(field) if old is None else plain(to_version(kind, version, old))
    changes = compare(live, plain(to_version(kind, version, new)), field)
    ignored = (*SYSTEM, *reset_fields(kind, subresource))
    changed, removed = without(changes.changed, ignored), without(changes.removed, ignored)
    before = _readable(new) or (_readable(old) if old else [])
    if not changed and not removed:
        return _with(new, before)
    identity = {"manager": manager.name, "operation": "Update", "apiVersion": manager.version}
    if subresource:
        identity["subresource"] = subresource
    mine: Paths = frozenset()
    entries = []
    for entry in before:
        owned = frozenset(from_fields(entry.get("fieldsV1") or {}))
        if identity_of(entry) == identity:
            mine = owned
            continue
        left = owned - changed - removed
        if left == owned:
            entries.append(entry)
        elif left:
            entries.append({**entry, "fieldsV1": to_fields(left)})
    mine = (mine | changed) - removed
    if mine:
        fields = {"time": now, "fieldsType": "FieldsV1", "fieldsV1": to_fields(mine)}
        entries.append({**identity, **fields})
    return _with(new, sorted(entries, key=in_order))


def identity_of(entry: Object) -> Object:
    """What tells one entry from another: manager, operation, version, subresource."""
    names = ("manager", "operation", "apiVersion", "subresource")
    return {name: entry[name] for name in names if name in entry}


def in_order(entry: Object) -> tuple[Any, ...]:
    """The place of an entry: applies before updates, then by age."""
    names = ("operation", "time", "manager", "apiVersion", "subresource")
    return tuple(entry.get(name, "") for name in names)


def _readable(obj: Object) -> list[Object]:
    """The entries of an object; none if one of them cannot be read."""
    entries: list[Object] = obj["metadata"].get("managedFields") or []
    return entries if all(_is_readable(entry) for entry in entries) else []


def _is_readable(entry: Object) -> bool:
    return (
        entry.get("operation") in ("Apply", "Update")
        and bool(entry.get("apiVersion"))
        and entry.get("fieldsType") == "FieldsV1"
        and are_fields(entry.get("fieldsV1") or {})
    )


def _with(obj: Object, entries: list[Object]) -> Object:
    if obj["metadata"].get("managedFields", []) == entries:
        return obj
    return {**obj, "metadata": {**obj["metadata"], "managedFields": entries}}


def plain(obj: Object) -> Object:
    """The object without its managed fields."""
    metadata = {n: value for n, value in obj["metadata"].items() if n != "managedFields"}
    return {**obj, "metadata": metadata}


def field_of(kind: Kind, api_version: str, custom: Object | None) -> Field:
    """What the schema says of a kind in a version."""
    found = schema().type_for(kind.group, api_version.rpartition("/")[2], kind.kind)
    if found is not None:
        return Field("struct", found.name)
    return _with_metadata(custom_field(custom)) if custom else ANY


def _with_metadata(field: Field) -> Field:
    """The field of a custom object, whose metadata is as in all kinds."""
    if not isinstance(field, CustomField):
        return field
    metadata = Field("struct", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    text = Field("string")
    own = {**field.properties, "apiVersion": text, "kind": text, "metadata": metadata}
    return CustomField("custom", properties=own, free=field.free)


def _empty(field: Field) -> Object:
    """The object that Go makes before anything is decoded into it."""
    return _zero(field) if field.shape == "struct" else {"metadata": {}}


def _zero(field: Field) -> Any:
    kind = type_named(field.type)
    made: Object = {}
    for name, inner in kind.fields.items():
        if inner.shape == "struct" and (name in PLAIN_STRUCTS or name in kind.required):
            if not _pointer(kind.short, name):
                made[name] = _zero(inner)
            elif name in kind.required:
                made[name] = None
        elif name in kind.required or (kind.short, name) in WRITTEN:
            made[name] = _SCALARS.get(inner.shape)
    return made


WRITTEN: Final = frozenset(
    (
        ("Event", "reportingComponent"),
        ("Event", "reportingInstance"),
        ("StatefulSetSpec", "serviceName"),
    )
)
"""Texts that are written although they are empty, besides required ones."""
_SCALARS: Final = {"string": "", "boolean": False, "int32": 0, "int64": 0}


def _pointer(kind: str, name: str) -> bool:
    """Whether this struct is a pointer although others of its name are not."""
    return (kind, name) in (
        ("ReplicationControllerSpec", "template"),
        ("PodSpec", "resources"),
        ("DeploymentSpec", "selector"),
        ("ReplicaSetSpec", "selector"),
        ("StatefulSetSpec", "selector"),
        ("DaemonSetSpec", "selector"),
    )


def reset_fields(kind: Kind, subresource: str) -> tuple[Path, ...]:
    """Fields that a write through this door cannot set, so it does not own them either."""
    if subresource == "status":
        labels = ("f:metadata", "f:labels")
        return (("f:spec",), labels) if kind.kind == "Deployment" else (("f:spec",),)
    return (("f:status",),) if kind.status else ()
