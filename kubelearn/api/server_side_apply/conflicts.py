"""What is told when an applied field belongs to somebody else.

Source: apimachinery `pkg/util/managedfields/internal/conflict.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kubelearn.api.errors import Conflict
from kubelearn.api.field_paths import Path
from kubelearn.api.objects import Object
from kubelearn.api.server_side_apply.typed import step_text


def path_text(path: Path) -> str:
    """A path as Go prints it: `.spec.containers[name="app"].image`."""
    return "".join(step_text(step) for step in path)


def in_order(paths: Iterable[Path]) -> list[Path]:
    """The paths as a set of fields is walked: at each level what ends there, then what goes on."""
    levels: dict[str, list[Path]] = {}
    for path in paths:
        levels.setdefault(path[0], []).append(path[1:])
    ends = [(step,) for step in sorted(levels) if () in levels[step]]
    below = [
        (step, *rest)
        for step in sorted(levels)
        for rest in in_order(path for path in levels[step] if path)
    ]
    return [*ends, *below]


def manager_text(entry: Object) -> str:
    """A manager as conflicts name it."""
    text = json.dumps(entry.get("manager", ""))
    if entry.get("subresource"):
        text += f" with subresource {json.dumps(entry['subresource'])}"
    if entry.get("operation") == "Update":
        text += f" using {entry.get('apiVersion', '')}"
    return text


def refusal(found: Mapping[int, Iterable[Path]], entries: list[Object]) -> Conflict:
    """The error for fields by the place of their owner among the entries."""
    listed = {place: in_order(paths) for place, paths in found.items()}
    order = sorted(listed, key=lambda place: _identity(entries[place]))
    causes = [_cause(entries[place], path) for place in order for path in listed[place]]
    causes.sort(key=lambda cause: cause["field"])  # upstream's order varies
    return Conflict(_message(listed, order, entries), details={"causes": causes})


def _cause(entry: Object, path: Path) -> Object:
    message = f"conflict with {manager_text(entry)}"
    return {"reason": "FieldManagerConflict", "message": message, "field": path_text(path)}


def _identity(entry: Object) -> str:
    names = ("manager", "operation", "apiVersion", "subresource")
    return json.dumps({name: entry[name] for name in names if entry.get(name)})


def _message(listed: Mapping[int, list[Path]], order: list[int], entries: list[Any]) -> str:
    count = sum(map(len, listed.values()))
    if count == 1:
        (path,) = listed[order[0]]
        owner = manager_text(entries[order[0]])
        return f"Apply failed with 1 conflict: conflict with {owner}: {path_text(path)}"
    lines = []
    for place in order:
        lines.append(f"conflicts with {manager_text(entries[place])}:")
        lines += [f"- {path_text(path)}" for path in listed[place]]
    return f"Apply failed with {count} conflicts: " + "\n".join(lines)
