"""Programs at work on one request after the other: only when each is done is kept."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heapreplace

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.station import FULL, Station

Take = Callable[[int, int], int]
"""(when a request arrives, its work) → when it is done; requests are given in order of arrival."""


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
    free = [time for time, _ in crew.free]
    heapify(free)

    def take(now: int, work: int) -> int:
        first = free[0]
        end = (first if first > now else now) + work
        heapreplace(free, end)
        return end

    return take
