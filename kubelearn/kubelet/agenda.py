"""Who wants to be woken when: one event on the clock for each moment, however many wake then."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class Agenda:
    """Subjects by the time at which they are due, in the order in which they were put down."""

    def __init__(self) -> None:
        self._due: dict[int, list[Any]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._due.values()))

    def add(self, time: int, subject: Hashable) -> bool:
        """Put a subject down; True when it is the first at this time."""
        found = self._due.get(time)
        if found is None:
            self._due[time] = [subject]
            return True
        found.append(subject)
        return False

    def take(self, time: int) -> list[Any]:
        """The subjects due at a time, which are forgotten here."""
        found = self._due.pop(time, [])
        if not self._due:
            # An empty dict keeps the room that it once needed; a cleared one does not.
            self._due.clear()
        return found

    def fork(self) -> Agenda:
        """A copy with lists of its own."""
        twin = Agenda()
        twin._due = {time: subjects.copy() for time, subjects in self._due.items()}
        return twin
