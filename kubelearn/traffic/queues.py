"""The queues of programs, and all requests that come to them, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kubelearn.traffic import fifo, side_by_side
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.station import FULL, Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def queues(
    stations: Sequence[Station | Crew], arrives: Array, work: Array, counts: Sequence[int]
) -> tuple[list[Station | Crew], Array]:
    """The stations afterwards and when each request is done.

    The requests of the first station come first, in order of arrival, then those of the second;
    `counts` tells how many each has.
    """
    after, given = list(stations), [place for place, count in enumerate(counts) if count]
    busy, many = [stations[place] for place in given], [counts[place] for place in given]
    serve = side_by_side.serve if side_by_side.is_faster(busy, many) else _one_by_one
    found, ends = serve(busy, arrives, work, many)
    for place, station in zip(given, found, strict=True):
        after[place] = station
    return after, ends


def _one_by_one(
    stations: Sequence[Station | Crew], arrives: Array, work: Array, counts: Sequence[int]
) -> tuple[list[Station | Crew], Array]:
    import numpy as np

    ends, after, begin = np.empty_like(arrives), [], 0
    for station, count in zip(stations, counts, strict=True):
        mine = slice(begin, begin := begin + count)
        station, ends[mine] = queue(station, arrives[mine], work[mine])
        after.append(station)
    return after, ends


def queue(station: Station | Crew, arrives: Array, work: Array) -> tuple[Station | Crew, Array]:
    """One station and its arrivals in order: the station afterwards, when each is done."""
    import numpy as np

    if station.quota < FULL:
        return _throttled_queue(station, arrives, work)
    if isinstance(station, Crew):
        crew, done = station.take_all(arrives.tolist(), work.tolist())
        return crew, np.array(done, np.int64)
    ends = fifo.ends(arrives, work, station.busy)
    given, count = int(work.sum()), len(work)
    after = station._replace(
        busy=int(ends[-1]), work=station.work + given, served=station.served + count
    )
    return after, ends


def _throttled_queue(
    station: Station | Crew, arrives: Array, work: Array
) -> tuple[Station | Crew, Array]:
    import numpy as np

    ends = np.empty(len(work), np.int64)
    for at, (time, each) in enumerate(zip(arrives.tolist(), work.tolist(), strict=True)):
        station = station.take(time, each)
        ends[at] = station.busy
    return station, ends
