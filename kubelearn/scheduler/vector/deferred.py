"""Decisions that are kept as the arrays they were made from, and written out when read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.decisions import Decision, record
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo, named
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.form import Array, Said, Saying, Scores

Meaning: TypeAlias = Callable[[int], Status]
"""What a code other than 0 says."""
Verdicts: TypeAlias = tuple[int, Meaning, Array]
"""(place of a plugin in the profile's order, what its codes mean, codes of the window)."""


class Findings:
    """What filtering and scoring found, as arrays; complete without the cluster's rows."""

    __slots__ = (
        "begin",
        "cells",
        "heads",
        "names",
        "others",
        "said",
        "sayings",
        "scores",
        "static",
        "statuses",
    )

    def __init__(
        self, names: tuple[str, ...], begin: int, said: array[int], sayings: Sequence[Saying]
    ) -> None:
        self.names = names
        """All nodes in scan order."""
        self.begin = begin
        """Where the scan began."""
        self.said = said
        """Which of the sayings is about each node that was looked at."""
        self.sayings = sayings
        """Their number may grow, but none changes."""
        self.static: Array | None = None
        """Codes of all nodes, twice over, by the verdicts on nodes alone."""
        self.statuses: tuple[tuple[int, Status], ...] = ()
        """(place of the plugin in the profile's order, status) of static code 1, 2 ..."""
        self.cells: Sequence[tuple[int, Meaning, int]] = ()
        """(place in the profile's order, what the codes mean, place in the sayings) of filters
        that depend on nodes and their pods."""
        self.others: Sequence[Verdicts] = ()
        """The verdicts of filters that depend on other nodes; their codes are negative."""
        self.heads: Sequence[tuple[str, int]] | None = None
        """(plugin, weight) of each Score; None when nothing was scored."""
        self.scores: Sequence[Scores | Said | None] = ()
        """Of each plugin; None for one that skipped."""

    @property
    def scanned(self) -> int:
        """How many nodes were looked at."""
        return len(self.said)

    def codes(self) -> list[Array]:
        """The codes of the nodes that were looked at: static ones, of cells, of the others."""
        columns = [np.roll(self.static, -self.begin)] if self.static is not None else []
        columns += [self._told(place) for _, _, place in self.cells]
        columns += [-np.asarray(codes) for _, _, codes in self.others]
        return [codes[: self.scanned] for codes in columns]

    def _told(self, place: int) -> Array:
        """The numbers at a place of the sayings about the nodes that were looked at."""
        return np.array([self.sayings[number][place] for number in self.said], np.int64)

    def passed(self) -> Array:
        """The feasible ones of the nodes that were looked at, by their place in the window."""
        refused = np.zeros(self.scanned, np.bool_)
        for codes in self.codes():
            refused |= codes > 0
        return np.flatnonzero(~refused)

    def looked_at(self) -> tuple[str, ...]:
        """The names of the nodes that were looked at, in that order."""
        return (*self.names[self.begin :], *self.names)[: self.scanned]

    def feasible(self) -> list[str]:
        """The names of the feasible nodes, in the order in which they were looked at."""
        names = self.looked_at()
        return [names[place] for place in self.passed().tolist()]

    def refusals(self) -> dict[str, Status]:
        """The first refusal of each refused node, in the order in which they were looked at."""
        codes = list(zip(*(codes.tolist() for codes in self.codes()), strict=True))
        told = {one: self._refusal(one) for one in dict.fromkeys(codes)}
        # Without any codes all passed.
        answers = zip(self.looked_at(), map(told.get, codes), strict=False)
        return {name: status for name, status in answers if status is not None}

    def _refusal(self, codes: tuple[int, ...]) -> Status | None:
        """What a node's codes mean; the plugin that runs first decides."""
        rest = codes if self.static is None else codes[1:]
        found = [
            (order, meaning(code))
            for (order, meaning, _), code in zip((*self.cells, *self.others), rest, strict=True)
            if code
        ]
        if self.static is not None and codes[0]:
            found.append(self.statuses[codes[0] - 1])
        return min(found, key=lambda one: one[0])[1] if found else None

    def _scores(self, scores: Scores | Said, column: int) -> list[int]:
        """The scores of the feasible nodes in their order."""
        passed = self.passed()
        values = self._told(scores.place)[passed] if isinstance(scores, Said) else scores[column]
        if isinstance(values, int):
            return [values] * len(passed)
        found: list[int] = values.tolist()
        return found

    def table(self, column: int) -> dict[str, dict[str, int]]:
        """Scores by plugin and node: column 0 raw, 1 normalised."""
        names = self.feasible()
        found = {}
        for (plugin, _), scores in zip(self.heads or (), self.scores, strict=True):
            if scores is not None:
                found[plugin] = dict(zip(names, self._scores(scores, column), strict=True))
        return found

    def totals(self) -> dict[str, int]:
        """Node -> sum of normalised score times weight."""
        weights = dict(self.heads or ())
        total = dict.fromkeys(self.feasible(), 0)
        for plugin, scores in self.table(1).items():
            for name, score in scores.items():
                total[name] += weights[plugin] * score
        return total


class DeferredDecision:
    """A Decision about a placed pod that is written out when anything of it is read."""

    __slots__ = ("_decision", "_findings", "_framework", "_outcome", "_pod")

    def __init__(
        self,
        findings: Findings,
        framework: Framework,
        pod: PodInfo,
        outcome: dict[str, Any],
    ) -> None:
        self._findings = findings
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
            found = _written(self._findings)
            self._decision = record(found, self._framework, self._pod, **self._outcome)
        return self._decision


def _itself(decision: Decision) -> Decision:
    return decision


def _written(findings: Findings) -> Evaluation:
    """What was found, with nodes that have nothing but their names."""
    found = Evaluation(len(findings.names), CycleState(Snapshot()))
    found.statuses = NodeStatuses(findings.refusals())
    found.feasible = [named(name) for name in findings.feasible()]
    found.best = found.feasible
    found.scanned = findings.scanned
    if findings.heads is not None:
        found.raw, found.scores = findings.table(0), findings.table(1)
        found.totals = totals = findings.totals()
        top = max(totals.values())
        found.best = [node for node in found.feasible if totals[node.name] == top]
    return found
