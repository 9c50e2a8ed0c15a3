"""JSON-shaped values as Go's `%v` prints them, for messages that show a patch."""

from __future__ import annotations

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
