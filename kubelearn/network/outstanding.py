"""Requests of loads in bulk at a balancer that looks for the least busy target.

Whoever has come to the balancer is given a target in the order of coming; what is known of the
others, in bulk or one by one, is what the balancer waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.app import Distribution
from kubelearn.network import bulk
from kubelearn.network.bulk import Coming, Served
from kubelearn.network.load_balancers import sent_on
from kubelearn.network.plan import Plan, Way
from kubelearn.network.programs import Program
from kubelearn.network.service_times import service_times
from kubelearn.traffic import least_of_all, least_outstanding
from kubelearn.traffic.least_outstanding import (
    NOBODY,
    Arrival,
    Asks,
    Before,
    Fork,
    Leaf,
)

if TYPE_CHECKING:
    import numpy as np

    from kubelearn.network.loads import Loads, Row

    Array = np.ndarray[Any, np.dtype[Any]]

NOWHERE = ("", "")
"""The target of those who are sent to none."""


def decide(loads: Loads, row: Row, plan: Plan, time: int) -> None:
    """Choose the targets of all who have come to their balancer by a time."""
    coming = loads.flows[row.number].coming
    if not plan.least or coming is None:
        return
    here = (coming.goal < 0) & (coming.arrives <= time)
    if not here.any():
        return
    who, balancing = coming.where(here), Balancing.of(loads, row, plan)
    asked = balancing.asks(who), balancing.forks(who), balancing.before()
    found = least_of_all.choose(*asked) or least_outstanding.choose(*asked)
    columns = [column.copy() for column in coming]
    for column, new in zip(columns, balancing.decided(who, *found), strict=True):
        column[here] = new
    loads.flows[row.number] = loads.flows[row.number]._replace(coming=Coming(*columns))


def codes(loads: Loads, row: Row, plan: Plan) -> list[int]:
    """The outcomes of the goals of a plan that do no work."""
    code = loads.results[row.number].outcome
    return [0 if goal.work else code(goal.status, goal.error, goal.hop) for goal in plan.goals]


class Balancing(NamedTuple):
    """A load at its balancer; targets, programs and laws of service are counted from 0."""

    loads: Loads
    row: Row
    plan: Plan
    targets: dict[tuple[str, str], int]
    """By (balancer, target)."""
    programs: dict[Program, int]
    laws: dict[Distribution, int]

    @classmethod
    def of(cls, loads: Loads, row: Row, plan: Plan) -> Balancing:
        """With all that the plan of the load leads to."""
        forks = (fork for fork in plan.forks if fork.least)
        works = [goal.work for goal in plan.goals if goal.work is not None]
        targets = _numbered(target for fork in forks for target in fork.targets)
        programs = _numbered(work.program for work in works)
        return cls(loads, row, plan, targets, programs, _numbered(work.law for work in works))

    def asks(self, who: Coming) -> Asks:
        """Requests at the balancer, as columns."""
        draws, subject = self.loads.context.draws, self.row.subject
        works = [service_times(draws, law, subject, who.number) for law in self.laws]
        deadlines, turns = who.sent + self.row.timeout, self.plan.turn + who.number
        return Asks(who.arrives, deadlines, turns, -1 - who.goal, works)

    def forks(self, who: Coming) -> dict[int, Fork]:
        """The leaves behind each target of each fork at which somebody is."""
        import numpy as np

        found: dict[int, Fork] = {}
        for number in np.unique(-1 - who.goal).tolist():
            fork, mine = self.plan.forks[number], np.flatnonzero(who.goal == bulk.undecided(number))
            found[number] = {
                self.targets[target]: self._leaves(way, who, mine)
                for target, way in zip(fork.targets, fork.ways, strict=True)
            }
        return found

    def _leaves(self, way: Way, who: Coming, mine: Array) -> Leaf | list[Leaf]:
        """What those at a fork meet if they go this way."""
        import numpy as np

        if way.fork < 0:
            return self._leaf(way.goal, way.delay)
        begin, draws = who.arrives[mine], self.loads.context.draws
        time, goal = bulk.walk(draws, self.row.subject, self.plan, way, who.number[mine], begin)
        kinds, which = np.unique(np.stack([goal, time - begin]), axis=1, return_inverse=True)
        table = [self._leaf(*kind) for kind in kinds.T.tolist()]
        places = np.zeros(len(who.number), np.int64)
        places[mine] = which.reshape(-1)
        return [table[place] for place in places.tolist()]

    def _leaf(self, number: int, delay: int) -> Leaf:
        """A goal of the plan that is so far behind the balancer."""
        goal = self.plan.goals[number]
        target = self.targets.get(goal.state.get("target") or NOWHERE, -1)
        if goal.work is None:
            passed = goal.state.get("passed")
            rest = goal.back if passed is None else passed - self.plan.reach - delay
            return Leaf(target, delay, NOBODY, rest, goal=number)
        program, law = self.programs[goal.work.program], self.laws[goal.work.law]
        return Leaf(target, delay, program, goal.passes, law, number)

    def before(self) -> Before:
        """What the balancer waits for, and what is on its way to the pods."""
        leaving, arriving = self.in_bulk()
        counts = [0] * len(self.targets)
        for target in (*(target for _, target in leaving), *(one.leaf.target for one in arriving)):
            counts[target] += 1
        for target, answered in self._singles():
            counts[target] += 1
            if answered is not None:
                leaving.append((answered, target))
        stations = [self.loads.programs.stations[program] for program in self.programs]
        return Before(counts, leaving, arriving, stations)

    def in_bulk(self) -> tuple[list[tuple[int, int]], list[Arrival]]:
        """(when, target) of the answers that are foreseen, and who is on the way to a pod."""
        leaving, arriving = self._served(), []
        for one in self._sent_on():
            if one.leaf.station == NOBODY or one.time > one.deadline:
                answered = min(one.time + one.leaf.answered, one.deadline)
                leaving.append((answered, one.leaf.target))
            else:
                arriving.append(one)
        return leaving, arriving

    def _served(self) -> list[tuple[int, int]]:
        """(when, target) of the answers of those who have come to their goals."""
        goals = self.plan.goals
        behind = [self.targets.get(goal.state.get("target") or NOWHERE, -1) for goal in goals]
        found = []
        for served in self.loads.flows[self.row.number].open:
            columns = served.goal.tolist(), answered_at(self.plan, served).tolist()
            for goal, time in zip(*columns, strict=True):
                if goal >= 0 and behind[goal] >= 0:
                    found.append((time, behind[goal]))
        return found

    def _sent_on(self) -> Iterator[Arrival]:
        """Those on their way from the balancer to a pod or to another end."""
        coming = self.loads.flows[self.row.number].coming
        if coming is None:
            return
        sent_on = coming.where(coming.goal >= 0)
        columns = (sent_on.goal, sent_on.sent, sent_on.arrives, sent_on.work)
        for goal, sent, time, work in zip(*(each.tolist() for each in columns), strict=True):
            leaf = self._leaf(goal, time - sent - self.plan.reach)
            if leaf.target >= 0:
                yield Arrival(time, sent + self.row.timeout, work, leaf)

    def _singles(self) -> Iterator[tuple[int, int | None]]:
        """(target, when it has answered, if that is known) of requests that go one by one."""
        for balancer in dict.fromkeys(balancer for balancer, _ in self.targets):
            for (group, name), answered in sent_on(self.loads.requests, balancer):
                target = self.targets.get((balancer, name))
                if group == self.plan.group and target is not None:
                    yield target, answered

    def decided(self, who: Coming, goal: Array, delay: Array) -> Coming:
        """Those who have got a target, on their way to its pod."""
        columns = (who.number, who.sent, who.arrives + delay, goal.astype(who.goal.dtype))
        known = codes(self.loads, self.row, self.plan)
        return bulk.coming(self.loads.context.draws, self.row.subject, self.plan, columns, known)


def _numbered(things: Iterable[Any]) -> dict[Any, int]:
    return {one: place for place, one in enumerate(dict.fromkeys(things))}


def answered_at(plan: Plan, served: Served) -> Array:
    """When the balancer has the answers to requests, or their clients have given up."""
    import numpy as np

    never = np.iinfo(np.int64).max // 2
    goals = [*plan.goals, None]  # the last for goals that do not matter any more: -1
    works = np.array([goal is not None and goal.work is not None for goal in goals])
    after = np.array([goal.passes if goal is not None else 0 for goal in goals], np.int64)
    passed = [goal.state.get("passed") if goal is not None else None for goal in goals]
    ends = np.array([never if one is None else one for one in passed], np.int64)
    found = np.where(
        works[served.goal], served.finish + after[served.goal], served.sent + ends[served.goal]
    )
    return np.minimum(found, served.done)


def under_way(loads: Loads, balancer: str) -> dict[tuple[str, str], int]:
    """(group, target) → requests in bulk for whose answers a balancer waits now."""
    now, counts = loads.context.clock.now, dict[tuple[str, str], int]()
    loads.advance(now)
    for number in loads.active:
        plan = loads.plans[number]
        if plan is None or not plan.least:
            continue
        balancing = Balancing.of(loads, loads.rows[number], plan)
        names = [*balancing.targets]
        leaving, arriving = balancing.in_bulk()
        waiting = [target for answered, target in leaving if answered > now]
        for target in (*waiting, *(one.leaf.target for one in arriving)):
            whose, name = names[target]
            if whose == balancer:
                counts[plan.group, name] = counts.get((plan.group, name), 0) + 1
    return counts
