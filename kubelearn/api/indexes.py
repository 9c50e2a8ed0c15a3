"""Indexes of the store: which objects belong to a namespace, an owner, a node.

Source of the idea: client-go `tools/cache/index.go`. A new index is one line in `INDEXES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from kubelearn.api.objects import Key, Object


def _namespace(obj: Object) -> Iterable[str]:
    return (obj["metadata"].get("namespace", ""),)


def _owner(obj: Object) -> Iterable[str]:
    references = obj["metadata"].get("ownerReferences")
    return [reference["uid"] for reference in references] if references else ()


def _node(obj: Object) -> Iterable[str]:
    if obj.get("kind") != "Pod":
        return ()
    node = obj["spec"].get("nodeName")
    return (node,) if node else ()


def _orphan(obj: Object) -> Iterable[str]:
    references = obj["metadata"].get("ownerReferences")
    if references and any(reference.get("controller") for reference in references):
        return ()
    return (obj["metadata"].get("namespace", ""),)


def _address(obj: Object) -> Iterable[str]:
    if obj.get("kind") != "Pod":
        return ()
    address = (obj.get("status") or {}).get("podIP")
    return (address,) if address else ()


def _service(obj: Object) -> Iterable[str]:
    if obj.get("kind") != "EndpointSlice":
        return ()
    metadata = obj["metadata"]
    service = (metadata.get("labels") or {}).get("kubernetes.io/service-name")
    return (f"{metadata['namespace']}/{service}",) if service else ()


INDEXES: dict[str, Callable[[Object], Iterable[str]]] = {
    "namespace": _namespace,
    "owner": _owner,  # by the UID of every owner
    "orphan": _orphan,  # by namespace, what no controller manages
    "address": _address,  # pods by status.podIP
    "node": _node,  # pods by spec.nodeName
    "service": _service,  # EndpointSlices by "namespace/name" of their Service
}


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

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[Key, Object]]) -> Indexes:
        """Indexes made anew from whole tables."""
        made = cls()
        for resource, table in tables.items():
            for key, obj in table.items():
                made.update(resource, key, None, obj)
        return made

    def keys(self, resource: str, index: str, value: str) -> Iterable[Key]:
        """The keys filed under a value, in no particular order."""
        found = self._filed.get((resource, index), {}).get(value, ())
        return (found,) if isinstance(found, tuple) and found else found

    def values(self, resource: str, index: str) -> list[str]:
        """The values of an index that file at least one object, sorted."""
        return sorted(self._filed.get((resource, index), ()))

    def update(self, resource: str, key: Key, old: Object | None, new: Object | None) -> None:
        """Refile an object after a write."""
        for index, values in INDEXES.items():
            before = values(old) if old is not None else ()
            after = values(new) if new is not None else ()
            if before == after:
                continue
            for value in before:
                self._remove(resource, index, value, key)
            for value in after:
                self._add(resource, index, value, key)

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
            self._owned(filed, (resource, index, value), found)[key] = None

    def _remove(self, resource: str, index: str, value: str, key: Key) -> None:
        filed = self._map(resource, index)
        found = filed.get(value)
        if isinstance(found, dict):
            keys = self._owned(filed, (resource, index, value), found)
            keys.pop(key, None)
            if keys:
                return
        filed.pop(value, None)
        self._own.discard((resource, index, value))

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
