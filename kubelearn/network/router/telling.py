"""What of a stretch of time is told to others: the mesh's telemetry, and the tries for views.

Requests that differ in nothing but when and how fast they were are told as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kubelearn.network.passages import flags_of
from kubelearn.network.plan import Passing
from kubelearn.network.router.told import Kind, Told
from kubelearn.network.router.tries import Setting
from kubelearn.network.router.trying import NONE
from kubelearn.network.tries import Like, Try, host_of

if TYPE_CHECKING:
    import numpy as np

    from kubelearn.network.loads import Loads, Row
    from kubelearn.network.plan import Plan

    Array = np.ndarray[Any, np.dtype[Any]]


class Telling:
    """Tells what has become of the requests of a load."""

    def __init__(
        self, loads: Loads, row: Row, plan: Plan, setting: Setting, told: Told,
        came: Array,
    ) -> None:  # fmt: skip

        self.loads, self.row, self.plan, self.setting = loads, row, plan, setting
        self.told = told
        self.times, self.rows, self.lanes = told.simple()
        self.asked = setting.rows.asked_column()
        self.came = came

    def tell(self) -> None:
        """Count them, and note their tries."""
        self._count_simple()
        self._count_servers()
        self._count_clients()
        self._note()

    # Telemetry

    def _count_simple(self) -> None:
        import numpy as np

        for number in np.unique(self.lanes).tolist():
            mine, lane = self.lanes == number, self.setting.lanes[number]
            ends, rows = self.times[mine], self.rows[mine]
            since = self.came[rows] + self._passing(lane.pool).leg.since
            self._count_client((lane.pool, number, lane.status, ""), ends, since)
            begun = self.asked[rows] + lane.connects
            left = np.maximum(begun, ends - lane.goal.back)
            self._count_server((number, lane.status, ""), left, begun)

    def _count_servers(self) -> None:
        groups: dict[tuple[int, int, str], list[tuple[int, int]]] = {}
        for lane, status, flag, since, until in self.told.servers:
            groups.setdefault((lane, status, flag), []).append((until, since))
        for kind, times in groups.items():
            self._count_server(kind, *map(list, zip(*times, strict=True)))

    def _count_clients(self) -> None:
        groups: dict[tuple[int, int, int, str], list[tuple[int, int]]] = {}
        for pool, lane, status, flag, row, until in self.told.clients:
            since = self.came[row] + self._passing(pool).leg.since
            groups.setdefault((pool, lane, status, flag), []).append((until, since))
        for kind, times in groups.items():
            self._count_client(kind, *map(list, zip(*times, strict=True)))

    def _count_client(self, kind: tuple[int, int, int, str], ends: Any, since: Any) -> None:
        pool, lane, status, flag = kind
        passing, place = self._passing(pool), lane - self.setting.bases[pool]
        labels = passing.counts[-1 if lane == NONE else place]
        self._count(labels, status, flags_of(passing.leg.routed, flag), ends, since)

    def _count_server(self, kind: tuple[int, int, str], ends: Any, since: Any) -> None:
        lane, status, flag = kind
        pool = self.setting.lanes[lane].pool
        labels = self._passing(pool).server_counts[lane - self.setting.bases[pool]]
        self._count(labels, status, flag if status else "DC", ends, since)

    def _count(self, labels: Any, status: int, flags: str, ends: Any, since: Any) -> None:
        import numpy as np

        if labels is not None:
            took = np.asarray(ends) - np.asarray(since)
            self.loads.requests.mesh.count(labels, status, flags, ends, took)

    # Tries

    def _note(self) -> None:
        """All tries, in the order of their ends."""
        import numpy as np

        kinds: list[Try] = []
        rows = [*self._simple_tries(kinds), *self._other_tries(kinds)]
        if not rows:
            return
        over = np.concatenate([one[3] for one in rows])
        order = np.argsort(over, kind="stable")
        columns = (np.concatenate([one[place] for one in rows])[order].tolist()
                   for place in range(4))  # fmt: skip
        self.loads.requests.tries.noted.add_all(Like(tuple(kinds), *columns))

    def _simple_tries(self, kinds: list[Try]) -> Iterator[tuple[Array, ...]]:
        import numpy as np

        if not len(self.lanes):
            return
        found, which = np.unique(self.lanes, return_inverse=True)
        for number in found.tolist():
            lane = self.setting.lanes[number]
            kinds.append(self._try(lane.pool, number, (), 0, lane.status, "", "", 0))
        calls = self.setting.rows.calls
        yield which, calls[self.rows], self.asked[self.rows], self.times

    def _other_tries(self, kinds: list[Try]) -> Iterator[tuple[Array, ...]]:
        import numpy as np

        known: dict[Kind, int] = {}
        rows = []
        for row, kind, asked, over in self.told.tries:
            if kind not in known:
                known[kind] = len(kinds)
                kinds.append(self._try(*kind))
            rows.append((known[kind], self.setting.rows.numbers[row], asked, over))
        if rows:
            yield tuple(np.array(column, np.int64) for column in zip(*rows, strict=True))

    def _try(
        self, pool: int, lane: int, levels: tuple[int, ...], level: int, status: int, flag: str,
        follows: str, attempt: int,
    ) -> Try:  # fmt: skip
        """What is noted of tries of this kind."""
        passing = self._passing(pool)
        leg, routed = passing.leg, passing.leg.routed
        server = None if lane == NONE else self.setting.lanes[lane].server
        return Try(0, 0, 0, 0, 0, passing.asker, host_of(leg), routed.cluster, server, attempt,
                   status, flag, follows, routed.shares, routed.retries, levels, level)  # fmt: skip

    def _passing(self, pool: int) -> Passing:
        passing = self.plan.forks[pool].passing
        assert passing is not None
        return passing
