"""How many pods of each sort every ReplicaSet has, counted at each write.

A ReplicaSet with a thousand pods is looked at a thousand times while they start. Counting all pods
each time, as upstream does, would make that a million steps; the store counts on, one step for each
write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from kubelearn.api.objects import Object, controller_of, labels_of

TERMINAL = ("Succeeded", "Failed")


COUNTED = ("ReplicaSet", "ReplicationController")
"""Kinds of controllers whose pods are counted."""


Labels: TypeAlias = tuple[tuple[str, str], ...]
State: TypeAlias = tuple[bool, bool, bool]
"""Ended, terminating, ready."""
LIMIT = 4096
"""Sorts that are remembered; then it begins anew."""


class Sort(NamedTuple):
    """What a ReplicaSet asks about a pod."""

    labels: Labels
    """All labels, sorted."""
    ended: bool
    terminating: bool
    ready: bool


Census: TypeAlias = Mapping[Sort, int]
"""How many pods there are of each sort; none of zero."""


def _state(pod: Object) -> State:
    status, ready = pod.get("status") or {}, False
    for condition in status.get("conditions") or ():
        if condition["type"] == "Ready":
            ready = condition["status"] == "True"
            break
    return status.get("phase") in TERMINAL, "deletionTimestamp" in pod["metadata"], ready


class Families:
    """The census of every ReplicaSet, by its UID."""

    def __init__(self) -> None:
        self._census: dict[str, dict[Sort, int]] = {}
        self._sorts: dict[tuple[int, State], tuple[Sort, dict[str, str]]] = {}
        """By the identity of labels and the state: the sort, and the labels, which keep it taken.

        Pods of one template share their labels, and nobody changes labels in place.
        """

    @classmethod
    def of(cls, pods: Mapping[tuple[str, str], Object]) -> Families:
        """Counted anew from a table of pods."""
        made = cls()
        for pod in pods.values():
            made.update(None, pod)
        return made

    def census(self, uid: str) -> Census:
        """The pods whose controller is the ReplicaSet with this UID."""
        return self._census.get(uid, {})

    def update(self, old: Object | None, new: Object | None) -> None:
        """Count a write to a pod."""
        was = None if old is None else _state(old)
        now = None if new is None else _state(new)
        if was == now and old is not None and new is not None and _counts_the_same(old, new):
            return
        if old is not None and was is not None:
            self._count(old, was, -1)
        if new is not None and now is not None:
            self._count(new, now, 1)

    def _count(self, pod: Object, state: State, step: int) -> None:
        owner = controller_of(pod)
        if owner is None or owner["kind"] not in COUNTED:
            return
        census = self._census.setdefault(owner["uid"], {})
        sort = self._sort(labels_of(pod), state)
        count = census.get(sort, 0) + step
        if count:
            census[sort] = count
            return
        del census[sort]
        if not census:
            del self._census[owner["uid"]]

    def _sort(self, labels: dict[str, str], state: State) -> Sort:
        key = (id(labels), state)
        known = self._sorts.get(key)
        if known is None or known[1] is not labels:
            if len(self._sorts) >= LIMIT:
                self._sorts.clear()
            known = self._sorts[key] = (Sort(tuple(sorted(labels.items())), *state), labels)
        return known[0]

    def fork(self) -> Families:
        """A copy."""
        twin = Families()
        twin._census = {uid: census.copy() for uid, census in self._census.items()}
        return twin


def _counts_the_same(old: Object, new: Object) -> bool:
    before, after = old["metadata"], new["metadata"]
    return before.get("labels") is after.get("labels") and (
        before.get("ownerReferences") is after.get("ownerReferences")
    )
