"""The record of decisions: the part that decided writes down what it saw and chose, as data."""

from __future__ import annotations

from itertools import islice
from typing import Any, Protocol

KEPT = 16
"""Decisions kept for one subject; a pod that is tried for hours needs no longer history."""
SUBJECTS = 10_000
"""Subjects whose decisions are kept: those about which something was decided last."""
SLACK = 1_000
"""So many more may gather before the oldest are dropped together, which is cheaper."""


class Decision(Protocol):
    """Anything immutable with the time at which it was decided."""

    @property
    def time(self) -> int:
        """Nanoseconds of the clock."""


class Decisions:
    """The last decisions about each subject, such as "pods/default/web-0"."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Any, ...]] = {}

    def record(self, subject: str, decision: Decision) -> None:
        """Add a decision about a subject; the subjects with the oldest ones are dropped."""
        known = self._of.pop(subject, ())
        self._of[subject] = (*known[-KEPT + 1 :], decision)
        if len(self._of) > SUBJECTS + SLACK:
            for old in list(islice(self._of, len(self._of) - SUBJECTS)):
                del self._of[old]

    def of(self, subject: str) -> tuple[Any, ...]:
        """The decisions about a subject, oldest first."""
        return self._of.get(subject, ())

    def forget(self, subject: str) -> None:
        """Drop all decisions about a subject that is gone."""
        self._of.pop(subject, None)

    def fork(self) -> Decisions:
        """A copy."""
        twin = Decisions()
        twin._of = self._of.copy()
        return twin

    def until(self, time: int) -> Decisions:
        """A copy that holds only what had been decided at a moment."""
        past = Decisions()
        for subject, decisions in self._of.items():
            known = tuple(decision for decision in decisions if decision.time <= time)
            if known:
                past._of[subject] = known
        return past
