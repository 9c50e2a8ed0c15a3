"""How the requests of a load ended; each is in exactly one bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.network.bulk import LATE
from kubelearn.network.verdict import NO_ANSWER

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


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
    """HTTP status, or a negative number for an error."""


class Results:
    """The ended requests of one load. Columns are shared between forks and never changed."""

    def __init__(self) -> None:
        self.columns: list[Columns] = []
        self.singles: list[One] = []
        self.errors: dict[str, int] = {NO_ANSWER: LATE}

    def add(self, number: int, sent: int, done: int, status: int, error: str) -> None:
        """Note the end of one request."""
        outcome = status or self.errors.setdefault(error, -1 - len(self.errors))
        self.singles.append(One(number, sent, done, outcome))

    def words(self, outcome: int) -> str:
        """The name of a bin: "ok", "500", "connection refused"."""
        if 0 < outcome < 400:
            return "ok"
        if outcome > 0:
            return str(outcome)
        return next(error for error, number in self.errors.items() if number == outcome)

    def fork(self) -> Results:
        """A copy."""
        twin = Results()
        twin.columns, twin.singles = self.columns.copy(), self.singles.copy()
        twin.errors = self.errors.copy()
        return twin


class Book(dict[int, Results]):
    """Results by load; a fork copies each."""

    def fork(self) -> Book:
        """A copy."""
        return Book({number: one.fork() for number, one in self.items()})
