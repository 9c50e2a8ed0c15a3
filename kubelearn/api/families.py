"""How many pods of each sort every ReplicaSet has, counted at each write.

A ReplicaSet with a thousand pods is looked at a thousand times while they start. Counting all pods
each time, as upstream does, would make that a million steps; the store counts on, one step for each
write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from kubelearn.api.objects import Object, condition, controller_of, labels_of

TERMINAL = ("Succeeded", "Failed")


class Sort(NamedTuple):
    """What a ReplicaSet asks about a pod."""

    labels: tuple[tuple[str, str], ...]
    """All labels, sorted."""
    ended: bool
    terminating: bool
    ready: bool


Census: TypeAlias = Mapping[Sort, int]
"""How many pods there are of each sort; none of zero."""


def sort_of(pod: Object) -> Sort:
    """The sort of a pod."""
    return Sort(tuple(sorted(labels_of(pod).items())), *_state(pod))


def _state(pod: Object) -> tuple[bool, bool, bool]:
    ready = condition(pod, "Ready")
    return (
        (pod.get("status") or {}).get("phase") in TERMINAL,
        "deletionTimestamp" in pod["metadata"],
        ready is not None and ready["status"] == "True",
    )


class Families:
    """The census of every ReplicaSet, by its UID."""

    def __init__(self) -> None:
        self._census: dict[str, dict[Sort, int]] = {}

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
        if old is not None and new is not None and _counts_the_same(old, new):
            return
        if old is not None:
            self._count(old, -1)
        if new is not None:
            self._count(new, 1)

    def _count(self, pod: Object, step: int) -> None:
        owner = controller_of(pod)
        if owner is None or owner["kind"] != "ReplicaSet":
            return
        census = self._census.setdefault(owner["uid"], {})
        sort = sort_of(pod)
        census[sort] = census.get(sort, 0) + step
        if not census[sort]:
            del census[sort]
        if not census:
            del self._census[owner["uid"]]

    def fork(self) -> Families:
        """A copy."""
        twin = Families()
        twin._census = {uid: census.copy() for uid, census in self._census.items()}
        return twin


def _counts_the_same(old: Object, new: Object) -> bool:
    before, after = old["metadata"], new["metadata"]
    return (
        before.get("labels") is after.get("labels")
        and before.get("ownerReferences") is after.get("ownerReferences")
        and _state(old) == _state(new)
    )
