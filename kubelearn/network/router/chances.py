"""The draws of a load's requests at their proxies: many at once, or one by one as they are needed.

All are addressed as those of requests that go by themselves, so both ways draw the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kubelearn.api.app import Distribution
from kubelearn.network.router.lanes import Lane
from kubelearn.network.service_times import service_time, service_times
from kubelearn.sim import draw_arrays
from kubelearn.sim.draws import Draws
from kubelearn.traffic.call import tried

if TYPE_CHECKING:
    import numpy as np

    from kubelearn.network.loads import Loads, Row
    from kubelearn.network.plan import Passing, Plan

    Array = np.ndarray[Any, np.dtype[Any]]


class Chances:
    """What the requests of a load draw; rows from `first` on are those of `new`."""

    def __init__(
        self, loads: Loads, row: Row, plan: Plan, lanes: list[Lane], first: int,
        new: Array, numbers: Array,
    ) -> None:  # fmt: skip
        self.loads, self.row, self.plan, self.lanes = loads, row, plan, lanes
        self.first, self.new, self.numbers = first, new, numbers
        self._pairs: dict[tuple[int, int], tuple[Sequence[int], Sequence[int]]] = {}
        self._columns: dict[tuple[int, int], tuple[Array, Array]] = {}
        self._works: dict[Distribution, Array] = {}
        self._lists: dict[Distribution, list[int]] = {}

    def pair_columns(self, pool: int, count: int) -> tuple[Array, Array]:
        """Two hosts of so many for each new request, as columns."""
        key = pool, count
        if key not in self._columns:
            chance = self._chance((self.row.subject, 0), pool)
            drawn = []
            for place in (0, 1):
                purpose, subject = chance.address("host", place)
                drawn.append(draw_arrays.below(self._draws, count, purpose, subject, self.new))
            self._columns[key] = drawn[0], drawn[1]
        return self._columns[key]

    def pairs(self, pool: int, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Two hosts of so many for each new request."""
        key = pool, count
        if key not in self._pairs:
            one, other = self.pair_columns(pool, count)
            self._pairs[key] = one.tolist(), other.tolist()
        return self._pairs[key]

    def picks(self, row: int, attempt: int, pool: int) -> Callable[[str, int, int], int]:
        """What a proxy draws to find a host for a try."""
        chance = self._chance(self._subject(row, attempt), pool)
        found: Callable[[str, int, int], int] = chance.below
        return found

    def work_column(self, lane: int) -> Array:
        """How long the program of a lane works on the first try of each new request."""
        law = self._law(lane)
        if law not in self._works:
            self._works[law] = service_times(self._draws, law, self.row.subject, self.new)
        return self._works[law]

    def works(self, lane: int) -> Sequence[int]:
        """The same as numbers of Python."""
        law = self._law(lane)
        if law not in self._lists:
            self._lists[law] = self.work_column(lane).tolist()
        return self._lists[law]

    def _law(self, lane: int) -> Distribution:
        work = self.lanes[lane].goal.work
        assert work is not None
        return work.law

    def fails(self) -> Sequence[float]:
        """The first try of a new request fails where this is below the share of failures."""
        return self._fails

    def work(self, row: int, attempt: int, lane: int) -> tuple[int, int]:
        """How long a program works on a try, and with which status it answers."""
        work = self.lanes[lane].goal.work
        assert work is not None
        status, subject = self.lanes[lane].status, self._subject(row, attempt)
        if status < 400 and work.fails and self._draws.uniform("fails", *subject) < work.fails:
            status = 500
        if attempt or row < self.first:
            return service_time(self._draws, work.law, *subject), status
        return self.works(lane)[row - self.first], status

    def pause(self, row: int, attempt: int, pool: int) -> int:
        """A number of 32 bits for the pause after a try."""
        purpose = f"backoff {self._passing(pool).leg.uid}"
        return self._draws.below(1 << 32, purpose, *self._subject(row, attempt))

    def _subject(self, row: int, attempt: int) -> tuple[str, int]:
        """What addresses the draws of a try."""
        return tried(self.row.subject, attempt), int(self.numbers[row])

    @property
    def _draws(self) -> Draws:
        return self.loads.context.draws

    @cached_property
    def _fails(self) -> list[float]:
        found: list[float] = draw_arrays.uniform(
            self._draws, "fails", self.row.subject, self.new
        ).tolist()
        return found

    def _chance(self, subject: tuple[str, int], pool: int) -> Any:
        return self.loads.requests.mesh.chance(subject, self._passing(pool).leg.uid)

    def _passing(self, pool: int) -> Passing:
        passing = self.plan.forks[pool].passing
        assert passing is not None
        return passing
