"""The bulk engine: all requests of a load between two changes of its path, as columns of numpy.

Times are int64 ns, so that the waiting of a queue by cumulated maxima (Lindley 1952) gives exactly
what an event for each request gives; draws are addressed by load and index in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.network.plan import Goal, Plan
from kubelearn.network.service_times import service_times
from kubelearn.sim import draw_arrays
from kubelearn.sim.draws import Draws
from kubelearn.traffic.rates import UNIT, Rates
from kubelearn.traffic.station import FULL, Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LATE = -1
"""The outcome of a request whose client gave up."""


class Coming(NamedTuple):
    """Requests on their way to the pods; columns of equal length, never changed."""

    number: Array
    """Their places in the load."""
    sent: Array
    arrives: Array
    work: Array
    goal: Array
    outcome: Array

    def where(self, mask: Array) -> Coming:
        """Some of them."""
        return Coming(*(column[mask] for column in self))


class Served(NamedTuple):
    """Requests that pods have been given, with what will become of them."""

    number: Array
    """Their places in the load."""
    sent: Array
    finish: Array
    """When the pod has done its work."""
    done: Array
    """When the client has its answer, or gives up."""
    outcome: Array
    goal: Array

    def where(self, mask: Array) -> Served:
        """Some of them."""
        return Served(*(column[mask] for column in self))


def arrivals(
    draws: Draws, subject: str, rates: Rates, first: tuple[int, int], until: int, end: int
) -> tuple[Array, Array, tuple[int, int]]:
    """Numbers and times of requests from `first` (number, unit) up to `until`, before `end`.

    Also the (number, unit) of the first one after that; a unit is a place on the axis of `Rates`.
    """
    import numpy as np

    number, unit = first
    begin, last = number, min(until, end - 1)
    times = [np.empty(0, np.int64)]
    while (moment := rates.time(unit)) is not None and moment <= last:
        count = int(rates.expected(unit, last) * 1.05) + 64
        ahead = np.arange(number + 1, number + 1 + count, dtype=np.int64)
        units = np.empty(count + 1, np.int64)
        units[0] = unit
        np.cumsum(draw_arrays.exponential(draws, UNIT, "arrival", subject, ahead), out=units[1:])
        units[1:] += unit
        made = rates.times(units)
        fit = min(int(np.searchsorted(made, last, side="right")), count)
        times.append(made[:fit])
        number, unit = number + fit, int(units[fit])
    return np.arange(begin, number, dtype=np.int64), np.concatenate(times), (number, unit)


def on_the_way(draws: Draws, subject: str, plan: Plan, index: Array, sent: Array) -> Coming:
    """From sending to the pod: resolver, kube-proxy, wire; and what the pod will have to do."""
    import numpy as np

    time = sent.copy()
    for number, query in enumerate(plan.queries):
        if len(set(query.trips)) == 1:
            time += query.trips[0]
        else:
            purpose = f"dns-server {number} 0"
            chosen = draw_arrays.below(draws, len(query.trips), purpose, subject, index)
            time += np.array(query.trips, np.int64)[chosen]
    goal = draw_arrays.below(draws, len(plan.goals), "kube-proxy", subject, index).astype(np.int16)
    time += np.array([one.there for one in plan.goals], np.int64)[goal]
    work = _works(draws, subject, plan.goals, index, goal)
    return Coming(index, sent, time, work, goal, _outcomes(draws, subject, plan.goals, index, goal))


def _works(draws: Draws, subject: str, goals: tuple[Goal, ...], index: Array, goal: Array) -> Array:
    import numpy as np

    laws = list(dict.fromkeys(one.law for one in goals))
    if len(laws) == 1:
        return service_times(draws, laws[0], subject, index)
    found = np.empty(len(index), np.int64)
    which = np.array([laws.index(one.law) for one in goals], np.int16)[goal]
    for number, law in enumerate(laws):
        mine = which == number
        found[mine] = service_times(draws, law, subject, index[mine])
    return found


def _outcomes(
    draws: Draws, subject: str, goals: tuple[Goal, ...], index: Array, goal: Array
) -> Array:
    import numpy as np

    found = np.array([200 if one.known else 404 for one in goals], np.int16)[goal]
    if any(one.fails for one in goals):
        share = np.array([one.fails if one.known else 0.0 for one in goals])[goal]
        found[draw_arrays.uniform(draws, "fails", subject, index) < share] = 500
    return found


def join(parts: list[Any]) -> Any:
    """Several groups of columns of one kind as one."""
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    return type(parts[0])(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def serve(stations: dict[Any, Station], groups: list[tuple[Plan, Coming]]) -> list[Array]:
    """Give all arrivals to their stations, in order; returns when each is done, group by group."""
    import numpy as np

    programs = list(dict.fromkeys(goal.program for plan, _ in groups for goal in plan.goals))
    place = {program: number for number, program in enumerate(programs)}
    who = np.concatenate([
        np.array([place[goal.program] for goal in plan.goals], np.int16)[one.goal]
        for plan, one in groups
    ])  # fmt: skip
    arrives = np.concatenate([one.arrives for _, one in groups])
    work = np.concatenate([one.work for _, one in groups])
    order = np.argsort(arrives, kind="stable")
    order = order[np.argsort(who[order], kind="stable")]
    finish = np.empty(len(arrives), np.int64)
    bounds = np.cumsum(np.bincount(who, minlength=len(programs)))
    begin = 0
    for number, program in enumerate(programs):
        mine = order[begin : bounds[number]]
        begin = bounds[number]
        if len(mine):
            station, ends = queue(stations[program], arrives[mine], work[mine])
            stations[program], finish[mine] = station, ends
    cuts = np.cumsum([len(one.number) for _, one in groups])[:-1]
    return list(np.split(finish, cuts))


def queue(station: Station, arrives: Array, work: Array) -> tuple[Station, Array]:
    """One station and its arrivals in order: the station afterwards, when each is done."""
    import numpy as np

    if station.quota < FULL:
        return _throttled_queue(station, arrives, work)
    total = np.cumsum(work)
    ends = arrives - total + work
    ends[0] = max(int(ends[0]), station.busy)
    np.maximum.accumulate(ends, out=ends)
    ends += total
    given, count = int(total[-1]), len(work)
    after = station._replace(
        busy=int(ends[-1]), work=station.work + given, served=station.served + count
    )
    return after, ends


def _throttled_queue(station: Station, arrives: Array, work: Array) -> tuple[Station, Array]:
    import numpy as np

    ends = np.empty(len(work), np.int64)
    for at, (time, each) in enumerate(zip(arrives.tolist(), work.tolist(), strict=True)):
        station = station.take(time, each)
        ends[at] = station.busy
    return station, ends


def outcomes(plan: Plan, coming: Coming, finish: Array, timeout: int) -> Served:
    """What the clients get: the answer, or nothing within their patience."""
    import numpy as np

    done = finish + np.array([goal.back for goal in plan.goals], np.int64)[coming.goal]
    deadline = coming.sent + timeout
    late = done > deadline
    outcome = coming.outcome
    if late.any():
        outcome = np.where(late, np.int16(LATE), outcome)
        done = np.minimum(done, deadline)
    return Served(coming.number, coming.sent, finish, done, outcome, coming.goal)
