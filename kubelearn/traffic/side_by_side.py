"""Many programs at once: step by step each is given its next request, all in one stroke.

The workers of a program stand in the order in which they are free, so that a request goes to the
first of them, and when that one is done it finds its place again by comparing with each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.lines import free, loaded
from kubelearn.traffic.station import FULL, NEVER, Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

AWAY = 1 << 62
"""When a worker is free whom a program does not have."""


def is_faster(stations: Sequence[Station | Crew], counts: Sequence[int]) -> bool:
    """Whether so many requests for each are better served side by side than one by one."""
    if any(one.quota < FULL for one in stations):
        return False  # what a limit leaves is not known by when a worker is free
    workers = max((len(one.free) for one in stations if isinstance(one, Crew)), default=1)
    # A step costs about as much as six requests of a crew for each worker, or half a single queue.
    if workers == 1:
        return 2 * len(counts) > max(counts)
    return sum(counts) > 6 * workers * max(counts)


def serve(
    stations: Sequence[Station | Crew], arrives: Array, work: Array, counts: Sequence[int]
) -> tuple[list[Station | Crew], Array]:
    """The stations afterwards and when each request is done.

    The requests of the first station come first, in order of arrival, then those of the second;
    `counts` tells how many each has, which is at least one.
    """
    import numpy as np

    pods, many = len(stations), np.array(counts)
    last = np.cumsum(many) - 1
    step = np.arange(len(arrives)) - np.repeat(last + 1 - many, many)
    cell = step * pods + np.repeat(np.arange(pods), many)
    # Whoever comes before all times with no work leaves everything as it is.
    table, works = np.full((max(counts), pods), NEVER), np.zeros((max(counts), pods), np.int64)
    table.reshape(-1)[cell] = arrives
    works.reshape(-1)[cell] = work
    lanes = _lanes(stations)
    _fill(table, works, lanes)
    ends = table.reshape(-1)[cell]
    given = works.sum(axis=0).tolist()
    rows = zip(stations, lanes.T.tolist(), ends[last].tolist(), given, counts, strict=True)
    return [loaded(*row) for row in rows], ends


def _lanes(stations: Sequence[Station | Crew]) -> Array:
    """When the workers of each station are free; a row for the first of each, for the second."""
    import numpy as np

    lanes = list(map(free, stations))
    most = max(map(len, lanes))
    return np.array([[*lane, *[AWAY] * (most - len(lane))] for lane in lanes]).T.copy()


def _fill(table: Array, works: Array, lanes: Array) -> None:
    """Put the ends in place of the arrivals, step by step."""
    import numpy as np

    later, sooner, add = np.maximum, np.minimum, np.add
    first, others, back = lanes[0], list(pairwise(lanes)), lanes[-1]
    moved = np.empty_like(first)
    for row, work in zip(table, works, strict=True):
        later(first, row, out=row)
        add(row, work, out=row)
        place = row
        for before, here in others:
            sooner(place, here, out=before)
            place = later(place, here, out=moved)
        back[:] = place
