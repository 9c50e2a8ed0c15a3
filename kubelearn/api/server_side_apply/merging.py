"""Puts an applied object over the live one, and takes away what its manager applies no longer.

Source: structured-merge-diff `typed/merge.go`, `typed/remove.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelearn.api.field_paths import ANY, Path, is_granular, item_steps, members
from kubelearn.api.objects import Object
from kubelearn.api.schema import Field
from kubelearn.api.server_side_apply.typed import member_field


def field_set(value: Any, field: Field, path: Path = ()) -> frozenset[Path]:
    """The fields that an applied value names.

    A field of a struct counts by what is in it; an item of a list or map counts itself too.
    """
    found: set[Path] = set()
    _collect(value, field, path, found)
    return frozenset(found)


def _collect(value: Any, field: Field, path: Path, found: set[Path]) -> None:
    children = members(value, field)
    if not children:
        if children is None or isinstance(value, dict):
            found.add(path)
        return  # an empty list of items that have owners has none itself
    for step, (inner, inner_field) in children:
        below = (*path, step)
        named = step.startswith("f:") and field.shape in ("struct", "custom")
        if not named:
            found.add(below)
        _collect(inner, inner_field, below, found)


def merged(live: Any, applied: Any, field: Field) -> Any:
    """The live value with the applied one over it; new objects, nothing is changed in place."""
    if applied is None:
        return live
    if isinstance(applied, dict) and isinstance(live, dict) and is_granular(field):
        return _merged_maps(live, applied, field)
    if isinstance(applied, list) and isinstance(live, list) and field.list_type in ("map", "set"):
        return _merged_lists(live, applied, field)
    return applied


def _merged_maps(live: Object, applied: Object, field: Field) -> Object:
    new = live.copy()
    for name, value in applied.items():
        if value is None:
            new[name] = live.get(name)
            continue
        inner = member_field(field, name) or ANY
        new[name] = merged(live[name], value, inner) if name in live else value
    return new


def _merged_lists(live: list[Any], applied: list[Any], field: Field) -> list[Any]:
    """Items of both are merged in the order of the applied list; others keep their place."""
    item = field.item or ANY
    old = dict(zip(item_steps(live, field, item), live, strict=True))
    new = dict(zip(item_steps(applied, field, item), applied, strict=True))
    shared = [step for step in new if step in old]
    left, right, out, done = list(old), list(new), [], set()
    while left or right:
        step = left[0] if left else None
        waits = step in new and bool(shared) and shared[0] != step
        if step is not None and right and step != right[0] and waits:
            left.pop(0)  # its turn comes with the applied list
            continue
        if step is not None and (step not in new or step in done):
            left.pop(0)
            if step not in done:
                out.append(old[step])
            continue
        if not right:
            break
        step = right.pop(0)
        out.append(merged(old[step], new[step], item) if step in old else new[step])
        done.add(step)
        if shared and shared[0] == step:
            shared.pop(0)
    return out


def pruned(value: Any, field: Field, gone: Iterable[Path]) -> Any:
    """The value without what lies at these paths."""
    for path in sorted(gone, key=len):
        value = _removed(value, field, path)
    return value


def _removed(value: Any, field: Field, path: Path) -> Any:
    children = members(value, field)
    if not children:
        return value
    step, rest = path[0], path[1:]
    place = next((n for n, (each, _) in enumerate(children) if each == step), None)
    if place is None:
        return value
    inner, inner_field = children[place][1]
    new = _removed(inner, inner_field, rest) if rest else None
    if rest and new is inner:
        return value
    if isinstance(value, dict):
        name = step[2:]
        if rest:
            return {**value, name: new}
        return {key: each for key, each in value.items() if key != name}
    return [*value[:place], *([new] if rest else []), *value[place + 1 :]]
