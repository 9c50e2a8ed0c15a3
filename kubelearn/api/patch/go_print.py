"""JSON-shaped values as Go's `%v`, `%#v` and `%s` print them, for messages that show a patch."""

from __future__ import annotations

import json
from typing import Any


def go_print(value: Any) -> str:
    """`map[spec:map[replicas:x]]`, `[a b]`, `<nil>`; keys are sorted."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_print(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(go_print(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)


def go_syntax(value: Any) -> str:
    """`map[string]interface {}{"a":1}`, `[]interface {}{"x"}`, `interface {}(nil)`."""
    if isinstance(value, dict):
        members = ", ".join(f"{json.dumps(k)}:{go_syntax(value[k])}" for k in sorted(value))
        return f"map[string]interface {{}}{{{members}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(go_syntax(item) for item in value)}}}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "interface {}(nil)" if value is None else go_print(value)


def go_type(value: Any) -> str:
    """`string`, `[]interface {}`, `map[string]interface {}`; of null what `%s` makes of no type."""
    kinds = {
        str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}",
        dict: "map[string]interface {}",
    }  # fmt: skip
    return kinds.get(type(value), "%!s(<nil>)")


def go_text(value: Any) -> str:
    """A value under `%s`, which is meant for texts: `%!s(int64=1)`."""
    if isinstance(value, str):
        return value
    return "%!s(<nil>)" if value is None else f"%!s({go_type(value)}={go_print(value)})"
