"""Rules of the schemas in CustomResourceDefinitions: that they say what is so, and fit together.

Source: apiextensions-apiserver `pkg/apiserver/schema/defaulting`,
`pkg/apis/apiextensions/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.crd_structure import structure_errors
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
LIST_TYPES = ("atomic", "set", "map")
MAP_TYPES = ("atomic", "granular")
UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


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
    structural = structure_errors(schema, path)
    errors += structural
    if not structural:
        errors += _defaults(schema, path)
    return errors + _open_api(schema, path)


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
    return errors + _map_type(schema, path) + _list_type(schema, path) + _list_items(schema, path)


def _plain(schema: Object, path: str) -> list[FieldError]:
    kind = schema.get("type", "")
    errors = []
    if kind and kind not in TYPES:
        errors.append(not_supported(child(path, "type"), kind, TYPES))
    if kind == "array" and schema.get("items") is None:
        errors.append(required(child(path, "items"), "must be specified"))
    errors += [
        forbidden(child(path, name), f"{name} is not supported")
        for name in UNSUPPORTED
        if schema.get(name) is not None
    ]
    return errors


def _map_type(schema: Object, path: str) -> list[FieldError]:
    errors, name = [], "x-kubernetes-map-type"
    free = schema.get("x-kubernetes-preserve-unknown-fields")
    if free is False:
        place = child(path, "x-kubernetes-preserve-unknown-fields")
        errors.append(invalid(place, free, "must be true or undefined"))
    kind = schema.get(name)
    if kind is None:
        return errors
    if schema.get("type") != "object":
        detail = f"must be object if {name} is specified"
        given, where = schema.get("type", ""), child(path, "type")
        errors.append(invalid(where, given, detail) if given else required(where, detail))
    if kind not in MAP_TYPES:
        errors.append(not_supported(child(path, name), kind, MAP_TYPES))
    return errors


def _list_type(schema: Object, path: str) -> list[FieldError]:
    name, keys = "x-kubernetes-list-type", schema.get("x-kubernetes-list-map-keys") or []
    kind, place = schema.get(name), child(path, name)
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
    if kind == "set":
        errors += _set_items(part(schema, "items"), child(path, "items"))
    return errors + (_map_keys(schema, keys, path) if kind == "map" else [])


def _set_items(item: Object, path: str) -> list[FieldError]:
    """Items of a set are compared as a whole."""
    own = item.get("x-kubernetes-list-type")
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    if item.get("type") == "array" and own not in (None, "atomic"):
        return [invalid(child(path, "x-kubernetes-list-type"), own, detail)]
    if item.get("type") == "object" and item.get("x-kubernetes-map-type") != "atomic":
        return [invalid(child(path, "x-kubernetes-map-type"), own, detail)]
    return []


def _map_keys(schema: Object, keys: list[str], path: str) -> list[FieldError]:
    """The items of an associative list are objects with scalar keys."""
    errors, place = [], child(path, "x-kubernetes-list-map-keys")
    if not keys:
        errors.append(required(place, "must not be empty if x-kubernetes-list-type is map"))
    if schema.get("items") is None:
        detail = "must have a schema if x-kubernetes-list-type is map"
        return [*errors, required(child(path, "items"), detail)]
    item = part(schema, "items")
    if item.get("type") != "object":
        detail = "must be object if parent array's x-kubernetes-list-type is map"
        return [*errors, invalid(child(path, "items", "type"), item.get("type", ""), detail)]
    for position, name in enumerate(keys):
        found = part(item, "properties").get(name)
        if found is None:
            errors.append(invalid(place, keys, "entries must all be names of item properties"))
        elif found.get("type") in ("array", "object"):
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            where = child(key(child(path, "items", "properties"), name), "type")
            errors.append(invalid(where, item["type"], detail))
        if name in keys[:position]:
            errors.append(invalid(place, keys, "must not contain duplicate entries"))
    return errors


def _list_items(schema: Object, path: str) -> list[FieldError]:
    """What can be null or missing cannot tell items apart."""
    kind, item = schema.get("x-kubernetes-list-type"), part(schema, "items")
    if kind not in ("set", "map"):
        return []
    errors, place = [], child(path, "items")
    if item.get("nullable"):
        detail = f"cannot be nullable when x-kubernetes-list-type is {kind}"
        errors.append(forbidden(child(place, "nullable"), detail))
    for name in (schema.get("x-kubernetes-list-map-keys") or []) if kind == "map" else []:
        found = part(item, "properties").get(name)
        if found is None:
            continue
        where = key(child(place, "properties"), name)
        listed = "this property is in x-kubernetes-list-map-keys, so it"
        if name not in (item.get("required") or ()) and found.get("default") is None:
            detail = f"{listed} must have a default or be a required property"
            errors.append(required(child(where, "default"), detail))
        if found.get("nullable"):
            errors.append(forbidden(child(where, "nullable"), f"{listed} cannot be nullable"))
    return errors
