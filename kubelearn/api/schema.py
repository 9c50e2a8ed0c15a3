"""The structure of all built-in kinds: fields, types, required fields, merge and list keys.

The data is `data/schema-1.36.json.gz`, made by `scripts/make_schema.py` from upstream's OpenAPI
definitions. It is read once a process, when first needed; a type is built when it is first asked
for. Nothing here ever changes, so all clusters share it.

Decoding, strategic patches, server-side apply, `explain` and OpenAPI all read from here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias

FILE: Final = "schema-1.36.json.gz"

GroupVersionKind: TypeAlias = tuple[str, str, str]
"""(group, version, kind), such as ("apps", "v1", "Deployment")."""

SCALARS: Final = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intOrString",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microTime",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "any",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "any",
}
"""Named types that are one JSON value, and the shape that stands for each."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field (or an item of a list or map) holds."""

    shape: str
    """`string`, `boolean`, `int32`, `int64`, `double`, `byte`, `quantity`, `intOrString`, `time`,
    `microTime`, `any`, `struct`, `list` or `map`."""
    type: str = ""
    """Full name of the type of a `struct`: `io.k8s.api.core.v1.Container`."""
    item: Field | None = None
    """What each item of a `list` or `map` is."""
    merge_key: str = ""
    """Field that identifies an item in a strategic merge patch; empty: the list is replaced."""
    strategy: tuple[str, ...] = ()
    """Of a strategic merge patch: `merge`, `retainKeys`, `replace`."""
    list_type: str = ""
    """`atomic`, `set` or `map`, for server-side apply."""
    list_keys: tuple[str, ...] = ()
    """Fields that identify an item of a list of type `map`."""
    map_type: str = ""
    """`atomic` or `granular`, for server-side apply."""


@dataclass(frozen=True, slots=True)
class Type:
    """A struct: its fields by JSON name."""

    name: str
    fields: Mapping[str, Field]
    required: frozenset[str] = frozenset()
    map_type: str = ""
    kinds: tuple[GroupVersionKind, ...] = ()

    @property
    def short(self) -> str:
        """The Go name without the package: `Container`."""
        return self.name.rpartition(".")[2]

    @property
    def qualified(self) -> str:
        """The Go name with its package: `v1.Container`."""
        return ".".join(self.name.rsplit(".", 2)[1:])


class Schema:
    """All types by name and by kind."""

    def __init__(self, rows: Mapping[str, Any], version: str) -> None:
        self.version = version
        self._rows = rows
        self._names: Mapping[GroupVersionKind, str] = {
            (group, kind_version, kind): name
            for name, row in rows.items()
            for group, kind_version, kind in row.get("gvk", ())
        }

    def type_for(self, group: str, version: str, kind: str) -> Type | None:
        """The type of a kind, or None if the kind is not built in."""
        name = self._names.get((group, version, kind))
        return type_named(name) if name else None

    def named(self, name: str) -> Type:
        """The type of this full name; KeyError if there is none."""
        return type_named(name)

    def row(self, name: str) -> Mapping[str, Any]:
        """What the data file says about a type."""
        return self._rows[name]  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def kinds(self) -> Iterator[GroupVersionKind]:
        """All built-in kinds, lists and options included."""
        return iter(self._names)

    def field(self, group: str, version: str, kind: str, *path: str) -> Field | None:
        """The field at a path of names, through lists and maps; None if there is none."""
        found = self.type_for(group, version, kind)
        field = Field("struct", found.name) if found else None
        for name in path:
            if field is None:
                return None
            field = child(field, name)
        return field


def child(field: Field, name: str) -> Field | None:
    """The field of this name inside a field; lists and maps of structs are looked through."""
    while field.shape == "list" and field.item is not None:
        field = field.item
    if field.shape == "map":
        return field.item
    return type_named(field.type).fields.get(name) if field.shape == "struct" else None


@cache
def schema() -> Schema:
    """The schema of this release, read when first asked for."""
    packed = (resources.files("kubelearn.api") / "data" / FILE).read_bytes()
    document = json.loads(gzip.decompress(packed))
    return Schema(document["types"], document["version"])


@cache
def type_named(name: str) -> Type:
    """The type of this full name, built once."""
    row = schema().row(name)
    return Type(
        name,
        {field: _field(value) for field, value in row.get("fields", {}).items()},
        frozenset(row.get("required", ())),
        row.get("mapType", ""),
        tuple((group, version, kind) for group, version, kind in row.get("gvk", ())),
    )


def _field(row: Mapping[str, Any]) -> Field:
    shape, type_name, item = _shape(row)
    return Field(
        shape,
        type_name,
        item,
        row.get("mergeKey", ""),
        tuple(row["strategy"].split(",")) if "strategy" in row else (),
        row.get("listType", ""),
        tuple(row.get("listKeys", ())),
        row.get("mapType", ""),
    )


def _shape(row: Mapping[str, Any]) -> tuple[str, str, Field | None]:
    """(shape, type name, item)."""
    if "ref" in row:
        named = SCALARS.get(row["ref"])
        return (named, "", None) if named else ("struct", row["ref"], None)
    for shape in ("list", "map"):
        if shape in row:
            return shape, "", _field(row[shape])
    return row["type"], "", None
