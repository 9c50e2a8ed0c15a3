"""Weighted picking by earliest deadline first.

Every host waits in a queue with a deadline, one over its weight away. The earliest is picked, the
time becomes its deadline, and it is queued again one over its weight later; ties go to the one
that was queued first. So weights 5, 1, 1 give 0 0 0 0 0 1 2.

Deadlines are exact fractions: with floats ties drift apart.
Source: envoy `source/common/upstream/edf_scheduler.h`, 1.40.

Unlike the real one: Envoy's deadlines are doubles, so far into a long run its ties may fall the
other way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush

from kubelearn.balancing.host import Ask, Host

Weigh = Callable[[int], Fraction]
"""The weight of the host at a place, when it is queued."""


class Schedule:
    """The queue of places 0, 1, 2 … with their deadlines."""

    def __init__(self, count: int, weigh: Weigh) -> None:
        self.queue = [(1 / weigh(place), place, place) for place in range(count)]
        self.queued = count
        heapify(self.queue)

    def next(self, weigh: Weigh) -> int:
        """The place whose turn it is; its weight is read again as it is queued anew."""
        deadline, _, place = heappop(self.queue)
        heappush(self.queue, (deadline + 1 / weigh(place), self.queued, place))
        self.queued += 1
        return place

    def fork(self) -> Schedule:
        """A copy."""
        twin = Schedule(0, Fraction)
        twin.queue, twin.queued = self.queue.copy(), self.queued
        return twin


class WeightedRoundRobin:
    """Round robin over hosts of different weights; the seed is how many picks it is ahead."""

    def __init__(self, hosts: Sequence[Host], seed: int = 0) -> None:
        self.hosts = tuple(hosts)
        self.schedule = Schedule(len(self.hosts), self._weigh)
        for _ in range(seed % max(len(self.hosts), 1)):
            self.schedule.next(self._weigh)

    def _weigh(self, place: int) -> Fraction:
        return Fraction(self.hosts[place].weight)

    def pick(self, ask: Ask) -> Host | None:  # noqa: ARG002
        """The host with the earliest deadline."""
        return self.hosts[self.schedule.next(self._weigh)] if self.hosts else None

    def fork(self) -> WeightedRoundRobin:
        """A copy at the same turn."""
        twin = WeightedRoundRobin(self.hosts)
        twin.schedule = self.schedule.fork()
        return twin


def busy_weight(weight: int, active: int, bias: float = 1.0) -> Fraction:
    """A weight that shrinks with the load, weight / (active + 1) ^ bias: 2 with 4 active is 0.4."""
    return Fraction(weight) / Fraction((active + 1) ** bias)


class WeightedLeastRequest:
    """Least request over hosts of different weights: by deadlines that load moves away."""

    def __init__(self, hosts: Sequence[Host], seed: int = 0, bias: float = 1.0) -> None:
        self.hosts = tuple(hosts)
        self.bias = bias
        self.schedule = Schedule(len(self.hosts), lambda place: Fraction(self.hosts[place].weight))
        for _ in range(seed % max(len(self.hosts), 1)):
            self.schedule.next(lambda place: Fraction(self.hosts[place].weight))

    def pick(self, ask: Ask) -> Host | None:
        """The host with the earliest deadline."""

        def weigh(place: int) -> Fraction:
            host = self.hosts[place]
            return busy_weight(host.weight, ask.active(host.key), self.bias)

        return self.hosts[self.schedule.next(weigh)] if self.hosts else None

    def fork(self) -> WeightedLeastRequest:
        """A copy at the same turn."""
        twin = WeightedLeastRequest(self.hosts, bias=self.bias)
        twin.schedule = self.schedule.fork()
        return twin
