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
from kubelearn.traffic.lines import free, line
from kubelearn.traffic.queues import queues
from kubelearn.traffic.station import FULL, Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

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
    """Give each request to the less busy of its two hosts.

    `answers_first` tells whether an answer at the very moment of a request counts as come.
    """
    import numpy as np

    limits = asks.time if answers_first else asks.time - 1
    choose = _in_order if all(map(_is_in_order, hosts)) else _in_any_order
    chosen = np.fromiter(choose(asks, limits, hosts), np.int64, len(limits))
    there, back = np.array([(one.there, one.back) for one in hosts], np.int64).T
    order, counts = fifo.lines(chosen, asks.time, len(hosts)), np.bincount(chosen).tolist()
    given = {place: count for place, count in enumerate(counts) if count}
    arrives, stations = asks.time + there[chosen], [hosts[place].station for place in given]
    finished = np.empty_like(arrives)
    after, finished[order] = queues(stations, arrives[order], asks.work[order], [*given.values()])
    answered = finished + back[chosen]
    late = np.flatnonzero(answered > limits[-1])
    known = dict(zip(given, after, strict=True))
    left = [
        _after(host, known.get(place, host.station), int(limits[-1]),
               answered[late[chosen[late] == place]].tolist())
        for place, host in enumerate(hosts)
    ]  # fmt: skip
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


def _in_order(asks: Asks, limits: Array, hosts: Sequence[Host]) -> Iterator[int]:
    """The choices where every host gives its answers in order."""
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


def _in_any_order(asks: Asks, limits: Array, hosts: Sequence[Host]) -> Iterator[int]:
    """The choices where requests may overtake each other at a host."""
    ahead = int(asks.time[0] - limits[0])
    there, back = [one.there + ahead for one in hosts], [one.back for one in hosts]
    workers = [free(one.station) if one.station.quota >= FULL else [] for one in hosts]
    takes = [line(one.station) for one in hosts]
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
            end = takes[chosen](begin, work)
        heappush(mine, end + back[chosen])
        yield chosen
