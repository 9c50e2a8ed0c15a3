"""The bulk engine: all requests of a load between two changes of its path, as columns of numpy.

Times are int64 ns, so that the waiting of a queue by cumulated maxima (Lindley 1952) gives exactly
what an event for each request gives; draws are addressed by load and index in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kubelearn.network.plan import Fork, Plan, Way, Work, stops
from kubelearn.network.programs import Program
from kubelearn.network.service_times import service_times
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.sim import draw_arrays
from kubelearn.sim.draws import Draws
from kubelearn.traffic import fifo
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.queues import queues
from kubelearn.traffic.rates import UNIT, Rates
from kubelearn.traffic.station import Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


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


class Flow(NamedTuple):
    """What of a load is under way in bulk."""

    coming: Coming | None = None
    open: tuple[Served, ...] = ()


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
        likely = rates.expected(unit, last)
        count = int(likely + 3 * math.sqrt(likely)) + 16
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


def on_the_way(
    draws: Draws, subject: str, plan: Plan, index: Array, sent: Array, codes: list[int]
) -> Coming:
    """From sending to the pods or to failure, and what a pod will have to do.

    `codes` are the outcomes of the goals that do no work. Those who come to a balancer that looks
    for the least busy target are there when they `arrive`; see `undecided`.
    """
    time, goal = walk(draws, subject, plan, plan.first, index, sent)
    return coming(draws, subject, plan, (index, sent, time, goal), codes)


def undecided(fork: int) -> int:
    """In place of a goal: the request has come to this fork, where a target is to be chosen."""
    return -1 - fork


def walk(
    draws: Draws, subject: str, plan: Plan, way: Way, index: Array, begin: Array
) -> tuple[Array, Array]:
    """When and where those come who are at the beginning of a way."""
    import numpy as np

    goal = np.full(len(index), way.goal, np.int32)
    time = begin + way.delay
    waiting = {way.fork: [np.arange(len(index))]} if way.fork >= 0 else {}
    while waiting:
        number = max(waiting)
        here = waiting.pop(number)
        who = here[0] if len(here) == 1 else np.sort(np.concatenate(here))
        fork = plan.forks[number]
        if fork.chooses:
            goal[who] = undecided(number)
            continue
        chosen = _outcomes_at(fork, plan, draws, subject, index[who])
        for next_, some in _fork(fork, chosen, who, time, goal):
            waiting.setdefault(next_, []).append(some)
    return time, goal


def _outcomes_at(fork: Fork, plan: Plan, draws: Draws, subject: str, index: Array) -> Array:
    """Which way each request goes at a fork; as `Plan.outcome`."""
    import numpy as np

    if fork.turns:
        return (plan.turn + index) % len(fork.ways)
    if fork.shares:
        bits = draw_arrays.bits(draws, fork.purpose, f"{subject} {fork.whose}", index)
        number = (bits >> np.uint64(32)).astype(np.int64) % sum(fork.shares)
        return np.searchsorted(np.cumsum(fork.shares), number, side="right")
    return draw_arrays.below(draws, len(fork.ways), fork.purpose, subject, index)


def _fork(
    fork: Fork, chosen: Array, who: Array, time: Array, goal: Array
) -> Iterator[tuple[int, Array]]:
    """Let those at a fork go their ways, in place; yields who has come to which next fork."""
    import numpy as np

    here = slice(None) if len(who) == len(time) else who
    delays, following = [way.delay for way in fork.ways], [way.fork for way in fork.ways]
    alike = min(delays) == max(delays)
    time[here] += delays[0] if alike else np.array(delays, np.int64)[chosen]
    if -1 in following:
        goal[here] = np.array([way.goal for way in fork.ways], np.int32)[chosen]
    ahead = sorted(set(following) - {-1})
    if len(ahead) == 1 and -1 not in following:
        yield ahead[0], who
        return
    after = np.array(following, np.int32)[chosen]
    for next_ in ahead:
        yield next_, who[after == next_]


def coming(
    draws: Draws,
    subject: str,
    plan: Plan,
    columns: tuple[Array, Array, Array, Array],
    codes: list[int],
) -> Coming:
    """Columns of number, sending, arrival and goal, with what the pods will have to do."""
    import numpy as np

    index, sent, time, goal = columns
    working = np.array([one.work is not None for one in plan.goals])
    works = [one.work for one in plan.goals if one.work is not None]
    place = np.cumsum(working) - 1
    if working.all() and (not plan.chooses or (goal >= 0).all()):
        work = _times(draws, subject, works, index, goal)
        return Coming(index, sent, time, work, goal, _answers(draws, subject, works, index, goal))
    work = np.zeros(len(index), np.int64)
    outcome = np.array([*codes, 0], np.int16)[np.maximum(goal, -1)]
    mine = np.flatnonzero(working[np.maximum(goal, 0)] & (goal >= 0))
    if len(mine):
        which = place[goal[mine]]
        work[mine] = _times(draws, subject, works, index[mine], which)
        outcome[mine] = _answers(draws, subject, works, index[mine], which)
    return Coming(index, sent, time, work, goal, outcome)


def _times(draws: Draws, subject: str, works: list[Work], index: Array, place: Array) -> Array:
    """How long the pods at these places of the list work for requests."""
    import numpy as np

    laws = list(dict.fromkeys(one.law for one in works))
    if len(laws) == 1:
        return service_times(draws, laws[0], subject, index)
    found = np.empty(len(index), np.int64)
    which = np.array([laws.index(one.law) for one in works], np.int16)[place]
    for number, law in enumerate(laws):
        mine = which == number
        found[mine] = service_times(draws, law, subject, index[mine])
    return found


def _answers(draws: Draws, subject: str, works: list[Work], index: Array, place: Array) -> Array:
    """The status with which they answer."""
    import numpy as np

    found = np.array([200 if one.known else 404 for one in works], np.int16).take(place)
    if any(one.fails for one in works):
        share = np.array([one.fails if one.known else 0.0 for one in works])[place]
        found[draw_arrays.uniform(draws, "fails", subject, index) < share] = 500
    return found


def join(parts: list[Any]) -> Any:
    """Several groups of columns of one kind as one."""
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    return type(parts[0])(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Group(NamedTuple):
    """Requests of one load that have come to their goals, or have given up before."""

    plan: Plan
    coming: Coming
    timeout: int
    bin: Callable[[int, str, str], int]
    """The number of a bin: of status, error and hop."""
    draws: Draws
    subject: str


def serve(stations: dict[Program, Station | Crew], groups: list[Group]) -> list[Served]:
    """Give all arrivals to their stations, in order; returns what becomes of each group."""
    import numpy as np

    works = [goal.work for group in groups for goal in group.plan.goals if goal.work is not None]
    programs = list(dict.fromkeys(one.program for one in works))
    place = {program: at for at, program in enumerate(programs)}
    who = _joined([_programs(group, place) for group in groups])
    arrives = _joined([group.coming.arrives for group in groups])
    work = _joined([group.coming.work for group in groups])
    *counts, idle = np.bincount(who, minlength=len(programs) + 1).tolist()
    finish = arrives.copy()
    if idle < len(who):
        order = fifo.lines(who, arrives, len(programs) + 1)[: len(who) - idle]
        busy = [program for program, count in zip(programs, counts, strict=True) if count]
        begun, many = [stations[program] for program in busy], list(filter(None, counts))
        after, finish[order] = queues(begun, arrives[order], work[order], many)
        stations.update(zip(busy, after, strict=True))
    cuts = np.cumsum([len(group.coming.number) for group in groups])[:-1]
    pieces = np.split(finish, cuts)
    return [_outcomes(group, ends) for group, ends in zip(groups, pieces, strict=True)]


def _joined(columns: list[Array]) -> Array:
    import numpy as np

    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _programs(group: Group, place: dict[Program, int]) -> Array:
    """The place of the program that takes each request; one behind the last where none does."""
    import numpy as np

    plan, coming, timeout, *_ = group
    nobody = len(place)
    numbers = [place[one.work.program] if one.work is not None else nobody for one in plan.goals]
    # Places of four bytes are taken faster than looked up by an index.
    found = np.array(numbers, np.min_scalar_type(nobody)).take(coming.goal)
    # Whoever has given up before never comes to the pod.
    found[coming.arrives > coming.sent + timeout] = nobody
    return found


def _outcomes(group: Group, finish: Array) -> Served:
    """What the clients get: the answer or the failure, or nothing within their patience."""
    import numpy as np

    plan, coming, timeout, *_ = group
    done = np.array([goal.back for goal in plan.goals], np.int64).take(coming.goal)
    done += finish
    deadline, outcome = coming.sent + timeout, coming.outcome
    late = done > deadline
    if late.any():
        outcome = outcome.copy()
        # Who has heard of a failure before, or would have, is told that failure.
        working = np.array([goal.work is not None for goal in plan.goals])[coming.goal]
        outcome[late & working] = group.bin(0, NO_ANSWER, "pod")
        outcome[late & working & (finish <= deadline)] = group.bin(0, NO_ANSWER, "answer")
        for at in np.flatnonzero(coming.arrives > deadline).tolist():
            number, goal = int(coming.number[at]), int(coming.goal[at])
            hop = last_stop(plan, group.draws, group, number, goal)
            outcome[at] = group.bin(0, NO_ANSWER, hop)
        np.minimum(done, deadline, out=done)
    return Served(coming.number, coming.sent, finish, done, outcome, coming.goal)


class Patient(Protocol):
    """Whose requests they are."""

    @property
    def subject(self) -> str:
        """What addresses its draws."""

    @property
    def timeout(self) -> int:
        """How long its clients wait."""


def last_stop(plan: Plan, draws: Draws, whose: Patient, index: int, goal: int) -> str:
    """Where a request is when its client gives up before it has come to its goal."""
    time, last = 0, ""
    for stop in stops(plan, draws, whose.subject, index, goal):
        time += stop.delay
        if time > whose.timeout:
            break
        last = stop.hop
    return last
