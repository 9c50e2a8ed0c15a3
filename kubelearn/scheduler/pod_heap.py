"""A heap of waiting pods that can also be looked up and removed by key.

Source of the idea: `pkg/scheduler/backend/heap/heap.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from kubelearn.api.objects import Key

if TYPE_CHECKING:
    from kubelearn.scheduler.queue import QueuedPod


class Order(Protocol):
    """What sorts pods."""

    def __call__(self, queued: QueuedPod, /) -> tuple[int, ...]:
        """The key of a pod: the smallest is first."""
        ...


class PodHeap:
    """Waiting pods, the one with the smallest order first; ties by arrival."""

    __slots__ = ("_entries", "_order", "_serial", "rows")

    def __init__(self, order: Order) -> None:
        self.rows: dict[Key, QueuedPod] = {}
        self._order = order
        self._entries: list[tuple[tuple[int, ...], int, Key]] = []
        self._serial: dict[Key, int] = {}
        """Which entry of a key is the valid one; removed keys leave stale entries behind."""

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, key: Key) -> bool:
        return key in self.rows

    def put(self, row: QueuedPod, serial: int) -> None:
        """Add a pod; `serial` grows with every call."""
        key = row.pod.key
        self.rows[key] = row
        self._serial[key] = serial
        heappush(self._entries, (self._order(row), serial, key))

    def remove(self, key: Key) -> QueuedPod | None:
        """Take a pod out, wherever it stands."""
        self._serial.pop(key, None)
        row = self.rows.pop(key, None)
        if not self.rows:
            self._entries.clear()  # all of them are stale
        return row

    def peek(self) -> QueuedPod | None:
        """The first pod, or None."""
        entries = self._entries
        while entries:
            _, serial, key = entries[0]
            if self._serial.get(key) == serial:
                return self.rows[key]
            heappop(entries)
        return None

    def pop(self) -> QueuedPod | None:
        """Take the first pod."""
        row = self.peek()
        return None if row is None else self.remove(row.pod.key)

    def in_order(self) -> Iterator[QueuedPod]:
        """All pods, first first."""
        for _, serial, key in sorted(self._entries):
            if self._serial.get(key) == serial:
                yield self.rows[key]

    def fork(self) -> PodHeap:
        """A copy."""
        twin = PodHeap(self._order)
        twin.rows, twin._serial = self.rows.copy(), self._serial.copy()
        twin._entries = self._entries.copy()
        return twin
