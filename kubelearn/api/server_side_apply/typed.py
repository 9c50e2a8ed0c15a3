"""Checks what is applied against the schema: declared fields, the right types, no item twice.

Source: structured-merge-diff `typed/validate.go`, `schema/elements.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kubelearn.api.field_paths import ANY, CustomField, item_steps
from kubelearn.api.objects import Object
from kubelearn.api.schema import Field, type_named

NUMERIC = ("int32", "int64", "double")
TEXT = ("string", "byte", "time", "microTime")


def problems(value: Any, field: Field, path: str = "") -> Iterator[str]:
    """What is wrong with a value, as ".spec.replicas: expected numeric (int or float), got string".

    Null is right everywhere: it applies nothing.
    """
    if value is None:
        return
    if field.shape in ("struct", "map", "custom") or field is ANY:
        yield from _map_problems(value, field, path)
    elif field.shape == "list":
        yield from _list_problems(value, field, path)
    else:
        wrong = _scalar_problem(value, field.shape)
        if wrong:
            yield f"{path}: {wrong}"


def _scalar_problem(value: Any, shape: str) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if shape in NUMERIC and not number:
        return f"expected numeric (int or float), got {_go_type(value)}"
    if shape in TEXT and not isinstance(value, str):
        return f"expected string, got {_go_value(value)}"
    if shape == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got {_go_value(value)}"
    return ""


def _map_problems(value: Any, field: Field, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        if field is not ANY:
            yield f"{path}: expected map, got {_go_value(value)}"
        return
    for name, inner in value.items():
        known = member_field(field, name)
        if known is None:
            yield f"{path}.{name}: field not declared in schema"
        else:
            yield from problems(inner, known, f"{path}.{name}")


def member_field(field: Field, name: str) -> Field | None:
    """What a member of a struct or map holds; None when it is not declared."""
    if isinstance(field, CustomField):
        return field.properties.get(name, ANY)
    if field.shape == "struct":
        return type_named(field.type).fields.get(name)
    return field.item if field.shape == "map" and field.item is not None else ANY


def _list_problems(value: Any, field: Field, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: expected list, got {_go_value(value)}"
        return
    item = field.item or ANY
    if field.list_type in ("map", "set") and all(_fits(each, field) for each in value):
        seen: set[str] = set()
        for step in item_steps(value, field, item):
            if step in seen:
                yield f"{path}: duplicate entries for key {step_text(step)}"
                return
            seen.add(step)
    for number, each in enumerate(value):
        yield from problems(each, item, f"{path}[{number}]")


def _fits(value: Any, field: Field) -> bool:
    return isinstance(value, dict) if field.list_type == "map" else not isinstance(value, dict)


def step_text(step: str) -> str:
    """A step as Go prints it: `.spec`, `[name="app"]`, `[="x"]`."""
    kind, _, rest = step.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "v":
        return f"[={rest}]"
    keys: Object = json.loads(rest)
    return "[" + ",".join(f"{name}={json.dumps(keys[name])}" for name in sorted(keys)) + "]"


def _go_type(value: Any) -> str:
    kinds = {str: "string", bool: "bool", list: "[]interface {}", dict: "map[string]interface {}"}
    return kinds.get(type(value), "int64")


def _go_value(value: Any) -> str:
    return json.dumps(value)
