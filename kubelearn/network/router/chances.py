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
        new: Array, numbers: list[int],
    ) -> None:  # fmt: skip
        self.loads, self.row, self.plan, self.lanes = loads, row, plan, lanes
        self.first, self.new, self.numbers = first, new, numbers
        self._pairs: dict[tuple[int, int], tuple[Sequence[int], Sequence[int]]] = {}
        self._works: dict[Distribution, list[int]] = {}

    def pairs(self, pool: int, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Two hosts of so many for each new request."""
        found = self._pairs.get((pool, count))
        if found is None:
            chance = self._chance((self.row.subject, 0), pool)
            drawn = []
            for place in (0, 1):
                purpose, subject = chance.address("host", place)
                column = draw_arrays.below(self._draws, count, purpose, subject, self.new)
                drawn.append(column.tolist())
            found = self._pairs[pool, count] = drawn[0], drawn[1]
        return found

    def picks(self, row: int, attempt: int, pool: int) -> Callable[[str, int, int], int]:
        """What a proxy draws to find a host for a try."""
        chance = self._chance(self._subject(row, attempt), pool)
        found: Callable[[str, int, int], int] = chance.below
        return found

    def works(self, lane: int) -> Sequence[int]:
        """How long the program of a lane works on the first try of each new request."""
        work = self.lanes[lane].goal.work
        assert work is not None
        found = self._works.get(work.law)
        if found is None:
            drawn = service_times(self._draws, work.law, self.row.subject, self.new)
            found = self._works[work.law] = drawn.tolist()
        return found

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
        index = self.numbers[row] if self.numbers else 0
        return tried(self.row.subject, attempt), index

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
