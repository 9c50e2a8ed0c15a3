"""The less busy of two drawn hosts, for many requests that one proxy sends on.

Each choice depends on those before it, so they are made one after the other. But as a host serves
in order, the moment of an answer is known as soon as the request is given to it: nothing has to be
simulated, and only of the two drawn hosts the answers that have come meanwhile are counted off.

Known result: with two choices the queues are far shorter than with one, and hardly longer than
with all (Mitzenmacher 2001).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.traffic import fifo
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.lines import free, loaded
from kubelearn.traffic.queues import queues
from kubelearn.traffic.station import FULL, Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Stations = list[Station | Crew]

NEVER = 1 << 62


class Host(NamedTuple):
    """A host as its proxy has it: a program that works, and what is under way; times in ns."""

    station: Station | Crew
    """With all that has been sent to it, whether it is there or not yet."""
    there: int
    """From the proxy to the host."""
    back: int
    """From the end of the work until the proxy has the answer."""
    answers: tuple[int, ...] = ()
    """When the answers to requests before will be at the proxy, the first of them first."""
    unknown: int = 0
    """Requests before of which nobody knows when they are answered: they count throughout."""


class Asks(NamedTuple):
    """Requests at the proxy in the order of time, as columns of int64."""

    time: Array
    work: Array
    first: Array
    """The place of the host drawn first, which is taken if the other one is not less busy."""
    second: Array


class Sent(NamedTuple):
    """What becomes of requests."""

    chosen: Array
    """The place of the host of each."""
    finished: Array
    """When the host has done its work."""
    answered: Array
    """When the proxy has the answer."""
    hosts: list[Host]
    """As they are behind the last request."""


def send(asks: Asks, hosts: Sequence[Host], *, answers_first: bool = True) -> Sent:
    """Give each request to the less busy of its two hosts, to which nobody else gives work.

    `answers_first` tells whether an answer at the very moment of a request counts as come.
    """
    import numpy as np

    limits = asks.time if answers_first else asks.time - 1
    send_on = _in_order if all(map(_is_in_order, hosts)) else _in_any_order
    chosen, finished, stations = send_on(asks, limits, hosts)
    answered = finished + np.array([one.back for one in hosts], np.int64)[chosen]
    limit, late = int(limits[-1]), np.flatnonzero(answered > limits[-1])
    whose, when = chosen[late], answered[late]
    left = [_after(host, station, limit, when[whose == place].tolist())
            for place, (host, station) in enumerate(zip(hosts, stations, strict=True))]  # fmt: skip
    return Sent(chosen, finished, answered, left)


def _after(host: Host, station: Station | Crew, limit: int, new: list[int]) -> Host:
    """A host with what is to come after a moment."""
    old = [one for one in host.answers if one > limit]
    return host._replace(station=station, answers=tuple(sorted(old + new)))


def _is_in_order(host: Host) -> bool:
    """Whether its answers come in the order in which it was given the requests."""
    station, last = host.station, max(host.answers, default=-NEVER)
    one_by_one = isinstance(station, Station) and station.quota >= FULL
    return one_by_one and not host.unknown and last <= station.busy + host.back


def _columns(asks: Asks, limits: Array) -> Iterator[tuple[int, int, int, int]]:
    """(limit, work, first, second) of each request."""
    columns = (limits, asks.work, asks.first, asks.second)
    return zip(*(one.tolist() for one in columns), strict=True)


def _in_order(asks: Asks, limits: Array, hosts: Sequence[Host]) -> tuple[Array, Array, Stations]:
    """(chosen, finished, stations afterwards) where every host gives its answers in order."""
    import numpy as np

    chosen = np.fromiter(_choices(asks, limits, hosts), np.int64, len(limits))
    arrives = asks.time + np.array([one.there for one in hosts], np.int64)[chosen]
    order, finished = fifo.lines(chosen, asks.time, len(hosts)), np.empty_like(arrives)
    counts = np.bincount(chosen, minlength=len(hosts)).tolist()
    begun = [one.station for one in hosts]
    stations, finished[order] = queues(begun, arrives[order], asks.work[order], counts)
    return chosen, finished, stations


def _choices(asks: Asks, limits: Array, hosts: Sequence[Host]) -> Iterator[int]:
    """The places of the chosen hosts."""
    ahead = int(asks.time[0] - limits[0])
    way = [one.there + one.back + ahead for one in hosts]
    # When the last answer comes: a host that is not busy any more need not be looked at closer.
    last = [one.station.busy + one.back for one in hosts]
    waiting = [deque(one.answers) for one in hosts]
    for limit, work, chosen, other in _columns(asks, limits):
        mine = waiting[chosen]
        if last[chosen] <= limit:
            mine.clear()
        else:
            while mine and mine[0] <= limit:
                mine.popleft()
            others = waiting[other]
            while others and others[0] <= limit:
                others.popleft()
            if len(others) < len(mine):
                chosen, mine = other, others
        begin, end = limit + way[chosen], last[chosen]
        last[chosen] = end = (end if end > begin else begin) + work
        mine.append(end)
        yield chosen


def _in_any_order(
    asks: Asks, limits: Array, hosts: Sequence[Host]
) -> tuple[Array, Array, Stations]:
    """The same where requests may overtake each other at a host."""
    import numpy as np

    stations, ends = [one.station for one in hosts], list[int]()
    workers = [free(one) if one.quota >= FULL else [] for one in stations]
    choices = _overtaking(asks, limits, hosts, stations, workers, ends)
    chosen = np.fromiter(choices, np.int64, len(limits))
    finished, work, last = np.array(ends), np.zeros(len(hosts), np.int64), np.zeros(len(hosts), int)
    np.add.at(work, chosen, asks.work)
    last[chosen] = np.arange(len(chosen))
    counts = np.bincount(chosen, minlength=len(hosts)).tolist()
    rows = zip(workers, finished[last].tolist(), work.tolist(), counts, strict=True)
    for place, (lanes, busy, given, count) in enumerate(rows):
        if lanes and count:
            stations[place] = loaded(stations[place], sorted(lanes), busy, given, count)
    return chosen, finished, stations


def _overtaking(
    asks: Asks, limits: Array, hosts: Sequence[Host], stations: Stations,
    workers: list[list[int]], ends: list[int],
) -> Iterator[int]:  # fmt: skip
    """The places of the chosen hosts; puts down when the work is done."""
    ahead = int(asks.time[0] - limits[0])
    there, back = [one.there + ahead for one in hosts], [one.back for one in hosts]
    waiting = [[*one.answers, *[NEVER] * one.unknown] for one in hosts]
    for each in waiting:
        heapify(each)
    for limit, work, chosen, other in _columns(asks, limits):
        mine, others = waiting[chosen], waiting[other]
        while mine and mine[0] <= limit:
            heappop(mine)
        while others and others[0] <= limit:
            heappop(others)
        if len(others) < len(mine):
            chosen, mine = other, others
        begin, mates = limit + there[chosen], workers[chosen]
        if mates:
            end = mates[0]
            end = (end if end > begin else begin) + work
            heapreplace(mates, end)
        else:  # a limit on the program may make it stand still
            stations[chosen] = station = stations[chosen].take(begin, work)
            end = station.busy
        heappush(mine, end + back[chosen])
        ends.append(end)
        yield chosen
