"""Least outstanding requests where each may go to every target, by a way known beforehand.

Then a moment and a place are one number, and the counts of the targets are bytes, among which the
next with a value is found at once. Programs that a limit holds back, ways on which another draw
decides and ends without a program are left to `least_outstanding`.
"""

from __future__ import annotations

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

MOST = 255
"""Unanswered requests of one target."""
NEVER, MOMENT = 1 << 62, itemgetter(0)

Workers = list[int]
"""When the workers of a program are free, a heap."""
Coming = tuple[int, Workers, int, int, int]
"""A request on its way: when it comes, who works, how much, what comes after (see `Scene.ways`),
and when its client gives up."""


class Scene(NamedTuple):
    """What is known at the first choice. Moments count from `begin`, in units of 1 << bits."""

    begin: int
    bits: int
    counts: bytearray
    """Unanswered requests by place."""
    leaving: list[int]
    """The answers on their way, a heap: a unit before the moment, plus the place."""
    coming: deque[Coming]
    ways: dict[int, list[tuple[int, Workers, int]]]
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
    columns = [(asks.time - scene.begin) * unit, asks.works[leaves[0].law] * unit,
               (asks.deadline - scene.begin) * unit, asks.turn % places, asks.fork]  # fmt: skip
    found = np.fromiter(_places(scene, *(column.tolist() for column in columns)), np.int64)
    if len(found) < len(asks.time):
        return None
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
    old = [one.leaf for one in before.arriving]
    if any(leaf.station < 0 for leaf in leaves) or len({leaf.law for leaf in leaves}) > 1:
        return False
    whole = all(before.stations[leaf.station].quota >= FULL for leaf in (*leaves, *old))
    known = {leaf.target for leaf in old}.issubset(targets)
    few = max(before.counts[target] for target in targets) < MOST
    patience = int((asks.deadline - asks.time).min())
    return whole and known and few and patience >= max(leaf.delay for leaf in leaves)


def _scene(begin: int, forks: Mapping[int, Fork], before: Before) -> Scene:
    targets = list(next(iter(forks.values())))
    place, bits = {target: at for at, target in enumerate(targets)}, len(targets).bit_length()
    workers = [[(time - begin) << bits for time in free(one)] for one in before.stations]

    def way(leaf: Leaf) -> tuple[int, Workers, int]:
        after = ((leaf.answered - 1) << bits) + place[leaf.target]
        return leaf.delay << bits, workers[leaf.station], after

    coming = deque(((one.time - begin) << bits, way(one.leaf)[1], one.work << bits,
                    way(one.leaf)[2], (one.deadline - begin) << bits)
                   for one in sorted(before.arriving, key=attrgetter("time")))  # fmt: skip
    leaving = [((time - begin - 1) << bits) + place[target] for time, target in before.leaving
               if target in place]  # fmt: skip
    heapify(leaving)
    ways = {number: [way(leaf) for leaf in fork.values() if isinstance(leaf, Leaf)]
            for number, fork in forks.items()}  # fmt: skip
    counts = bytearray(before.counts[target] for target in targets)
    return Scene(begin, bits, counts, [*leaving, NEVER << bits], coming, ways)


def _places(
    scene: Scene, times: list[int], works: list[int], deadlines: list[int], turns: list[int],
    forks: list[int],
) -> Iterator[int]:  # fmt: skip
    """The place that each request gets; it ends early where counts do not fit any more."""
    _, bits, counts, leaving, coming, ways = scene
    unit, find, push, pop, replace = 1 << bits, counts.find, heappush, heappop, heapreplace
    mask, note, take, least = unit - 1, coming.append, coming.popleft, min(counts)
    soonest = min(delay for fork in ways.values() for delay, _, _ in fork)
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
            push(leaving, end if end < last else last - unit + (end & mask))
        while leaving[0] < now:
            place = pop(leaving) & mask
            counts[place] = left = counts[place] - 1
            if left < least:
                least = left
        place = find(least, turn)
        while place < 0:
            place = find(least)
            if place < 0:
                least += 1
                if least == MOST:
                    return
                place = find(least, turn)
        counts[place] = least + 1
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
        push(leaving, end if end < deadline else deadline - unit + (end & mask))
