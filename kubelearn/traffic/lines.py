"""Programs at work on one request after the other: only when each is done is kept."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapreplace

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.station import FULL, Station

Take = Callable[[int, int], int]
"""(when a request arrives, its work) → when it is done; requests are given in order of arrival."""


def free(station: Station | Crew) -> list[int]:
    """When the workers of a program are free, the first of them first."""
    return [time for time, _ in station.free] if isinstance(station, Crew) else [station.busy]


def loaded(
    station: Station | Crew, lanes: list[int], busy: int, work: int, count: int
) -> Station | Crew:
    """A station that has been given so much more work, and when its workers are free then."""
    if isinstance(station, Crew):
        times = tuple((one, 0) for one in lanes[: len(station.free)])
        return Crew(station.quota, times, busy, station.work + work, station.served + count)
    return station._replace(busy=busy, work=station.work + work, served=station.served + count)


def line(station: Station | Crew) -> Take:
    """What a station, as it is now, makes of all requests to come."""
    if station.quota < FULL:
        return _throttled(station)
    return _several(station) if isinstance(station, Crew) else _one(station.busy)


def _throttled(station: Station | Crew) -> Take:
    def take(now: int, work: int) -> int:
        nonlocal station
        station = station.take(now, work)
        return station.busy

    return take


def _one(busy: int) -> Take:
    def take(now: int, work: int) -> int:
        nonlocal busy
        busy = (busy if busy > now else now) + work
        return busy

    return take


def _several(crew: Crew) -> Take:
    workers = free(crew)

    def take(now: int, work: int) -> int:
        first = workers[0]
        end = (first if first > now else now) + work
        heapreplace(workers, end)
        return end

    return take
