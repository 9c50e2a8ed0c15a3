"""Indexes of the store: which objects belong to a namespace, an owner, a node.

Source of the idea: client-go `tools/cache/index.go`. A new index is one line in `INDEXES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

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


INDEXES: dict[str, Callable[[Object], Iterable[str]]] = {
    "namespace": _namespace,
    "owner": _owner,  # by the UID of every owner
    "orphan": _orphan,  # by namespace, what no controller manages
    "address": _address,  # pods by status.podIP
    "node": _node,  # pods by spec.nodeName
}


class Indexes:
    """For each (resource, index, value) the keys of the objects filed there."""

    def __init__(self) -> None:
        self._filed: dict[tuple[str, str, str], dict[Key, None]] = {}
        self._own: set[tuple[str, str, str]] = set()
        """Places whose keys no fork shares; others are copied before they are changed."""

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
        return self._filed.get((resource, index, value), ())

    def values(self, resource: str, index: str) -> list[str]:
        """The values of an index that file at least one object, sorted."""
        return sorted(v for r, i, v in self._filed if r == resource and i == index)

    def update(self, resource: str, key: Key, old: Object | None, new: Object | None) -> None:
        """Refile an object after a write."""
        for index, values in INDEXES.items():
            before = values(old) if old is not None else ()
            after = values(new) if new is not None else ()
            if before == after:
                continue
            for value in before:
                self._remove((resource, index, value), key)
            for value in after:
                self._keys_at((resource, index, value))[key] = None

    def _keys_at(self, place: tuple[str, str, str]) -> dict[Key, None]:
        """The keys at a place, to be changed."""
        keys = self._filed.get(place)
        if keys is None or place not in self._own:
            keys = self._filed[place] = {} if keys is None else keys.copy()
            self._own.add(place)
        return keys

    def _remove(self, place: tuple[str, str, str], key: Key) -> None:
        keys = self._keys_at(place)
        keys.pop(key, None)
        if not keys:
            del self._filed[place]
            self._own.discard(place)

    def fork(self) -> Indexes:
        """A copy that shares all keys until one of the two changes them."""
        twin = Indexes()
        twin._filed = self._filed.copy()
        self._own = set()
        return twin
