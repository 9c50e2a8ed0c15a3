"""How the requests of a load ended; each is in exactly one bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

ANSWER = "answer"
"""The hop that gives the answers of programs."""


class One(NamedTuple):
    """One request that went through the hops by itself."""

    number: int
    sent: int
    done: int
    outcome: int


class Columns(NamedTuple):
    """All requests that have been sent; `done` is when they ended or will end, if known."""

    number: Array
    sent: Array
    done: Array
    outcome: Array
    """HTTP status, or a negative number for a reason and a hop."""


class Results:
    """The ended requests of one load. Columns are shared between forks and never changed."""

    def __init__(self) -> None:
        self.columns: list[Columns] = []
        self.singles: list[One] = []
        self.failures: dict[tuple[str, str], int] = {}
        """(reason, hop) → the number of that bin."""

    def add(self, number: int, sent: int, done: int, status: int, error: str, hop: str) -> None:
        """Note the end of one request."""
        self.singles.append(One(number, sent, done, self.outcome(status, error, hop)))

    def outcome(self, status: int, error: str, hop: str) -> int:
        """The number of a bin: the status that a program gave, or one for reason and hop."""
        if status and (status < 400 or hop == ANSWER):
            return status
        return self.failures.setdefault((error or str(status), hop), -1 - len(self.failures))

    def words(self, outcome: int) -> str:
        """The name of a bin: "ok", "500", "connection refused"."""
        if 0 < outcome < 400:
            return "ok"
        if outcome > 0:
            return str(outcome)
        return self._failure(outcome)[0]

    def hop(self, outcome: int) -> str:
        """The hop that made an end of the requests in a bin; "" for those answered ok."""
        if outcome > 0:
            return "" if outcome < 400 else ANSWER
        return self._failure(outcome)[1]

    def ending(self, outcome: int) -> tuple[int, str, str]:
        """(status, error, hop) of a bin, as a call has them."""
        if outcome > 0:
            return outcome, "", self.hop(outcome)
        reason, hop = self._failure(outcome)
        return (int(reason), "", hop) if reason.isdigit() else (0, reason, hop)

    def _failure(self, outcome: int) -> tuple[str, str]:
        return next(bin_ for bin_, number in self.failures.items() if number == outcome)

    def fork(self) -> Results:
        """A copy."""
        twin = Results()
        twin.columns, twin.singles = self.columns.copy(), self.singles.copy()
        twin.failures = self.failures.copy()
        return twin


class Book(dict[int, Results]):
    """Results by load; a fork copies each."""

    def fork(self) -> Book:
        """A copy."""
        return Book({number: one.fork() for number, one in self.items()})
