"""A load at the routers of its proxies, from one moment to the next.

Whoever has come to a proxy is given a host in the order of coming. What is under way in bulk and
what goes by itself share the mesh's state of each cluster, so either sees the other.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Any

from kubelearn.network import bulk
from kubelearn.network.bulk import Coming, Served
from kubelearn.network.passages import PROXIES, flags_of
from kubelearn.network.plan import Passing, Plan
from kubelearn.network.programs import Program
from kubelearn.network.router import plain
from kubelearn.network.router.chances import Chances
from kubelearn.network.router.engine import Engine
from kubelearn.network.router.lanes import lanes_of
from kubelearn.network.router.pool import Pool
from kubelearn.network.router.rows import Rows
from kubelearn.network.router.telling import Telling
from kubelearn.network.router.tries import Setting
from kubelearn.network.router.under_way import SLOW, Asks, Event, UnderWay
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.traffic.servers import Server, server

if TYPE_CHECKING:
    import numpy as np

    from kubelearn.network.loads import Loads, Row

    Array = np.ndarray[Any, np.dtype[Any]]


def decide(loads: Loads, row: Row, plan: Plan, time: int) -> list[Served]:
    """Let all happen at the proxies of a load up to a time; returns whose ends are known."""
    if not plan.passes:
        return []
    new, late = _come(loads, row, time)
    before = loads.passing.get(row.number, UnderWay())
    if new is None and not before.events and not before.coming:
        return late
    return [*late, *Stretch(loads, row, plan, before, new, time).run()]


def _come(loads: Loads, row: Row, time: int) -> tuple[Asks | None, list[Served]]:
    """Those who have come to their proxies by a time, and those who have given up before."""
    import numpy as np

    coming = loads.flows[row.number].coming
    if coming is None:
        return None, []
    deadline = coming.sent + row.timeout
    here = (coming.goal < 0) & (np.minimum(coming.arrives, deadline) <= time)
    if not here.any():
        return None, []
    rest = None if here.all() else coming.where(~here)
    loads.flows[row.number] = loads.flows[row.number]._replace(coming=rest)
    lost = here & (coming.arrives > deadline)
    late = [_given_up(loads, row, coming.where(lost))] if lost.any() else []
    found = coming.where(here & ~lost)
    order = np.lexsort((found.number, found.arrives))
    came = found.arrives
    asks = Asks(found.number, found.sent, came, came, -1 - found.goal).where(order)
    return asks, late


def _given_up(loads: Loads, row: Row, lost: Coming) -> Served:
    """Requests whose clients give up before a proxy has sent them on."""
    import numpy as np

    plan, done = loads.plans[row.number], lost.sent + row.timeout
    assert plan is not None
    outcome = np.empty(len(done), np.int16)
    columns = (lost.number, lost.goal, lost.arrives, done)
    for at, (number, goal, came, end) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        hop = bulk.last_stop(plan, loads.context.draws, row, number, goal)
        outcome[at] = loads.results[row.number].outcome(0, NO_ANSWER, hop)
        if hop in PROXIES:
            _count_given_up(loads, plan.forks[-1 - goal].passing, came, end)
    exits = np.full(len(done), -1, np.int32)
    return Served(lost.number, lost.sent, done, done, outcome, exits)


def _count_given_up(loads: Loads, passing: Passing | None, came: int, done: int) -> None:
    """A proxy whose client has hung up before it has sent the request on."""
    if passing is None or passing.counts[-1] is None:
        return
    flags, since = flags_of(passing.leg.routed, "DC"), came + passing.leg.since
    loads.requests.mesh.count(passing.counts[-1], 0, flags, [done], [done - since])


class Stretch:
    """One stretch of time at the proxies of a load."""

    def __init__(
        self, loads: Loads, row: Row, plan: Plan, before: UnderWay, new: Asks | None, until: int
    ) -> None:
        self.loads, self.row, self.plan, self.until = loads, row, plan, until
        self.before = before
        parts = [one for one in (before.asks, new) if one is not None]
        self.asks: Asks = bulk.join(parts)
        self.first = 0 if before.asks is None else len(before.asks.number)
        self.lanes = lanes_of(plan)

    def run(self) -> list[Served]:
        """Let everything happen; returns the requests whose ends are known."""
        engine = self.engine()
        engine.start(self.until, self.first)
        engine.run(*self.new(), plain.begin(engine, self.asks))
        self._keep_stations(engine)
        setting, came = engine.setting, self.asks.came
        Telling(self.loads, self.row, self.plan, setting, engine.told, came).tell()
        self.loads.passing[self.row.number] = self._after(engine)
        return self._served(engine, setting)

    def _keep_stations(self, engine: Engine) -> None:
        """Tell what the programs have been given."""
        for lane, one in zip(self.lanes, engine.setting.servers, strict=True):
            if lane.goal.work is not None and one is not None:
                self.loads.programs.stations[lane.goal.work.program] = one.station()

    def engine(self) -> Engine:
        """The router as it is at the beginning."""
        trying = {at: one.copy() for at, one in self.before.trying}
        events, coming = list(self.before.events), list(self.before.coming)
        return Engine(self._setting(self._programs()), events, coming, trying)

    def new(self) -> tuple[list[int], list[int]]:
        """When new requests come to their proxies, and at which forks of the plan."""
        return self.asks.came[self.first :].tolist(), self.asks.pool[self.first :].tolist()

    def _setting(self, programs: dict[Program, Server]) -> Setting:
        calls = self.loads.numbers(self.row, self.asks.number)
        new = self.asks.number[self.first :]
        chances = Chances(
            self.loads, self.row, self.plan, self.lanes, self.first, new, self.asks.number
        )
        return Setting(
            lanes=self.lanes,
            servers=[None if one.goal.work is None else programs[one.goal.work.program]
                     for one in self.lanes],
            pools=self._pools(chances),
            bases=[bisect_left(self.lanes, number, key=lambda lane: lane.pool)
                   for number in range(len(self.plan.forks))],
            routes=[None if fork.passing is None else fork.passing.leg.routed
                    for fork in self.plan.forks],
            entries=[0 if fork.passing is None else -fork.passing.leg.since
                     for fork in self.plan.forks],
            exits=[0 if fork.passing is None else self.plan.goals[fork.passing.exits].back
                   for fork in self.plan.forks],
            rows=Rows(calls, self.asks.sent, self.asks.asked),
            patience=self.row.timeout,
            chance=chances,
            worth=self.loads.requests.mesh.worth_another,
        )  # fmt: skip

    def _programs(self) -> dict[Program, Server]:
        """The programs behind all hosts, as they are now."""
        works = [one.goal.work for one in self.lanes if one.goal.work is not None]
        stations = self.loads.programs.stations
        return {work.program: server(stations[work.program]) for work in works}

    def _pools(self, chances: Chances) -> list[Pool | None]:
        """The hosts of each proxy that is used; forks that lead to one cluster share them."""
        pools: list[Pool | None] = [None] * len(self.plan.forks)
        for forks in self._clusters().values():
            passing = self.plan.forks[forks[0]].passing
            begin = self._begin(forks)
            if passing is not None and begin is not None:
                mesh = self.loads.requests.mesh
                upstream = mesh.upstream(passing.leg.uid, passing.cluster, begin)
                pool = Pool(passing, upstream, partial(chances.pairs, forks[0]))
                for fork in forks:
                    pools[fork] = pool
        return pools

    def _clusters(self) -> dict[tuple[str, str, int | None], list[int]]:
        """(proxy, cluster, hash) → the forks at which its hosts are chosen."""
        found: dict[tuple[str, str, int | None], list[int]] = {}
        for number, passing in enumerate(fork.passing for fork in self.plan.forks):
            if passing is not None and passing.cluster is not None:
                leg = passing.leg
                key = (leg.uid, leg.routed.cluster, leg.routed.hash)
                found.setdefault(key, []).append(number)
        return found

    def _begin(self, forks: list[int]) -> int | None:
        """When the hosts of a cluster are used first; None when they are not."""
        import numpy as np

        mine = np.flatnonzero(np.isin(self.asks.pool, forks))
        if not len(mine):
            return None
        # The state of what is under way is there already, whatever moment is said.
        return int(self.asks.came[mine[0]])

    def _after(self, engine: Engine) -> UnderWay:
        """What is under way at the end; rows are counted anew."""
        import numpy as np

        events = [one for one in sorted(engine.events) if one[-1] != SLOW or _counts(engine, one)]
        rows = sorted({one[-2] for one in events} | set(engine.trying))
        if not rows:
            return UnderWay()
        place = {row: at for at, row in enumerate(rows)}
        kept = np.array(rows, np.int64)
        asked = engine.setting.rows.asked_column()
        asks = self.asks._replace(asked=asked).where(kept)
        return UnderWay(
            asks,
            tuple(
                (time, known, number, place[row], lane)
                for number, (time, known, _, row, lane) in enumerate(events)
            ),
            tuple((time, place[row]) for time, row in engine.coming),
            tuple((place[row], one) for row, one in engine.trying.items()),
        )

    def _served(self, engine: Engine, setting: Setting) -> list[Served]:
        """The requests whose answers the proxies have passed on."""
        import numpy as np

        told, exits = engine.told, np.array(setting.exits, np.int64)
        goals = np.array([0 if fork.passing is None else fork.passing.exits
                          for fork in self.plan.forks], np.int32)  # fmt: skip
        found = []
        times, rows, lanes = told.simple()
        if len(rows):
            pools = np.array([one.pool for one in self.lanes])[lanes]
            done = times + exits[pools]
            status = np.array([one.status for one in self.lanes], np.int16)[lanes]
            found.append(Served(self.asks.number[rows], self.asks.sent[rows], done, done, status,
                                goals[pools]))  # fmt: skip
        if told.ends:
            who, done, *ending = (list(column) for column in zip(*told.ends, strict=True))
            code = self.loads.results[self.row.number].outcome
            outcome = np.array([code(*one) for one in zip(*ending, strict=True)], np.int16)
            at, exit_ = np.array(done, np.int64), goals[self.asks.pool[who]]
            sent = self.asks.sent[who]
            found.append(Served(self.asks.number[who], sent, at, at, outcome, exit_))
        return found


def _counts(engine: Engine, event: Event) -> bool:
    """Whether an event may still count: not for a request that is over."""
    return event[-2] in engine.trying
