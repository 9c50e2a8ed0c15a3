"""A program with several workers: whichever is free first takes the next request.

There is no closed form for such a queue (G/G/k): the moments at which the workers are free are all
that has to be kept (Kiefer and Wolfowitz 1955).

Unlike the real one: each worker has an equal share of the program's CPU limit for itself, whether
the others work or not, and is a core's at most.
"""

from __future__ import annotations

from heapq import heapreplace
from typing import NamedTuple

from kubelearn.traffic.station import NEVER, Station


class Crew(NamedTuple):
    """The state of one run of a program with workers; as `Station` for one."""

    quota: int
    """Nanoseconds per period of each worker."""
    free: tuple[tuple[int, int], ...]
    """For each worker, the first to be free first: when that is, and the quota used by then."""
    busy: int = NEVER
    """When the request that came last is done."""
    work: int = 0
    """All work given to it so far, in ns of CPU."""
    served: int = 0
    """Requests given to it so far."""

    @classmethod
    def of(cls, quota: int, workers: int) -> Crew:
        """Workers who have nothing to do."""
        return cls(quota, ((NEVER, 0),) * workers)

    def take(self, now: int, work: int) -> Crew:
        """The crew with one more request, which is done at `busy`."""
        first, *others = self.free
        lane = Station(self.quota, *first).take(now, work)
        free = tuple(sorted([*others, (lane.busy, lane.used)]))
        return Crew(self.quota, free, lane.busy, self.work + work, self.served + 1)

    def done(self, now: int) -> int:
        """How much of its work it has done, in ns of CPU."""
        lanes = (Station(self.quota, *one, self.work) for one in self.free)
        return max(0, self.work - sum(self.work - lane.done(now) for lane in lanes))

    def take_all(self, arrives: list[int], works: list[int]) -> tuple[Crew, list[int]]:
        """The crew after many requests in order, and when each is done; for whole cores only."""
        free, ends = [time for time, _ in self.free], list[int]()
        replace, note = heapreplace, ends.append
        for now, work in zip(arrives, works, strict=True):
            first = free[0]
            end = (first if first > now else now) + work
            replace(free, end)
            note(end)
        after = tuple((time, 0) for time in sorted(free))
        done, count = self.work + sum(works), self.served + len(works)
        return Crew(self.quota, after, ends[-1], done, count), ends
