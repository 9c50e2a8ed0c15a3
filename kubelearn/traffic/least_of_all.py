"""Least outstanding requests where each may go to every target, by a way known beforehand.

Then a moment and a place are one number, a whole one that Python computes with as a float, which
takes it less time than ints of more than 30 bits. How many targets have which count is known, so
that the next with the least is found without looking at all. Programs that a limit holds back,
ways on which another draw decides and ends without a program are left to `least_outstanding`.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush, heapreplace
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.traffic.least_outstanding import Asks, Before, Fork, Leaf, table
from kubelearn.traffic.lines import free
from kubelearn.traffic.station import FULL

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EXACT = 1 << 53
"""Below this all whole numbers are floats."""
MOMENT = itemgetter(0)

Workers = list[float]
"""When the workers of a program are free, a heap."""
Coming = tuple[float, Workers, float, float, float]
"""A request on its way: when it comes, who works, how much, what comes after (see `Scene.ways`),
and when its client gives up."""


class Scene(NamedTuple):
    """What is known at the first choice. Moments count from `begin`, in units of 1 << bits."""

    begin: int
    bits: int
    counts: list[int]
    """Unanswered requests by place."""
    leaving: list[float]
    """The answers on their way, a heap: a unit before the moment, plus the place."""
    coming: deque[Coming]
    ways: dict[int, list[tuple[float, Workers, float]]]
    """For each place of each fork: the delay, who works, and what makes the end of the work an
    entry of `leaving`."""


def choose(asks: Asks, forks: Mapping[int, Fork], before: Before) -> tuple[Array, Array] | None:
    """(goal, delay) of each request as in `least_outstanding`; None where it is not so."""
    import numpy as np

    leaves = [leaf for fork in forks.values() for leaf in fork.values() if isinstance(leaf, Leaf)]
    if not _fits(asks, leaves, forks, before):
        return None
    scene = _scene(int(asks.time[0]), forks, before)
    places, unit = len(scene.counts), 1 << scene.bits
    moments = (asks.time - scene.begin, asks.works[leaves[0].law], asks.deadline - scene.begin)
    columns = [*(column * float(unit) for column in moments), asks.turn % places, asks.fork]
    found = np.fromiter(_places(scene, *(column.tolist() for column in columns)), np.int64)
    first = {fork: number * places for number, fork in enumerate(forks)}
    row = np.array([first.get(fork, 0) for fork in range(max(forks) + 1)])[asks.fork]
    goal, delay = table(leaves)[row + found].T
    return goal, delay


def _fits(asks: Asks, leaves: list[Leaf], forks: Mapping[int, Fork], before: Before) -> bool:
    """Whether it is so."""
    targets = list(next(iter(forks.values())))
    alike = all(list(fork) == targets for fork in forks.values())
    if not alike or len(leaves) < len(targets) * len(forks):
        return False
    if any(leaf.station < 0 for leaf in leaves) or len({leaf.law for leaf in leaves}) > 1:
        return False
    old = before.arriving
    stations = [before.stations[leaf.station] for leaf in (*leaves, *(one.leaf for one in old))]
    whole = all(station.quota >= FULL for station in stations)
    known = {one.leaf.target for one in old}.issubset(targets)
    patience = int((asks.deadline - asks.time).min())
    # No answer comes after all work, one piece after the other, from the latest moment known.
    latest = max(int(asks.deadline.max()), *(max(free(station)) for station in stations),
                 *(one.deadline for one in old))  # fmt: skip
    rest = int(asks.works[leaves[0].law].sum()) + sum(one.work for one in old)
    last = latest + rest + max(leaf.answered for leaf in leaves) - int(asks.time[0])
    exact = last << len(targets).bit_length() < EXACT
    return whole and known and exact and patience >= max(leaf.delay for leaf in leaves)


def _scene(begin: int, forks: Mapping[int, Fork], before: Before) -> Scene:
    targets = list(next(iter(forks.values())))
    place, bits = {target: at for at, target in enumerate(targets)}, len(targets).bit_length()
    unit = float(1 << bits)
    workers = [[(time - begin) * unit for time in free(one)] for one in before.stations]

    def way(leaf: Leaf) -> tuple[float, Workers, float]:
        return leaf.delay * unit, workers[leaf.station], mark(leaf.answered, leaf.target)

    def mark(time: int, target: int) -> float:
        return (time - 1) * unit + place[target]

    coming = deque(((one.time - begin) * unit, workers[one.leaf.station], one.work * unit,
                    mark(one.leaf.answered, one.leaf.target), (one.deadline - begin) * unit)
                   for one in sorted(before.arriving, key=attrgetter("time")))  # fmt: skip
    leaving = [mark(time - begin, target) for time, target in before.leaving if target in place]
    heapify(leaving)
    ways = {number: [way(leaf) for leaf in fork.values() if isinstance(leaf, Leaf)]
            for number, fork in forks.items()}  # fmt: skip
    counts = [before.counts[target] for target in targets]
    return Scene(begin, bits, counts, [*leaving, math.inf], coming, ways)


def _places(
    scene: Scene, times: list[float], works: list[float], deadlines: list[float],
    turns: list[int], forks: list[int],
) -> Iterator[int]:  # fmt: skip
    """The place that each request gets."""
    _, bits, counts, leaving, coming, ways = scene
    unit, places, push, pop, replace = float(1 << bits), len(counts), heappush, heappop, heapreplace
    mask, note, take, least = (1 << bits) - 1, coming.append, coming.popleft, min(counts)
    having = [0] * (max(counts) + len(times) + 1)
    for count in counts:
        having[count] += 1
    # Twice in a row, so that from each turn on there are all of them.
    counts, soonest = counts * 2, min(delay for fork in ways.values() for delay, _, _ in fork)
    first = counts.index
    columns = zip(times, works, deadlines, turns, forks, strict=True)
    for now, work, deadline, turn, fork in columns:
        # Nobody comes before this moment whose target is not known yet.
        sure = now + soonest
        while coming and coming[0][0] <= sure:
            came, workers, job, after, last = take()
            end = workers[0]
            end = (end if end > came else came) + job
            replace(workers, end)
            end += after
            push(leaving, end if end < last else last - unit + (int(end) & mask))
        while leaving[0] < now:
            place = int(pop(leaving)) & mask
            count = counts[place]
            having[count] -= 1
            counts[place] = counts[place + places] = count = count - 1
            having[count] += 1
            if count < least:
                least = count
        while not having[least]:
            least += 1
        place = first(least, turn)
        if place >= places:
            place -= places
        having[least] -= 1
        counts[place] = counts[place + places] = count = least + 1
        having[count] += 1
        yield place
        delay, workers, after = ways[fork][place]
        came = now + delay
        if came > sure:
            one = came, workers, work, after, deadline
            if coming and came < coming[-1][0]:
                insort(coming, one, key=MOMENT)
            else:
                note(one)
            continue
        end = workers[0]
        end = (end if end > came else came) + work
        replace(workers, end)
        end += after
        push(leaving, end if end < deadline else deadline - unit + (int(end) & mask))
