"""Custom objects against the OpenAPI v3 schema of their definition.

Source: apiextensions-apiserver `pkg/apiserver/validation/validation.go`, kube-openapi
`pkg/validation/validate`, Kubernetes 1.36. Properties are taken in alphabetical order, where the
real server's order is random.

Unlike the real one: rules in CEL (`x-kubernetes-validations`) are not evaluated; of the formats
only date, date-time, byte, ipv4, ipv6, email, uri and uuid are looked at.
"""

from __future__ import annotations

import re
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.validation.custom_formats import has_format
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    invalid_type,
    not_supported,
    required,
    show,
    too_long,
    too_many,
)
from kubelearn.api.validation.meta import validate_meta, validate_meta_update

BLOCKING = frozenset(
    {"Required value", "Unsupported value", "Too long", "Too many", "Invalid type"}
)
"""Errors that keep the rules in CEL from being looked at."""
NOT_CHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing "
    "errors to complete validation"
)
ROOT_FIELDS = frozenset({"apiVersion", "kind", "metadata"})


def create(obj: Object, schema: Object, *, namespaced: bool = True) -> list[FieldError]:
    """A new custom object; `schema` is the `openAPIV3Schema` of its version."""
    errors = validate_meta(obj, namespaced=namespaced, core=False)
    return errors + schema_errors(obj, schema)


def update(new: Object, old: Object, schema: Object) -> list[FieldError]:
    """A changed custom object."""
    return validate_meta_update(new, old, core=False) + schema_errors(new, schema)


def schema_errors(obj: Object, schema: Object) -> list[FieldError]:
    """What the schema says about an object but for its metadata."""
    body = {name: value for name, value in obj.items() if name not in ROOT_FIELDS}
    wanted = [name for name in schema.get("required") or () if name not in ROOT_FIELDS]
    errors = _value(body, {**schema, "required": wanted}, "")
    errors += _unique(body, schema, "")
    if has_rules(schema) and any(error.type in BLOCKING for error in errors):
        errors.append(invalid("<nil>", None, NOT_CHECKED))
    return errors


def has_rules(schema: Any) -> bool:
    """Whether rules in CEL are anywhere in the schema."""
    if isinstance(schema, list):
        return any(has_rules(part) for part in schema)
    if not isinstance(schema, dict):
        return False
    return "x-kubernetes-validations" in schema or any(has_rules(part) for part in schema.values())


def kind_of(value: Any) -> str:
    """The JSON type of a value, as OpenAPI calls it."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (str, "string"), (int, "integer"), (float, "number")):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"


def _value(value: Any, schema: Object, path: str) -> list[FieldError]:
    if value is None and schema.get("nullable"):
        return []
    wrong = _type(value, schema, path)
    if wrong:
        return wrong
    errors = _enum(value, schema, path)
    if isinstance(value, dict):
        errors += _object(value, schema, path)
    elif isinstance(value, list):
        errors += _list(value, schema, path)
    elif isinstance(value, str):
        errors += _text(value, schema, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        errors += _number(value, schema, path)
    return errors + _combined(value, schema, path)


def _type(value: Any, schema: Object, path: str) -> list[FieldError]:
    found = kind_of(value)
    if schema.get("x-kubernetes-int-or-string"):
        allowed = ["integer", "string"]
    else:
        allowed = [schema["type"]] if schema.get("type") else []
    whole = isinstance(value, float) and value.is_integer()
    fits = found in allowed or (found == "integer" and "number" in allowed)
    if not allowed or fits or (whole and allowed == ["integer"]):
        return []
    detail = f'{path} in body must be of type {",".join(allowed)}: "{found}"'
    return [invalid_type(path, found, detail)]


def _enum(value: Any, schema: Object, path: str) -> list[FieldError]:
    allowed = schema.get("enum")
    if allowed is None or value in allowed:
        return []
    return [
        not_supported(path, value, [one if isinstance(one, str) else show(one) for one in allowed])
    ]


def _object(value: Object, schema: Object, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    for name in sorted(value):
        if name in properties:
            errors += _value(value[name], properties[name], child(path, name))
        elif isinstance(others, dict):
            errors += _value(value[name], others, child(path, name))
    errors += [
        required(child(path, name)) for name in schema.get("required") or () if name not in value
    ]
    most, least = schema.get("maxProperties"), schema.get("minProperties")
    if most is not None and len(value) > most:
        errors.append(too_many(path, len(value), most))
    if least is not None and len(value) < least:
        detail = f"{path} in body should have at least {least} properties"
        errors.append(invalid(path, len(value), detail))
    return errors


def _list(value: list[Any], schema: Object, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, item in enumerate(value):
        errors += _value(item, schema.get("items") or {}, index(path, position))
    most, least = schema.get("maxItems"), schema.get("minItems")
    if most is not None and len(value) > most:
        errors.append(too_many(path, len(value), most))
    if least is not None and len(value) < least:
        detail = f"{path} in body should have at least {least} items"
        errors.append(invalid(path, len(value), detail))
    return errors


def _text(value: str, schema: Object, path: str) -> list[FieldError]:
    errors = []
    most, least, pattern = (schema.get(name) for name in ("maxLength", "minLength", "pattern"))
    if most is not None and len(value) > most:
        errors.append(too_long(path, value, most))
    if least is not None and len(value) < least:
        detail = f"{path} in body should be at least {least} chars long"
        errors.append(invalid(path, value, detail))
    if pattern is not None and re.search(pattern, value) is None:
        errors.append(invalid(path, value, f"{path} in body should match '{pattern}'"))
    name = schema.get("format")
    if name and not has_format(value, name):
        detail = f'{path} in body must be of type {name}: "{value}"'
        errors.append(invalid_type(path, value, detail))
    return errors


SIZES = {"int8": 8, "int16": 16, "int32": 32}
"""Bits of the formats of whole numbers; all others have 64."""


def _range(value: float, schema: Object, path: str) -> list[FieldError]:
    """A whole number is one, and fits its format; the text has no place but in itself."""
    if schema.get("type") != "integer":
        return []
    form = schema.get("format") or ""
    limit = 2 ** (SIZES.get(form, 64) - 1)
    if value % 1 == 0 and -limit <= value < limit:
        return []
    shown = f"with format {form}" if form else "(default format)"
    return [invalid("<nil>", "", f"Checked value must be of type integer {shown} in {path}")]


def _number(value: float, schema: Object, path: str) -> list[FieldError]:
    errors = _range(value, schema, path)
    most, least, step = (schema.get(name) for name in ("maximum", "minimum", "multipleOf"))
    if most is not None and (value > most or (value == most and schema.get("exclusiveMaximum"))):
        word = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        errors.append(invalid(path, value, f"{path} in body should be {word} {most}"))
    if least is not None and (value < least or (value == least and schema.get("exclusiveMinimum"))):
        word = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        errors.append(invalid(path, value, f"{path} in body should be {word} {least}"))
    if step and value % step:
        errors.append(invalid(path, value, f"{path} in body should be a multiple of {step}"))
    return errors


def _combined(value: Any, schema: Object, path: str) -> list[FieldError]:
    errors = []
    for part in schema.get("allOf") or ():
        errors += _value(value, part, path)
    choices = schema.get("anyOf")
    if choices and not any(not _value(value, part, path) for part in choices):
        detail = f"{_quoted(path)} must validate at least one schema (anyOf)"
        errors.append(invalid(path, "", detail))
    choices = schema.get("oneOf")
    if choices and sum(not _value(value, part, path) for part in choices) != 1:
        detail = f"{_quoted(path)} must validate one and only one schema (oneOf)"
        errors.append(invalid(path, "", detail))
    if schema.get("not") and not _value(value, schema["not"], path):
        detail = f"{_quoted(path)} must not validate the schema (not)"
        errors.append(invalid(path, "", detail))
    return errors


def _quoted(path: str) -> str:
    return f'"{path}"'


def _unique(value: Any, schema: Object, path: str) -> list[FieldError]:
    """Lists that are sets or maps do not hold the same thing twice."""
    errors: list[FieldError] = []
    if isinstance(value, dict):
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for name in sorted(value):
            inner = properties.get(name, others if isinstance(others, dict) else {})
            errors += _unique(value[name], inner, child(path, name))
    elif isinstance(value, list):
        errors += _repeated(value, schema, path)
        for position, item in enumerate(value):
            errors += _unique(item, schema.get("items") or {}, index(path, position))
    return errors


def _repeated(value: list[Any], schema: Object, path: str) -> list[FieldError]:
    kind, keys = (
        schema.get("x-kubernetes-list-type"),
        schema.get("x-kubernetes-list-map-keys") or (),
    )
    errors: list[FieldError] = []
    seen: list[Any] = []
    if kind not in ("set", "map"):
        return errors
    for position, item in enumerate(value):
        same = {key: item[key] for key in sorted(keys) if key in item} if kind == "map" else item
        if same in seen:
            errors.append(duplicate(index(path, position), same))
        seen.append(same)
    return errors
