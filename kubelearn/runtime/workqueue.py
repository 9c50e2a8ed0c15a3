"""A work queue of keys: each key once, later again after a delay, slower after each failure.

Source: client-go `util/workqueue`: per-key back-off 5 ms * 2^n, at most 1000 s.
"""

from __future__ import annotations

from kubelearn.api.objects import Key
from kubelearn.sim.clock import MILLISECOND, SECOND

BASE_DELAY = 5 * MILLISECOND
MAX_DELAY = 1000 * SECOND


class WorkQueue:
    """Keys that want attention, in the order in which they were added."""

    def __init__(self) -> None:
        self._ready: dict[Key, None] = {}
        self._due: dict[Key, int] = {}
        self._failures: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._ready)

    def add(self, key: Key) -> None:
        """Want attention for a key now."""
        self._ready[key] = None

    def pop(self) -> Key:
        """Take the oldest key."""
        key = next(iter(self._ready))
        del self._ready[key]
        return key

    def delay(self, key: Key, due: int) -> bool:
        """Want attention at a time; False when an earlier time is wanted already."""
        known = self._due.get(key)
        if known is not None and known <= due:
            return False
        self._due[key] = due
        return True

    def ripen(self, key: Key, now: int) -> bool:
        """Move a key whose time has come to the ready ones; False when it has no such time."""
        if self._due.get(key, now + 1) > now:
            return False
        del self._due[key]
        self.add(key)
        return True

    def failed(self, key: Key) -> int:
        """Count a failure; returns the back-off in nanoseconds."""
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        return min(BASE_DELAY << min(count, 30), MAX_DELAY)

    def succeeded(self, key: Key) -> None:
        """Forget the failures of a key."""
        self._failures.pop(key, None)

    def waiting(self) -> list[Key]:
        """The keys that are ready, oldest first."""
        return list(self._ready)

    def fork(self) -> WorkQueue:
        """A copy."""
        twin = WorkQueue()
        twin._ready = self._ready.copy()
        twin._due = self._due.copy()
        twin._failures = self._failures.copy()
        return twin
