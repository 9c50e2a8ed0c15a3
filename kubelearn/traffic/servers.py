"""Programs that are given one request after the other, and the stations that they become.

As `kubelearn.traffic.lines`, for whoever needs the state afterwards too.
"""

from __future__ import annotations

from heapq import heapreplace

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.lines import free, loaded
from kubelearn.traffic.station import FULL, Station


class Server:
    """A program with one worker and a whole core."""

    __slots__ = ("before", "busy", "served", "work")

    def __init__(self, station: Station | Crew) -> None:
        self.before, self.busy = station, station.busy
        self.work = self.served = 0

    def take(self, now: int, work: int) -> int:
        """When a request that arrives now is done; requests are given in order of arrival."""
        busy = self.busy
        self.busy = end = (busy if busy > now else now) + work
        self.work += work
        self.served += 1
        return end

    def station(self) -> Station | Crew:
        """The station after all that it was given."""
        return loaded(self.before, [], self.busy, self.work, self.served)


class Workers(Server):
    """A program with several workers, each with a whole core."""

    __slots__ = ("lanes",)

    def __init__(self, crew: Crew) -> None:
        super().__init__(crew)
        self.lanes = free(crew)

    def take(self, now: int, work: int) -> int:
        """As the worker does it who is free first."""
        first = self.lanes[0]
        self.busy = end = (first if first > now else now) + work
        heapreplace(self.lanes, end)
        self.work += work
        self.served += 1
        return end

    def station(self) -> Station | Crew:
        """The crew after all that it was given."""
        return loaded(self.before, sorted(self.lanes), self.busy, self.work, self.served)


class Throttled(Server):
    """A program whose share of a core is limited."""

    __slots__ = ()

    def take(self, now: int, work: int) -> int:
        """As its station does it."""
        self.before = self.before.take(now, work)
        return self.before.busy

    def station(self) -> Station | Crew:
        """The station after all that it was given."""
        return self.before


def server(station: Station | Crew) -> Server:
    """What takes requests for a station as it is now."""
    if station.quota < FULL:
        return Throttled(station)
    return Workers(station) if isinstance(station, Crew) else Server(station)
