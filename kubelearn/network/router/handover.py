"""What was under way behind a proxy in bulk when its path changed goes on through the hops.

Each request gets the state that it would have if it had gone by itself from the beginning; busy
hosts and those who wait for a connection are the mesh's own state already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn.network.hanging_up import restore
from kubelearn.network.passages import NEVER, Leg
from kubelearn.network.plan import Plan, shifted
from kubelearn.network.proxied import entry_time
from kubelearn.network.router.lanes import INBOUND, Lane, lanes_of
from kubelearn.network.router.trying import NONE, Trying
from kubelearn.network.router.under_way import SLOW, Asks, UnderWay
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.loads import Loads, Row


def release(loads: Loads, row: Row, plan: Plan) -> None:
    """Let go of all that is under way behind the proxies of a plan."""
    before = loads.passing.pop(row.number, UnderWay())
    if before.asks is None:
        return
    one_by_one = OneByOne(loads, row, plan, lanes_of(plan))
    columns = [column.tolist() for column in before.asks]
    known = dict(before.trying)
    for time, _, _, at, lane in before.events:
        if lane != SLOW:
            _, sent, came, asked, _ = (column[at] for column in columns)
            known[at] = one_by_one.simple(sent, came, asked, lane, time)
    for at in sorted(known):
        one_by_one.go_on(columns[0][at], columns[2][at], known[at])


def _fork_of(plan: Plan, leg: Leg) -> int | None:
    """The fork of a plan at which a proxy chooses hosts for a request that it has routed so."""
    for number, passing in enumerate(fork.passing for fork in plan.forks):
        if passing is not None and (passing.leg.uid, passing.leg.routed) == (leg.uid, leg.routed):
            return number
    return None


def others_wait(loads: Loads, row: Row, plan: Plan | None = None) -> bool:
    """Whether calls wait for a connection that are not the load's, or not as its plan has them.

    Of one of the clusters of a plan, or of any.
    """
    legs = [fork.passing.leg for fork in plan.forks if fork.passing is not None] if plan else []
    clusters = {(leg.uid, leg.routed.cluster) for leg in legs}
    for call in loads.requests.calls.values():
        leg = _waits_at(call)
        if leg is None or (plan and (leg.uid, leg.routed.cluster) not in clusters):
            continue
        if call.load != row.number or (plan and _fork_of(plan, leg) is None):
            return True
    return False


def _waits_at(call: Call) -> Leg | None:
    """The proxy where a call waits for a connection."""
    legs: tuple[Leg, ...] = call.state.get("legs", ())
    waits = call.finished is None and bool(legs) and legs[-1].waits
    return legs[-1] if waits else None


def take_back(loads: Loads, row: Row, plan: Plan) -> None:
    """Let those who wait for a connection by themselves wait in bulk.

    As long as they wait by themselves nothing else could go in bulk.
    """
    import numpy as np

    calls = loads.requests.calls
    mine = [call for call in calls.values() if call.load == row.number]
    waiting = [(pool, call) for call in mine if (leg := _waits_at(call)) is not None
               and (pool := _fork_of(plan, leg)) is not None]  # fmt: skip
    if not waiting:
        return
    trying = [(at, _as_trying(pool, call)) for at, (pool, call) in enumerate(waiting)]
    events = sorted((one.ends, one.known, at, at, SLOW) for at, one in trying)
    columns = zip(*((call.index, call.sent, _came(call), one.asked, pool) for (pool, call), (_, one)
                    in zip(waiting, trying, strict=True)), strict=True)  # fmt: skip
    asks = Asks(*(np.array(column, np.int64) for column in columns))
    loads.passing[row.number] = UnderWay(asks, tuple(events), (), tuple(trying))
    for _, call in waiting:
        del calls[call.number]


def _came(call: Call) -> int:
    """When the proxy of a call was ready to send it on."""
    leg: Leg = call.state["legs"][-1]
    return leg.since + entry_time(leg.routed)


def _as_trying(pool: int, call: Call) -> Trying:
    """What is known of a call that waits for a connection."""
    leg: Leg = call.state["legs"][-1]
    one = Trying(pool, call.sent, call.deadline, leg.until, leg.asked)
    return one.copy(
        attempt=leg.attempt, tried=leg.tried, error=NO_ANSWER, hop="overdue", waits=True,
        ends=one.limit, known=leg.asked,
    )  # fmt: skip


class OneByOne:
    """Lets requests of a load go on by themselves."""

    def __init__(self, loads: Loads, row: Row, plan: Plan, lanes: list[Lane]) -> None:
        self.loads, self.row, self.plan, self.lanes = loads, row, plan, lanes
        self.requests, self.now = loads.requests, loads.context.clock.now

    def simple(self, sent: int, came: int, asked: int, lane: int, ends: int) -> Trying:
        """What is known of a request whose answer is foreseen."""
        found = self.lanes[lane]
        routed = self._leg(found.pool).routed
        until = came + routed.timeout if routed.timeout else NEVER
        tried = asked + routed.try_timeout if routed.try_timeout else NEVER
        one = Trying(found.pool, sent, sent + self.row.timeout, until, asked)
        return one.copy(
            lane=lane, try_until=min(tried, until), answers=found.status, status=found.status,
            finish=ends - found.goal.back, ends=ends, hop="answer",
        )  # fmt: skip

    def go_on(self, number: int, came: int, one: Trying) -> None:
        """Put the next thing that happens to a request on the clock."""
        call = self.loads.call_of(self.row, number, one.sent)
        leg = self._at_proxy(call, came, one)
        if one.woken or (one.pauses and one.ends < one.limit):
            self.requests.take_up(call, one.ends, "upstream")
        elif one.lane == NONE:
            if one.waits:
                call.found(legs=(leg._replace(waits=True),))
            self._put_end(call, one)
        else:
            self._at_host(call, leg, one, self.lanes[one.lane])

    def _at_proxy(self, call: Call, came: int, one: Trying) -> Leg:
        """The state of a request at its proxy, between tries."""
        first = self._leg(one.pool)
        before = shifted(first.before, one.sent)
        leg = first._replace(
            before=before, since=first.since + came, until=one.until, attempt=one.attempt,
            tried=one.tried, asked=one.asked,
        )  # fmt: skip
        call.target, call.headers = leg.target, leg.headers
        call.state = {"legs": (leg,)}
        restore(call, leg)
        call.found(legs=(leg,), **({"try": one.attempt} if one.attempt else {}))
        return leg

    def _at_host(self, call: Call, leg: Leg, one: Trying, lane: Lane) -> None:
        """A try that is on its way, at its program, or on its way back."""
        picked = lane.picked._replace(levels=one.levels, level=one.level)
        leg = leg._replace(picked=picked, server=lane.server, try_until=one.try_until)
        last = min(one.try_until, one.deadline)
        limit = min(last, one.asked + lane.picked.connect_timeout)
        time, hop = one.asked, ""
        for stop in lane.stops:
            time += stop.delay
            if time > limit:
                break
            hop = stop.hop
            limit = last if hop == INBOUND else limit
            self._found(call, leg, stop.state, one, lane, hop)
            if time > self.now:
                self.requests.take_up(call, time, hop)
                return
        if lane.goal.work is None or one.finish <= self.now or one.finish > last:
            self._put_end(call, one)
            return
        self._found(call, leg, {**lane.goal.state, "answer": one.answers}, one, lane, "pod")
        self.requests.take_up(call, one.finish, "answer")

    def _found(
        self, call: Call, leg: Leg, state: Mapping[str, Any], one: Trying, lane: Lane, hop: str
    ) -> None:
        """What a try has found out when it enters a hop, or works in a pod."""
        connected = hop not in ("wire", INBOUND)
        until = leg.try_until if connected else one.asked + lane.picked.connect_timeout
        tries = {"try": one.attempt} if one.attempt else {}
        call.state = {
            **shifted(state, one.sent), "legs": (leg,), "until": min(until, leg.try_until), **tries,
        }  # fmt: skip
        inside = call.state.get("entered")
        if inside is not None:
            call.found(entered=inside._replace(since=one.asked + lane.connects))

    def _put_end(self, call: Call, one: Trying) -> None:
        """A try or a request ends at its moment, if nothing comes between."""
        call.hop = one.hop
        self.requests.calls[call.number] = call
        if one.waits:
            self.loads.context.clock.at(one.ends, self.requests.enter, call.number, "overdue")
            return
        self.loads.context.clock.at(
            one.ends, self.requests.leave, call.number, one.status, one.error
        )

    def _leg(self, pool: int) -> Leg:
        passing = self.plan.forks[pool].passing
        assert passing is not None
        return passing.leg
