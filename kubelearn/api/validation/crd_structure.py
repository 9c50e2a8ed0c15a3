"""Whether the schema of a CustomResourceDefinition is structural.

Source: apiextensions-apiserver `pkg/apiserver/schema/validation.go`, Kubernetes 1.36.

Unlike the real one: that what logical junctors restrict is also specified outside of them is not
checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelearn.api.objects import Object
from kubelearn.api.regular_expression import syntax_error
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    key,
    required,
)

EMPTY: Final = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
FREE: Final = "x-kubernetes-preserve-unknown-fields"
EMBEDDED: Final = "x-kubernetes-embedded-resource"
EITHER: Final = "x-kubernetes-int-or-string"
EITHER_TYPES: Final = [{"type": "integer"}, {"type": "string"}]
"""What `anyOf` may say of the types of an int-or-string."""
METADATA: Final = (
    "must not specify anything other than name and generateName, but metadata is implicitly "
    "specified"
)
UNSAID: Final = {
    "type": "empty", "default": "undefined", "title": "empty", "description": "empty",
    "nullable": "false", FREE: "false", EMBEDDED: "false", EITHER: "false",
    "x-kubernetes-list-map-keys": "empty", "x-kubernetes-list-type": "undefined",
    "x-kubernetes-map-type": "undefined", "x-kubernetes-validations": "empty",
    "additionalProperties": "undefined",
}  # fmt: skip
"""What junctors may not hold, and how that has to be."""


def structure_errors(schema: Object, path: str) -> list[FieldError]:
    """All that is wrong, ordered by its text."""
    return sorted(_part(schema, "root", path), key=str)


def _part(schema: Object, level: str, path: str) -> Iterator[FieldError]:
    if isinstance(schema.get("items"), dict):
        yield from _part(schema["items"], "item", child(path, "items"))
    for name, inner in part(schema, "properties").items():
        yield from _part(inner, "field", key(child(path, "properties"), name))
    others, place = schema.get("additionalProperties"), child(path, "additionalProperties")
    if others is not None and level == "root":
        yield forbidden(place, "must not be used at the root")
    if isinstance(others, dict):
        yield from _part(others, "field", place)
    yield from _extensions(schema, path)
    yield from _values(schema, path)
    yield from _type(schema, level, child(path, "type"))
    yield from _embedded(schema, path)
    if level == "root" or schema.get(EMBEDDED):
        yield from _heads(schema, level, child(path, "properties"))


def _extensions(schema: Object, path: str) -> Iterator[FieldError]:
    for name in (FREE, EMBEDDED):
        if schema.get(EITHER) and schema.get(name):
            yield invalid(child(path, name), True, f"must be false if {EITHER} is true")


def _type(schema: Object, level: str, path: str) -> Iterator[FieldError]:
    kind, either = schema.get("type", ""), schema.get(EITHER)
    if schema.get(EMBEDDED) and kind != "object":
        detail = f"must be object if {EMBEDDED} is true"
        yield invalid(path, kind, detail) if kind else required(path, detail)
    elif either and kind:
        yield invalid(path, kind, f"must be empty if {EITHER} is true")
    elif not kind and not either and (not schema.get(FREE) or level == "root"):
        yield required(path, EMPTY[level])
    elif level == "root" and kind != "object":
        yield invalid(path, kind, "must be object at the root")


def _embedded(schema: Object, path: str) -> Iterator[FieldError]:
    if not schema.get(EMBEDDED):
        return
    if schema.get("additionalProperties") is not None:
        detail = f"must not be used if {EMBEDDED} is set"
        yield forbidden(child(path, "additionalProperties"), detail)
    if not schema.get(FREE) and not schema.get("properties"):
        detail = f"must not be empty if {EMBEDDED} is true without {FREE}"
        yield required(child(path, "properties"), detail)


def _heads(schema: Object, level: str, path: str) -> Iterator[FieldError]:
    """Kind, version and metadata of a whole object."""
    properties = part(schema, "properties")
    for name in ("kind", "apiVersion"):
        found = properties.get(name)
        if found is not None and found.get("type", "") != "string":
            place = child(key(path, name), "type")
            yield invalid(place, found.get("type", ""), "must be string")
    metadata, place = properties.get("metadata"), key(path, "metadata")
    if metadata is None:
        return
    if metadata.get("type", "") != "object":
        yield invalid(child(place, "type"), metadata.get("type", ""), "must be object")
    names = set(part(metadata, "properties"))
    if level == "root" and (set(metadata) - {"type", "properties", "default"} or names - NAMES):
        yield forbidden(place, METADATA)


NAMES: Final = frozenset({"name", "generateName"})


def _values(schema: Object, path: str, *, nested: bool = False) -> Iterator[FieldError]:
    """What restricts values: junctors, and the pattern."""
    for name in ("anyOf", "allOf", "oneOf"):
        if name == "anyOf" and schema.get(name) == EITHER_TYPES and not nested:
            continue
        for position, inner in enumerate(schema.get(name) or ()):
            first = name == "allOf" and position == 0 and not nested
            skip = first and inner.get("anyOf") == EITHER_TYPES
            yield from _nested(inner, index(child(path, name), position), skip=skip)
    if schema.get("not") is not None:
        yield from _nested(schema["not"], child(path, "not"))
    pattern = schema.get("pattern")
    wrong = syntax_error(pattern) if pattern else None
    if wrong:
        detail = f"must be a valid regular expression, but isn't: {wrong}"
        yield invalid(child(path, "pattern"), pattern, detail)


def _nested(schema: Any, path: str, *, skip: bool = False) -> Iterator[FieldError]:
    """A schema in a junctor; `skip` its `anyOf`, which tells the types of an int-or-string."""
    inner = {name: value for name, value in schema.items() if not (skip and name == "anyOf")}
    yield from _values(inner, path, nested=True)
    if isinstance(inner.get("items"), dict):
        yield from _nested(inner["items"], child(path, "items"))
    properties = part(inner, "properties")
    for name, field in properties.items():
        yield from _nested(field, key(child(path, "properties"), name))
    for name, state in UNSAID.items():
        if inner.get(name):
            yield forbidden(child(path, name), f"must be {state} to be structural")
    if "metadata" in properties:
        place = key(child(path, "properties"), "metadata")
        yield forbidden(place, "must not be specified in a nested context")
