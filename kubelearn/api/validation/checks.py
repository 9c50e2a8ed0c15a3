"""The small rules that every kind uses: numbers, choices, and what may not change.

Source: `apimachinery/pkg/api/validation/generic.go` and `objectmeta.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, child, invalid, not_supported, required

NEGATIVE: Final = "must be greater than or equal to 0"
IMMUTABLE: Final = "field is immutable"


def part(obj: Object, name: str) -> Object:
    """The struct `name` of an object; an absent one has nothing set."""
    return obj.get(name) or {}


def items(obj: Object, name: str) -> list[Any]:
    """The list `name` of an object; an absent one is empty."""
    return obj.get(name) or []


def named(path: str, value: Any, details: Iterable[str]) -> list[FieldError]:
    """One error for each explanation of what is wrong with the value."""
    return [invalid(path, value, detail) for detail in details]


def nonnegative(value: Any, path: str) -> list[FieldError]:
    """A number that is absent, zero or positive."""
    return [invalid(path, value, NEGATIVE)] if value is not None and value < 0 else []


def nonnegative_fields(obj: Object, path: str, *names: str) -> list[FieldError]:
    """`nonnegative` for several fields of one struct, in the order given."""
    return [error for name in names for error in nonnegative(obj.get(name), child(path, name))]


def choice(value: Any, path: str, allowed: Iterable[str]) -> list[FieldError]:
    """A text that must be given, and be one of `allowed`."""
    allowed = tuple(allowed)
    if not value:
        return [required(path)]
    return [] if value in allowed else [not_supported(path, value, allowed)]


def optional_choice(value: Any, path: str, allowed: Iterable[str]) -> list[FieldError]:
    """A text that may be absent, but must be one of `allowed` when it is there."""
    allowed = tuple(allowed)
    if value is None or value in allowed:
        return []
    return [not_supported(path, value, allowed)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, absent and empty lists and maps being alike."""
    return bool(one == other) or _filled(one) == _filled(other)


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = ((name, _filled(inner)) for name, inner in value.items())
        return {name: inner for name, inner in pairs if inner is not None} or None
    if isinstance(value, list):
        return [_filled(inner) for inner in value] or None
    return value


def immutable(new: Any, old: Any, path: str, shown: Any = None) -> list[FieldError]:
    """A value that may not change; `shown` is how Go prints the new one, if not as it is."""
    if same(new, old):
        return []
    return [invalid(path, new if shown is None else shown, IMMUTABLE)]


def ordered(mapping: Object | None) -> Object | None:
    """A map as Go prints it: sorted by key."""
    return dict(sorted(mapping.items())) if mapping else None


def struct(obj: Object, *fields: tuple[str, str, Any]) -> Object:
    """An internal struct as Go prints it; each field is (Go's name, our name, its zero value)."""
    shown = {}
    for go_name, name, zero in fields:
        value = obj.get(name)
        shown[go_name] = zero if value is None else value
    return shown
