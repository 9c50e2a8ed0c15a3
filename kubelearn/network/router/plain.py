"""Requests for which nothing happens but that the less busy of two hosts is chosen.

No limit, no ejection, no answer that fails or comes too late: what Istio does by default. Then the
choices alone are made one after the other, and all the rest as columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.network.router.engine import Engine, Quick
from kubelearn.network.router.pool import TWO, Pool
from kubelearn.network.router.under_way import Asks
from kubelearn.traffic.power_of_two import Asks as Drawn
from kubelearn.traffic.power_of_two import Host, send
from kubelearn.traffic.servers import server

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

FEWEST = 64
"""New requests for which columns are worth their while."""


class Plain(NamedTuple):
    """One cluster whose hosts are all in and all simple."""

    engine: Engine
    fork: int
    pool: Pool
    quick: list[Quick]
    """By host."""

    @classmethod
    def of(cls, engine: Engine, asks: Asks, new: int) -> Plain | None:
        """The only cluster that is asked; None where more than choices may happen."""
        setting, forks = engine.setting, set(asks.pool.tolist())
        if new < FEWEST or len(forks) != 1 or engine.trying:
            return None
        [fork] = forks
        pool, base = setting.pools[fork], setting.bases[fork]
        if pool is None or pool.way != TWO or pool.detector is not None:
            return None
        if pool.room <= pool.busy + new or pool.hosts != list(range(len(pool.keys))):
            return None
        quick = [engine.quick_of(base + place) for place in pool.hosts]
        found = [one for one in quick if one is not None and not one.fails]
        alike = {(one.span, id(one.works)) for one in found}
        if len(found) < len(quick) or len(alike) > 1:
            return None
        return cls(engine, fork, pool, found)

    def hosts(self) -> list[Host]:
        """The hosts, and what is under way to them."""
        base, servers = self.engine.setting.bases[self.fork], self.engine.setting.servers
        answers: list[list[int]] = [[] for _ in self.quick]
        for time, _, _, _, lane in self.engine.events:
            answers[lane - base].append(time + self._late(lane - base))
        return [
            Host(one.server.station(), one.arrives, one.back + self._late(place),
                 tuple(sorted(answers[place])),
                 self.pool.active.get(one.key, 0) - len(answers[place]))
            for place, one in enumerate(self.quick) if servers[base + place] is not None
        ]  # fmt: skip

    def _late(self, place: int) -> int:
        """A moment more for answers of a host that count as later than a request then.

        Of what happens at one moment that comes first which has been known for longer.
        """
        return int(self.quick[place].back < self.engine.setting.entries[self.fork])


def begin(engine: Engine, asks: Asks) -> int:
    """Let as many as possible of the new requests be answered as columns.

    Returns how many that are; the engine is as if they had come to it one after the other.
    """
    import numpy as np

    first, until = engine.first, engine.until
    new = asks.came[first:]
    plain = Plain.of(engine, asks, len(new))
    if plain is None:
        return 0
    count = int(np.searchsorted(new, until - max(one.arrives for one in plain.quick), "right"))
    if not count:
        return 0
    came, chance = new[:count], engine.setting.chance
    one, other = chance.pair_columns(plain.fork, len(plain.quick))
    work = chance.work_column(engine.setting.bases[plain.fork])
    hosts = plain.hosts()
    sent = send(Drawn(came, work[:count], one[:count], other[:count]), hosts)
    answered = sent.finished + np.array([one.back for one in plain.quick])[sent.chosen]
    patience = asks.sent[first : first + count] + engine.setting.patience
    if (answered > np.minimum(patience, came + plain.quick[0].span)).any():
        return 0
    _take_over(plain, first, (sent.chosen, sent.finished, answered), int(came[-1]))
    _give_work(plain, [one.station for one in sent.hosts])
    return count


def _take_over(plain: Plain, first: int, columns: tuple[Array, Array, Array], last: int) -> None:
    """Tell of the answers up to a moment, and keep those that are still to come."""
    import numpy as np

    engine, base = plain.engine, plain.engine.setting.bases[plain.fork]
    chosen, finished, answered = columns
    over, rows = answered <= last, first + np.arange(len(chosen))
    lanes = base + chosen
    engine.told.columns.append((answered[over], rows[over], lanes[over]))
    old = [event for event in engine.events if event[0] <= last]
    for time, _, _, row, lane in old:
        engine.told.add(time, row, lane)
    engine.events = [event for event in engine.events if event[0] > last]
    waiting = (column[~over].tolist() for column in (answered, finished, rows, lanes))
    for time, known, row, lane in zip(*waiting, strict=True):
        engine.push(time, known, row, lane)
    counts = np.bincount(chosen[~over], minlength=len(plain.quick)).tolist()
    for event in old:
        counts[event[-1] - base] -= 1
    for one, count in zip(plain.quick, counts, strict=True):
        plain.pool.change(one.key, count)


def _give_work(plain: Plain, stations: list[Any]) -> None:
    """Let the programs be as they are after all that they were given."""
    setting = plain.engine.setting
    base, lanes = setting.bases[plain.fork], setting.lanes
    new = {}
    for place, station in enumerate(stations):
        work = lanes[base + place].goal.work
        assert work is not None
        new[work.program] = server(station)
    for number, lane in enumerate(lanes):
        if lane.goal.work is not None and lane.goal.work.program in new:
            setting.servers[number] = new[lane.goal.work.program]
