"""Indexes of the store: which objects belong to an owner, a node, a Service.

Source of the idea: client-go `tools/cache/index.go`. A new index is one line in `INDEXES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from kubelearn.api.objects import Key, Object


class Index(NamedTuple):
    """What an index files, and under which values."""

    resource: str
    """The resource whose objects are filed; "" = all but events, which nobody owns."""
    path: tuple[str, str]
    """The section and field that the values come from: as long as it stays, so do they."""
    values: Callable[[Object], Iterable[str]]


def _owner(obj: Object) -> Iterable[str]:
    references = obj["metadata"].get("ownerReferences")
    return [reference["uid"] for reference in references] if references else ()


def _orphan(obj: Object) -> Iterable[str]:
    references = obj["metadata"].get("ownerReferences")
    if references and any(reference.get("controller") for reference in references):
        return ()
    return (obj["metadata"].get("namespace", ""),)


def _node(obj: Object) -> Iterable[str]:
    node = obj["spec"].get("nodeName")
    return (node,) if node else ()


def _address(obj: Object) -> Iterable[str]:
    address = (obj.get("status") or {}).get("podIP")
    return (address,) if address else ()


def _service(obj: Object) -> Iterable[str]:
    metadata = obj["metadata"]
    service = (metadata.get("labels") or {}).get("kubernetes.io/service-name")
    return (f"{metadata['namespace']}/{service}",) if service else ()


INDEXES: dict[str, Index] = {
    # By the UID of every owner.
    "owner": Index("", ("metadata", "ownerReferences"), _owner),
    # By namespace, what no controller manages.
    "orphan": Index("", ("metadata", "ownerReferences"), _orphan),
    "address": Index("pods", ("status", "podIP"), _address),
    "node": Index("pods", ("spec", "nodeName"), _node),
    # By "namespace/name" of the slices' Service.
    "service": Index("endpointslices.discovery.k8s.io", ("metadata", "labels"), _service),
}


@cache
def indexes_of(resource: str) -> tuple[tuple[str, Index], ...]:
    """The indexes that file objects of a resource, by name."""
    return tuple(
        (name, index)
        for name, index in INDEXES.items()
        if index.resource == resource or (not index.resource and resource != "events")
    )


Values: TypeAlias = Callable[[Object], Iterable[str]]
Plan: TypeAlias = tuple[tuple[str, tuple[tuple[str, tuple[tuple[str, Values], ...]], ...]], ...]
"""Section → field → (name, values) of the indexes whose values come from there."""


@cache
def plan_of(resource: str) -> Plan:
    """The indexes of a resource by what they read: one look decides about each section."""
    plan: dict[str, dict[str, list[tuple[str, Values]]]] = {}
    for name, index in indexes_of(resource):
        section, field = index.path
        plan.setdefault(section, {}).setdefault(field, []).append((name, index.values))
    return tuple(
        (section, tuple((field, tuple(found)) for field, found in fields.items()))
        for section, fields in plan.items()
    )


_Keys: TypeAlias = Key | dict[Key, None]
"""The keys at one value: a single key is kept as it is, which is the usual case of an address."""


class Indexes:
    """For each resource and index: value → the keys of the objects filed there.

    A fork shares everything; what a side changes it copies first.
    """

    def __init__(self) -> None:
        self._filed: dict[tuple[str, str], dict[str, _Keys]] = {}
        self._own: set[tuple[str, ...]] = set()
        """Places (resource, index) and (resource, index, value) that no fork shares."""
        self._sorted: dict[tuple[str, str, str], list[Key]] = {}
        """By place the keys in order, as long as none comes or goes."""

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[Key, Any]]) -> Indexes:
        """Indexes made anew from whole tables."""
        made = cls()
        for resource, table in tables.items():
            for key, obj in table.items():
                made.update(resource, key, None, obj)
        return made

    def ordered(self, resource: str, index: str, value: str) -> Iterable[Key]:
        """The keys filed under a value, sorted."""
        found = self._filed.get((resource, index), {}).get(value, ())
        if isinstance(found, tuple):
            return (found,) if found else ()
        place = (resource, index, value)
        known = self._sorted.get(place)
        if known is None:
            known = self._sorted[place] = sorted(found)
        return known

    def values(self, resource: str, index: str) -> list[str]:
        """The values of an index that file at least one object, sorted."""
        return sorted(self._filed.get((resource, index), ()))

    def update(self, resource: str, key: Key, old: Object | None, new: Object | None) -> None:
        """Refile an object after a write."""
        if old is None or new is None:
            for name, index in indexes_of(resource):
                before = index.values(old) if old is not None else ()
                after = index.values(new) if new is not None else ()
                self._refile(resource, name, key, before, after)
            return
        for section, fields in plan_of(resource):
            # What holds the very same value files the object where it is.
            was, now = old.get(section), new.get(section)
            if was is now:
                continue
            for field, indexes in fields:
                if was and now and was.get(field) is now.get(field):
                    continue
                for name, values in indexes:
                    before, after = values(old), values(new)
                    if before != after:
                        self._refile(resource, name, key, before, after)

    def _refile(
        self, resource: str, index: str, key: Key, before: Iterable[str], after: Iterable[str]
    ) -> None:
        for value in before:
            self._remove(resource, index, value, key)
        for value in after:
            self._add(resource, index, value, key)

    def shrink(self, resource: str) -> None:
        """Give back the room of what is no longer filed."""
        for name, _ in indexes_of(resource):
            filed = self._map(resource, name)
            for value in [value for value, keys in filed.items() if isinstance(keys, dict)]:
                filed[value] = dict(filed[value].items())  # type: ignore[union-attr]
                self._own.add((resource, name, value))

    def _map(self, resource: str, index: str) -> dict[str, _Keys]:
        """The map of an index, to be changed."""
        place = (resource, index)
        found = self._filed.get(place)
        if found is None or place not in self._own:
            found = self._filed[place] = {} if found is None else found.copy()
            self._own.add(place)
        return found

    def _add(self, resource: str, index: str, value: str, key: Key) -> None:
        filed = self._map(resource, index)
        found = filed.get(value)
        if found is None:
            filed[value] = key
        elif isinstance(found, tuple):
            filed[value] = {found: None, key: None}
            self._own.add((resource, index, value))
        else:
            place = (resource, index, value)
            self._sorted.pop(place, None)
            self._owned(filed, place, found)[key] = None

    def _remove(self, resource: str, index: str, value: str, key: Key) -> None:
        filed = self._map(resource, index)
        found = filed.get(value)
        if isinstance(found, dict):
            place = (resource, index, value)
            self._sorted.pop(place, None)
            keys = self._owned(filed, place, found)
            keys.pop(key, None)
            if keys:
                return
            self._own.discard(place)
        filed.pop(value, None)

    def _owned(
        self, filed: dict[str, _Keys], place: tuple[str, str, str], keys: dict[Key, None]
    ) -> dict[Key, None]:
        if place not in self._own:
            keys = filed[place[2]] = keys.copy()
            self._own.add(place)
        return keys

    def fork(self) -> Indexes:
        """A copy that shares all keys until one of the two changes them."""
        twin = Indexes()
        twin._filed = self._filed.copy()
        self._own = set()
        return twin
