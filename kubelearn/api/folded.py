"""Objects that are stored in a shorter form and made when somebody reads them.

Most objects of a large cluster are Events, of which few are ever read. Whoever stores them may
store what they are made from instead; every reader of the store gets the object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from kubelearn.api.objects import Key, Object


class Folded(Protocol):
    """A stored object in a shorter form, immutable."""

    def unfold(self) -> Object:
        """The object, with its `resourceVersion`."""


Stored: TypeAlias = Object | Folded
"""What a table of the store holds."""


def unfolded(stored: Stored) -> Object:
    """The object that is stored."""
    return stored if isinstance(stored, dict) else stored.unfold()


class Unfolded(Mapping[Key, Object]):
    """A table as its readers see it."""

    def __init__(self, table: Mapping[Key, Stored]) -> None:
        self._table = table

    def __getitem__(self, key: Key) -> Object:
        return unfolded(self._table[key])

    def __contains__(self, key: object) -> bool:
        return key in self._table

    def __iter__(self) -> Iterator[Key]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)
