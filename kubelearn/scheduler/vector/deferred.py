"""Decisions that are kept as the arrays they were made from, and written out when read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.decisions import Decision, record
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo, named
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.form import Array, Scores


class Scan(NamedTuple):
    """What filtering found, as arrays; complete without the cluster's rows."""

    names: tuple[str, ...]
    """All nodes in scan order."""
    begin: int
    """Where the scan began."""
    scanned: int
    static: Array | None
    """Codes of the window by the verdicts on nodes alone."""
    statuses: tuple[tuple[int, Status], ...]
    """(place of the plugin in the profile's order, status) of static code 1, 2 ..."""
    dynamic: tuple[tuple[int, Callable[[int], Status], Array], ...]
    """(place in the profile's order, what a code means, codes of the window)."""

    def passed(self) -> list[bool]:
        """For each node that was looked at, whether it is feasible."""
        refused = np.zeros(self.scanned, np.bool_)
        for codes in (self.static, *(codes for _, _, codes in self.dynamic)):
            if codes is not None:
                refused |= codes[: self.scanned] > 0
        passed: list[bool] = (~refused).tolist()
        return passed

    def name(self, place: int) -> str:
        """The name of a node that was looked at, by its place in the window."""
        return self.names[(self.begin + place) % len(self.names)]

    def feasible(self) -> list[str]:
        """The names of the feasible nodes, in the order in which they were looked at."""
        return [self.name(place) for place, passed in enumerate(self.passed()) if passed]

    def refusals(self) -> dict[str, Status]:
        """The first refusal of each refused node, in the order in which they were looked at."""
        static = () if self.static is None else (self.static,)
        columns = [*static, *(codes for _, _, codes in self.dynamic)]
        known: dict[tuple[int, ...], Status | None] = {}
        found = {}
        for place, codes in enumerate(
            zip(*(one[: self.scanned].tolist() for one in columns), strict=True)
        ):
            if codes not in known:
                known[codes] = self._refusal(codes)
            status = known[codes]
            if status is not None:
                found[self.name(place)] = status
        return found

    def _refusal(self, codes: tuple[int, ...]) -> Status | None:
        """What a node's codes mean; the plugin that runs first decides."""
        rest = codes if self.static is None else codes[1:]
        found = [
            (order, meaning(code))
            for (order, meaning, _), code in zip(self.dynamic, rest, strict=True)
            if code
        ]
        if self.static is not None and codes[0]:
            found.append(self.statuses[codes[0] - 1])
        return min(found, key=lambda one: one[0])[1] if found else None


Ranking = tuple[tuple[str, int, Scores], ...]
"""(plugin, weight, scores of the feasible nodes in their order)."""


def table(ranking: Ranking, names: list[str], column: int) -> dict[str, dict[str, int]]:
    """Scores by plugin and node: column 0 raw, 1 normalised."""
    return {plugin: by_node(names, scores[column]) for plugin, _, scores in ranking}


def totals(ranking: Ranking, names: list[str]) -> dict[str, int]:
    """Node -> sum of normalised score times weight."""
    total: Any = np.zeros(len(names), np.int64)
    for _, weight, scores in ranking:
        total = total + np.multiply(scores[1], weight, dtype=np.int64)
    return by_node(names, total)


def by_node(names: list[str], values: Array | int) -> dict[str, int]:
    """A column by the names of the feasible nodes."""
    if isinstance(values, int):
        return dict.fromkeys(names, values)
    return dict(zip(names, values.tolist(), strict=True))


class DeferredDecision:
    """A Decision about a placed pod that is written out when anything of it is read."""

    __slots__ = ("_best", "_decision", "_framework", "_outcome", "_pod", "_ranking", "_scan")

    def __init__(
        self,
        scan: Scan,
        ranking: Ranking | None,
        best: Array | None,
        framework: Framework,
        pod: PodInfo,
        outcome: dict[str, Any],
    ) -> None:
        self._scan = scan
        self._ranking = ranking
        self._best = best
        self._framework = framework
        self._pod = pod
        self._outcome = outcome
        self._decision: Decision | None = None

    @property
    def time(self) -> int:
        """Nanoseconds of the clock."""
        time: int = self._outcome["time"]
        return time

    def __getattr__(self, name: str) -> Any:
        """Anything that a Decision has."""
        return getattr(self.written(), name)

    def __reduce__(self) -> tuple[Any, ...]:
        """A saved world holds the plain Decision."""
        return _itself, (self.written(),)

    def written(self) -> Decision:
        """The Decision."""
        if self._decision is None:
            found = _written(self._scan, self._ranking, self._best)
            self._decision = record(found, self._framework, self._pod, **self._outcome)
        return self._decision


def _itself(decision: Decision) -> Decision:
    return decision


def _written(scan: Scan, ranking: Ranking | None, best: Array | None) -> Evaluation:
    """What a scan and a ranking say, with nodes that have nothing but their names."""
    names = scan.feasible()
    found = Evaluation(len(scan.names), CycleState(Snapshot()))
    found.statuses = NodeStatuses(scan.refusals())
    found.feasible = [named(name) for name in names]
    found.best = found.feasible
    if best is not None:
        found.best = [named(scan.name(place)) for place in (best - scan.begin).tolist()]
    found.scanned = scan.scanned
    if ranking is not None:
        found.raw, found.scores = table(ranking, names, 0), table(ranking, names, 1)
        found.totals = totals(ranking, names)
    return found
