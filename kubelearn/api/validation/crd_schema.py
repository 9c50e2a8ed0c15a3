"""Rules of the schemas in CustomResourceDefinitions: that they are structural, and say what is so.

Source: apiextensions-apiserver `pkg/apiserver/schema/validation.go`, `.../schema/defaulting`,
`pkg/apis/apiextensions/validation/validation.go`, Kubernetes 1.36.

Unlike the real one: of what logical junctors may hold nothing is checked.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.custom_resource import schema_errors as value_errors
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    key,
    not_supported,
    required,
)

TYPES = ("array", "boolean", "integer", "number", "object", "string")
LIST_TYPES = ("atomic", "map", "set")
EMPTY = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}


def schema_errors(version: Object, path: str) -> list[FieldError]:
    """The `openAPIV3Schema` of a version."""
    schema = part(version, "schema").get("openAPIV3Schema")
    if schema is None:
        return []
    errors, kind = [], schema.get("type", "object")
    if kind != "object" and part(version, "subresources").get("status") is not None:
        detail = (
            'only "object" is allowed as the type at the root of the schema if the status '
            "subresource is enabled"
        )
        errors.append(invalid(child(path, "type"), kind, detail))
    if schema.get("nullable"):
        errors.append(forbidden(child(path, "nullable"), "nullable cannot be true at the root"))
    structural = _structural(schema, "root", path)
    errors += structural
    if not structural:
        errors += _defaults(schema, path)
    return errors + _open_api(schema, path)


def _structural(schema: Object, level: str, path: str) -> list[FieldError]:
    """Every part says its type."""
    errors = []
    if isinstance(schema.get("items"), dict):
        errors += _structural(schema["items"], "item", child(path, "items"))
    for name, inner in sorted(part(schema, "properties").items()):
        errors += _structural(inner, "field", key(child(path, "properties"), name))
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        errors += _structural(others, "field", child(path, "additionalProperties"))
    return errors + _type(schema, level, child(path, "type"))


def _type(schema: Object, level: str, path: str) -> list[FieldError]:
    kind = schema.get("type", "")
    either = schema.get("x-kubernetes-int-or-string")
    free = schema.get("x-kubernetes-preserve-unknown-fields")
    if schema.get("x-kubernetes-embedded-resource") and kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        return [invalid(path, kind, detail) if kind else required(path, detail)]
    if either and kind:
        return [invalid(path, kind, "must be empty if x-kubernetes-int-or-string is true")]
    if not kind and not either and (not free or level == "root"):
        return [required(path, EMPTY[level])]
    if level == "root" and kind != "object":
        return [invalid(path, kind, "must be object at the root")]
    return []


def _defaults(schema: Object, path: str) -> list[FieldError]:
    """Default values fit their own schema."""
    errors = []
    if "default" in schema:
        wrapped = {"properties": {"": schema}}
        for error in value_errors({"": schema["default"]}, wrapped):
            if error.field != "<nil>":
                place = child(path, "default") + error.field
                errors.append(FieldError(error.type, place, error.value, error.detail))
    for name, inner in sorted(part(schema, "properties").items()):
        errors += _defaults(inner, key(child(path, "properties"), name))
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            errors += _defaults(schema[name], child(path, name))
    return errors


def _open_api(schema: Object, path: str) -> list[FieldError]:
    """The rules that go beyond structure."""
    errors = _plain(schema, path)
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        errors.append(forbidden(child(path, "uniqueItems"), detail))
    others = schema.get("additionalProperties")
    if schema.get("properties") and others is not None and others is not True:
        detail = "additionalProperties and properties are mutual exclusive"
        errors.append(forbidden(child(path, "additionalProperties"), detail))
    if isinstance(others, dict):
        errors += _open_api(others, child(path, "additionalProperties"))
    for name, inner in sorted(part(schema, "properties").items()):
        errors += _open_api(inner, key(child(path, "properties"), name))
    if isinstance(schema.get("items"), dict):
        errors += _open_api(schema["items"], child(path, "items"))
    return errors + _list_type(schema, path)


def _plain(schema: Object, path: str) -> list[FieldError]:
    kind = schema.get("type", "")
    errors = []
    if kind and kind not in TYPES:
        errors.append(not_supported(child(path, "type"), kind, TYPES))
    if kind == "array" and schema.get("items") is None:
        errors.append(required(child(path, "items"), "must be specified"))
    return errors


def _list_type(schema: Object, path: str) -> list[FieldError]:
    name, keys = "x-kubernetes-list-type", schema.get("x-kubernetes-list-map-keys") or []
    kind, place = schema.get(name), child(path, name)
    place_keys = child(path, "x-kubernetes-list-map-keys")
    errors = []
    if kind is not None and schema.get("type") != "array":
        detail = f"must be array if {name} is specified"
        given, where = schema.get("type", ""), child(path, "type")
        errors.append(invalid(where, given, detail) if given else required(where, detail))
    if kind is not None and kind not in LIST_TYPES:
        errors.append(not_supported(place, kind, LIST_TYPES))
    if keys and kind != "map":
        if kind is None:
            detail = "must be map if x-kubernetes-list-map-keys is non-empty"
            errors.append(required(place, detail))
        else:
            detail = "must be map if x-kubernetes-list-map-keys is non-empty"
            errors.append(invalid(place, kind, detail))
    if kind == "map" and not keys:
        detail = f"must not be empty if {name} is map"
        errors.append(required(place_keys, detail))
    properties = part(part(schema, "items"), "properties")
    for position, field in enumerate(keys):
        if field not in properties:
            detail = "entries must all be names of item properties"
            errors.append(invalid(f"{place_keys}[{position}]", field, detail))
    return errors
