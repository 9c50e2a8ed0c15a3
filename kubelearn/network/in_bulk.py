"""Loads in bulk: what has been sent and served between two changes of a path, as columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelearn.network import bulk, outstanding
from kubelearn.network.bulk import Coming, Flow, Group, Served
from kubelearn.network.in_flight import release
from kubelearn.network.plan import Plan
from kubelearn.network.results import Columns
from kubelearn.network.router import handover, stretch
from kubelearn.network.router.under_way import UnderWay
from kubelearn.network.scout import compile_path
from kubelearn.network.watched import Watched, unchanged
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.loads import Loads, Row

NEVER = -(1 << 62)
AHEAD = "requests that had to ask for the name are not at the balancer yet"
WAITS = "another request waits for a connection of its proxy"
AT_ONCE = 50_000
"""Requests that are computed together: so many that their columns fit a processor's cache."""


def look(loads: Loads) -> None:
    """Whether a path has changed since the last event."""
    now = loads.context.clock.now
    for number in tuple(loads.active):
        if number not in loads.active:
            continue  # it was over, as another has found
        row, watched = loads.rows[number], loads.watched[number]
        if now > row.end + row.timeout:
            _retire(loads, row)
        elif watched.why == WAITS and handover.others_wait(loads, row):
            continue  # whatever else has changed, it goes one by one
        elif unchanged(loads.requests, watched) and _may_take_turns(loads, number):
            revision = loads.context.api.store.revision
            if watched.revision != revision:
                loads.watched[number] = watched._replace(revision=revision)
        else:
            plan, loads.watched[number] = compiled(loads, row)
            old = loads.plans[number]
            if plan != (old and old._replace(turn=0)):
                become(loads, row, plan)


def compiled(loads: Loads, row: Row) -> tuple[Plan | None, Watched]:
    """The path of a load as it is now."""
    _retire_all(loads)
    requests, taken = loads.requests, _taken_by_others(loads, row.number)
    plan, watched = compile_path(requests, row.url, row.client, row.namespace, row.method,
                                 dict(row.headers), timeout=row.timeout, taken=taken)  # fmt: skip
    if plan is not None and plan.chooses and _shares_pods(loads, row.number, plan):
        return None, watched._replace(why="other loads give work to the pods of its balancer")
    if plan is not None and plan.passes and handover.others_wait(loads, row, plan):
        return None, watched._replace(until=loads.context.clock.now, why=WAITS)
    if plan is not None and plan.group and _is_overtaken(loads):
        # Not before it has come to the balancer, so the next event is looked at again.
        return None, watched._replace(until=loads.context.clock.now, why=AHEAD)
    return plan, watched


def _is_overtaken(loads: Loads) -> bool:
    """Whether a request that had to ask for a name is on its way to its balancer.

    Those after it know the name, and take their turns before it.
    """
    calls = loads.requests.calls.values()
    return any(_is_ahead(call) and call.state.get("asked") for call in calls)


def _is_ahead(call: Call) -> bool:
    """Whether a request has not come to a balancer on layer 7."""
    return call.finished is None and not call.hop and not call.state.get("gateway")


def _taken_by_others(loads: Loads, number: int) -> frozenset[str] | None:
    """The target groups of which other loads take turns; None when anybody may, of any."""
    if any(call.load != number for call in loads.requests.calls.values()):
        return None
    others = [loads.plans[one] for one in loads.active if one != number]
    if None in others:
        return None
    return frozenset(plan.group for plan in others if plan is not None)


def _may_take_turns(loads: Loads, number: int) -> bool:
    """Whether the turns that the plan of a load takes, if any, are still its own."""
    plan = loads.plans[number]
    if plan is None:
        return True
    if plan.passes and _shares_pods(loads, number, plan):
        return False
    if not plan.group:
        return True
    taken = _taken_by_others(loads, number)
    if taken is None or plan.group in taken:
        return False
    return not plan.least or not _shares_pods(loads, number, plan)


def _shares_pods(loads: Loads, number: int, plan: Plan) -> bool:
    """Whether other loads give work to the pods of a plan."""
    others = (loads.plans[one] for one in loads.active if one != number)
    programs = {goal.work.program for goal in plan.goals if goal.work is not None}
    return any(
        goal.work is not None and goal.work.program in programs
        for other in others
        if other is not None
        for goal in other.goals
    )


def _note_turns(loads: Loads, row: Row, plan: Plan) -> None:
    """Tell the balancer how many turns have been taken up to now."""
    if not plan.group:
        return
    waiting, now = loads.flows[row.number].coming, loads.context.clock.now
    calls = (call for call in loads.requests.calls.values() if call.load == row.number)
    ahead = sum(map(_is_ahead, calls))
    ahead += 0 if waiting is None else int((waiting.sent + plan.reach > now).sum())
    loads.requests.balancers.set_turns(plan.group, plan.turn + row.following - ahead)


def _with_turns(loads: Loads, row: Row, plan: Plan) -> Plan:
    """The plan with the turn of its first request; those on their way one by one come before."""
    if not plan.group:
        return plan
    ahead = sum(map(_is_ahead, loads.requests.calls.values()))
    turns = loads.requests.balancers.turns_of(plan.group)
    return plan._replace(turn=turns + ahead - row.following)


def _retire_all(loads: Loads) -> None:
    """Let go of the loads whose requests have all been answered: others may take their turns."""
    now = loads.context.clock.now
    advance(loads, now)
    for number in tuple(loads.active):
        settle(loads, number, now)
        row = loads.rows[number]
        if now >= row.end and loads.plans[number] is not None and _is_idle(loads, number):
            _retire(loads, row)


def step_aside(loads: Loads, uid: str, cluster: str) -> None:
    """Let loads that use a cluster of a proxy go one by one, as long as others wait for it."""
    for number in tuple(loads.active):
        plan = loads.plans[number]
        forks = plan.forks if plan is not None else ()
        legs = [fork.passing.leg for fork in forks if fork.passing is not None]
        if any((leg.uid, leg.routed.cluster) == (uid, cluster) for leg in legs):
            now, watched = loads.context.clock.now, loads.watched[number]
            loads.watched[number] = watched._replace(until=now, why=WAITS)
            become(loads, loads.rows[number], None)


def _is_idle(loads: Loads, number: int) -> bool:
    """Whether nothing of a load is under way in bulk."""
    passing = loads.passing.get(number, UnderWay())
    return loads.flows[number] == Flow() and passing.asks is None


def _retire(loads: Loads, row: Row) -> None:
    advance(loads, loads.context.clock.now)
    plan = loads.plans[row.number]
    if plan is not None:
        _note_turns(loads, loads.rows[row.number], plan)
    del loads.active[row.number]
    for other in loads.active:
        if loads.plans[other] is None and other in loads.watched:  # it may go in bulk now
            loads.watched[other] = loads.watched[other]._replace(until=loads.context.clock.now)
    if not loads.active:
        loads.context.clock.observe(None)


def become(loads: Loads, row: Row, plan: Plan | None) -> None:
    """Go on by another plan, or one by one."""
    number, old, clock = row.number, loads.plans[row.number], loads.context.clock
    if old is not None:
        advance(loads, clock.now)
        row = loads.rows[number]
        _note_turns(loads, row, old)
        loads.flows[number] = release(loads, row, old, plan, loads.flows[number])
    if plan is not None:
        plan = _with_turns(loads, row, plan)
        handover.take_back(loads, row, plan)
    loads.plans[number] = plan
    loads.advanced = NEVER
    if plan is None:
        loads.arm(row)
        return
    if plan.until < row.end:
        clock.at(plan.until, loads.look)
    for goal in plan.goals:
        if goal.work is not None:
            pod = loads.context.api.get("pods", *goal.work.pod)
            program = goal.work.program
            found = loads.programs.station(program, pod, goal.work.container)
            loads.programs.stations[program] = found


def advance(loads: Loads, time: int) -> None:
    """Compute in bulk all that has come to its goal by a time."""
    if loads.active and time != loads.advanced:
        for _ in pieces(loads, time):
            pass


def pieces(loads: Loads, time: int) -> Iterator[int]:
    """The same piece by piece: the moment up to which all has been computed, one after the other.

    Between two of them the loads are whole.
    """
    for moment in moments(loads, time):
        _advance(loads, moment)
        loads.advanced = moment
        yield moment


def moments(loads: Loads, time: int) -> list[int]:
    """The time, and moments before it so that memory holds what is sent between two."""
    count, first, last = 0.0, time, NEVER
    for number in loads.active:
        row, following = loads.rows[number], loads.next(loads.rows[number])
        if row.rates is not None and following is not None and loads.plans[number] is not None:
            count += row.rates.expected(row.unit, min(time, row.end))
            first, last = min(first, following), max(last, min(time, row.end))
    pieces = 1 + int(count) // AT_ONCE
    return [*(first + (last - first) * one // pieces for one in range(1, pieces)), time]


def _advance(loads: Loads, time: int) -> None:
    send(loads, time)
    serve(loads, time)


def send(loads: Loads, time: int) -> None:
    """Draw all requests that are sent by a time."""
    for number in loads.active:
        plan = loads.plans[number]
        if plan is not None:
            _send(loads, loads.rows[number], plan, time)


def serve(loads: Loads, time: int) -> None:
    """Find the ends of all that has been sent and has come to its goal by a time."""
    groups, who = [], []
    for number in loads.active:
        plan, row = loads.plans[number], loads.rows[number]
        if plan is None:
            continue
        outstanding.decide(loads, row, plan, time)
        settle(loads, number, time, *stretch.decide(loads, row, plan, time))
        come = _come(loads, number, time)
        if come is not None:
            group = Group(plan, come, row.timeout, loads.results[number].outcome,
                          loads.context.draws, row.subject)  # fmt: skip
            groups.append(group)
            who.append(number)
    if groups:
        ends = bulk.serve(loads.programs.stations, groups)
        for number, served in zip(who, ends, strict=True):
            settle(loads, number, time, served)


def _send(loads: Loads, row: Row, plan: Plan, time: int) -> None:
    """Send all requests up to a time that go by the plan."""
    following = loads.next(row)
    until = min(time, plan.until - 1)
    if row.rates is None or following is None or following > until:
        return
    draws, number = loads.context.draws, row.number
    index, sent, (after, unit) = bulk.arrivals(
        draws, row.subject, row.rates, (row.following, row.unit), until, row.end
    )
    loads.rows[number] = row._replace(following=after, unit=unit)
    if len(index):
        flow, codes = loads.flows[number], outstanding.codes(loads, row, plan)
        new = bulk.on_the_way(draws, row.subject, plan, index, sent, codes)
        parts = [new] if flow.coming is None else [flow.coming, new]
        loads.flows[number] = flow._replace(coming=bulk.join(parts))


def _come(loads: Loads, number: int, time: int) -> Coming | None:
    """Those who have come to their goals or have given up: they are not on their way any more."""
    flow = loads.flows[number]
    if flow.coming is None:
        return None
    coming, timeout = flow.coming, loads.rows[number].timeout
    here = (coming.arrives <= time) | (coming.sent + timeout <= time)
    if here.all():
        loads.flows[number] = flow._replace(coming=None)
        return coming
    if not here.any():
        return None
    loads.flows[number] = flow._replace(coming=coming.where(~here))
    return coming.where(here)


def settle(loads: Loads, number: int, time: int, *new: Served) -> None:
    """Keep what is not over yet; what is over goes into the results."""
    kept, flow = [], loads.flows[number]
    for one in (*flow.open, *new):
        over = one.done <= time
        if over.any():
            ended = one if over.all() else one.where(over)
            columns = Columns(ended.number, ended.sent, ended.done, ended.outcome)
            loads.results[number].columns.append(columns)
        if not over.all():
            kept.append(one.where(~over) if over.any() else one)
    loads.flows[number] = flow._replace(open=tuple(kept))
