"""The write log of one resource from its beginning, with what is older than the log before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Store
from kubelearn.frames.timeline import EVER


class Stored(Protocol):
    """An API server with its store."""

    @property
    def store(self) -> Store:
        """Objects and write log."""
        ...


class Write(NamedTuple):
    """One object before and after; `time` (ns) is `EVER` for what is older than the log."""

    time: int
    key: Key
    old: Object | None
    new: Object | None


def writes(api: Stored, resource: str) -> Iterator[Write]:
    """Every write to objects of a resource, in order."""
    store = api.store
    records = [record for record in store.since(store.compacted) if record.resource == resource]
    first: dict[Key, Object | None] = {}
    for record in records:
        first.setdefault(record.key, record.old)
    unwritten = {key: obj for key, obj in store.items(resource).items() if key not in first}
    for key, obj in {**first, **unwritten}.items():
        if obj is not None:
            yield Write(EVER, key, None, obj)
    for record in records:
        yield Write(record.time, record.key, record.old, record.new)
