"""The difference of two frames as a small message, and a frame moved on by it.

A frame's tables are lists of rows with a `key`. Rows that changed are told by their numbers and
their changed fields by theirs, rows that changed alike together, so twenty pods that start take
less than a kilobyte: `{"pods": {"~": [[[412, 413], 5, "Running", 7, 1]]}}`. All other fields are
replaced whole.
"""

from __future__ import annotations

from typing import Any

from kubelearn.frames.source import Frame, Row

_GONE, _NEW, _CHANGED = "-", "+", "~"


def changes(old: Frame, new: Frame) -> dict[str, Any]:
    """What turns `old` into `new`; empty when they are equal. Both have the same fields."""
    found: dict[str, Any] = {}
    for field, value in new.items():
        before = old[field]
        if value is before or value == before:
            continue
        found[field] = _table_changes(before, value) if _is_table(before, value) else value
    return found


def apply_changes(frame: Frame, delta: dict[str, Any]) -> Frame:
    """The frame that follows `frame` by `delta`; `frame` stays as it is."""
    moved = dict(frame)
    for field, value in delta.items():
        is_rows = isinstance(value, dict) and not value.keys() - {_GONE, _NEW, _CHANGED}
        moved[field] = _apply_to_table(frame[field], value) if is_rows and value else value
    return moved


def _is_table(before: Any, value: Any) -> bool:
    """Whether both are keyed rows that keep the order of those they share."""
    if not (_is_keyed(before) and _is_keyed(value)):
        return False
    old, new = [row["key"] for row in before], [row["key"] for row in value]
    shared = set(old) & set(new)
    return [key for key in old if key in shared] == [key for key in new if key in shared]


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "key" in row for row in value)


def _table_changes(before: list[Row], after: list[Row]) -> dict[str, Any]:
    old = {row["key"]: row for row in before}
    keys = {row["key"] for row in after}
    found = {
        _GONE: [number for number, row in enumerate(before) if row["key"] not in keys],
        _NEW: [[number, row] for number, row in enumerate(after) if row["key"] not in old],
        _CHANGED: _changed_rows(old, after),
    }
    return {name: part for name, part in found.items() if part}


def _changed_rows(old: dict[str, Row], after: list[Row]) -> list[list[Any]]:
    """The numbers of rows that changed alike, and how."""
    found: dict[str, list[Any]] = {}
    for number, row in enumerate(after):
        before = old.get(row["key"], row)
        if row is not before and row != before:
            fields = _fields(before, row)
            found.setdefault(repr(fields), [[], *fields])[0].append(number)
    return list(found.values())


def _fields(old: Row, new: Row) -> list[Any]:
    """Number and value of each changed field, one after the other."""
    pairs = enumerate(new.items())
    return [item for at, (name, value) in pairs if value != old[name] for item in (at, value)]


def _apply_to_table(rows: list[Row], delta: dict[str, Any]) -> list[Row]:
    gone = set(delta.get(_GONE, ()))
    moved = [row for number, row in enumerate(rows) if number not in gone]
    for number, row in delta.get(_NEW, ()):
        moved.insert(number, row)
    for numbers, *fields in delta.get(_CHANGED, ()):
        names = list(moved[numbers[0]])
        changed = {names[at]: value for at, value in zip(fields[::2], fields[1::2], strict=True)}
        for number in numbers:
            moved[number] = moved[number] | changed
    return moved
