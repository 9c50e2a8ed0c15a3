"""A program at work: requests one after the other on one core, slowed by its CPU limit.

The CPU limit is the bandwidth control of the Linux scheduler: in each period of 100 ms the program
may run for limit × 100 ms, then it stands still until the next period begins (`cpu.max`, kernel
documentation `scheduler/sched-bwc`).

Unlike the real one: a program works on one request at a time, or on as many as its annotation says
(`kubelearn.traffic.crew`), and on each with one core; periods begin at multiples of 100 ms of the
cluster's clock, and programs of one node do not take the cores from each other.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.sim.clock import MILLISECOND

PERIOD = 100 * MILLISECOND
FULL = PERIOD
"""The quota of a program that may use a whole core, or that has no limit."""
NEVER = -(1 << 62)


def quota_of(limit: int, workers: int = 1) -> int:
    """Nanoseconds per period of each worker for a limit in thousandths of a core; 0 = no limit."""
    return min(max(limit * PERIOD // (1000 * workers), 1), FULL) if limit else FULL


class Station(NamedTuple):
    """The state of one run of a program: what it has been given to do, and until when."""

    quota: int = FULL
    busy: int = NEVER
    """When it will have done all that it was given."""
    used: int = 0
    """How much of the quota of the last period the given work takes."""
    work: int = 0
    """All work given to it so far, in ns of CPU."""
    served: int = 0
    """Requests given to it so far."""

    def take(self, now: int, work: int) -> Station:
        """The station with one more request, which is done at `busy`."""
        begin = max(now, self.busy)
        if self.quota >= FULL:
            end, used = begin + work, 0
        else:
            end, used = throttled(begin, work, self.quota, self._used_at(begin))
        return Station(self.quota, end, used, self.work + work, self.served + 1)

    def _used_at(self, time: int) -> int:
        """What of the quota of the period of `time` is gone."""
        # Work that ends exactly where a period begins used the quota of the one before.
        return self.used if (self.busy - 1) // PERIOD == time // PERIOD else 0

    def done(self, now: int) -> int:
        """How much of its work it has done, in ns of CPU."""
        return self.work - self._left(now)

    def _left(self, now: int) -> int:
        if now >= self.busy:
            return 0
        if self.quota >= FULL:
            # What is in the queue is done without a pause from now on.
            return min(self.busy - now, self.work)
        here, last = now // PERIOD, (self.busy - 1) // PERIOD
        if here == last:
            return min(self.used, self.busy - now)
        first = max(0, self.quota - (now - here * PERIOD))
        return min(self.work, first + (last - here - 1) * self.quota + self.used)


def throttled(begin: int, work: int, quota: int, used: int) -> tuple[int, int]:
    """(when work begun at `begin` is done, how much of the quota of that period is gone then)."""
    period = begin // PERIOD
    turn = (period + 1) * PERIOD
    slice_ = min(max(quota - used, 0), turn - begin)
    if work <= slice_:
        return begin + work, used + work
    left = work - slice_
    whole, last = divmod(left - 1, quota)
    return turn + whole * PERIOD + last + 1, last + 1
