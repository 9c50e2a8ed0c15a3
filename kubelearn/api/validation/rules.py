"""What a kind's rules consist of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError

CreateRule: TypeAlias = Callable[[Object], list[FieldError]]
"""What is wrong with a new object."""
UpdateRule: TypeAlias = Callable[[Object, Object], list[FieldError]]
"""What is wrong with a changed object: (the new one, the old one)."""
WarningRule: TypeAlias = Callable[[Object, Object | None], list[str]]
"""What is allowed, but hardly meant: (the new one, the old one or None)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one resource."""

    create: CreateRule
    update: UpdateRule
    subresources: dict[str, UpdateRule] = field(default_factory=dict)
    """Rules for writes to `/status` and the like, by their name."""
    warnings: tuple[WarningRule, ...] = ()
    namespaced: bool = True
