"""Checks what is applied against the schema: declared fields, the right types, no item twice.

Source: structured-merge-diff `typed/validate.go`, `typed/helpers.go`, `schema/elements.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from kubelearn.api.field_paths import ANY, CustomField, item_steps
from kubelearn.api.objects import Object
from kubelearn.api.patch.go_print import go_print, go_syntax, go_type
from kubelearn.api.schema import Field, type_named

NUMERIC: Final = ("int32", "int64", "double")
TEXT: Final = ("string", "byte")
UNTYPED: Final = ("quantity", "intOrString", "time", "microTime")
"""Shapes that the schema of an apply takes for any scalar."""


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
        return f"expected numeric (int or float), got {go_type(value)}"
    if shape in TEXT and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"
    if shape == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got {_wrapped(value)}"
    if shape in UNTYPED and isinstance(value, dict | list):
        return f"expected any scalar, got {_wrapped(value)}"
    return ""


def _map_problems(value: Any, field: Field, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        if field is not ANY:
            yield f"{path}: expected map, got {_wrapped(value)}"
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
        return field.properties.get(name, ANY if field.free else None)
    if field.shape == "struct":
        return type_named(field.type).fields.get(name)
    return field.item if field.shape == "map" and field.item is not None else ANY


def _list_problems(value: Any, field: Field, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: expected list, got {_wrapped(value)}"
        return
    item = field.item or ANY
    if field.list_type in ("map", "set"):
        yield from _associative_problems(value, field, path)
        return
    for number, each in enumerate(value):
        yield from problems(each, item, f"{path}[{number}]")


def _associative_problems(value: list[Any], field: Field, path: str) -> Iterator[str]:
    """An item is named by its keys; one that can have none ends the check of the list."""
    item = field.item or ANY
    seen: set[str] = set()
    for number, each in enumerate(value):
        wrong = _unfit(each, field.list_type)
        if wrong:
            yield f"{path}: element {number}: {wrong}"
            return
        (step,) = item_steps([each], field, item)
        if step in seen:
            yield f"{path}: duplicate entries for key {step_text(step)}"
        seen.add(step)
        yield from problems(each, item, path + step_text(step))


def _unfit(value: Any, list_type: str) -> str:
    """Why a value cannot be an item of an associative list."""
    if list_type == "map":
        if isinstance(value, dict):
            return ""
        kind = "a null element" if value is None else "non-map elements"
        return f"associative list with keys may not have {kind}"
    if isinstance(value, list):
        return "not supported: associative list with lists as elements"
    if value is None:
        return "associative list without keys has an element that's an explicit null"
    if isinstance(value, dict):
        return "associative list without keys has an element that's a map type"
    return ""


def step_text(step: str) -> str:
    """A step as Go prints it: `.spec`, `[name="app"]`, `[="x"]`."""
    kind, _, rest = step.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "v":
        return f"[={rest}]"
    keys: Object = json.loads(rest)
    return "[" + ",".join(f"{name}={json.dumps(keys[name])}" for name in sorted(keys)) + "]"


def _wrapped(value: Any) -> str:
    """A value as `%v` shows the pointer to its wrapper."""
    return f"&{{{go_print(value)}}}"
