"""Setting what is missing, by path copying: an object that lacks nothing comes back as itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kubelearn.api.objects import Object


def fill(obj: Object, values: Mapping[str, Any]) -> Object:
    """`obj` with each of `values` whose field is absent or null (a Go pointer that is nil)."""
    missing = {
        name: value
        for name, value in values.items()
        if obj.get(name) is None and not (value is None and name in obj)
    }
    return {**obj, **missing} if missing else obj


def fill_empty(obj: Object, values: Mapping[str, Any]) -> Object:
    """Like `fill`, for fields whose zero value ("", 0, []) also counts as missing."""
    missing = {name: value for name, value in values.items() if not obj.get(name)}
    return {**obj, **missing} if missing else obj


def inside(obj: Object, name: str, change: Callable[[Object], Object]) -> Object:
    """`obj` with the struct `name` changed; an absent struct is one with nothing set."""
    old = obj.get(name)
    new = change(old if isinstance(old, dict) else {})
    return obj if new is old else {**obj, name: new}


def present(obj: Object, name: str, change: Callable[[Object], Object]) -> Object:
    """`obj` with the struct `name` changed, if it is there (a Go pointer that is not nil)."""
    return inside(obj, name, change) if isinstance(obj.get(name), dict) else obj


def each(obj: Object, name: str, change: Callable[[Object], Object]) -> Object:
    """`obj` with every element of the list `name` changed."""
    old = obj.get(name)
    if not old:
        return obj
    new = [change(item) for item in old]
    same = all(one is other for one, other in zip(new, old, strict=True))
    return obj if same else {**obj, name: new}


def without(obj: Object, name: str) -> Object:
    """`obj` without the field `name`."""
    return {key: value for key, value in obj.items() if key != name} if name in obj else obj
