"""One pod against a large cluster: the same Evaluation as the plain form's, made from columns.

The scan looks at a window of nodes at once, a little longer than the wanted number of feasible
nodes, and at all of them if that was not enough. What it found stays in arrays; whoever asks for
the verdicts and scores of single nodes gets them written out then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.deferred import DeferredDecision, Ranking, Scan, table, totals
from kubelearn.scheduler.vector.form import Array
from kubelearn.scheduler.vector.template import Template, template_of


class VectorEvaluation(Evaluation):
    """An Evaluation whose tables are written out when somebody reads them."""

    def __init__(self, snapshot: Snapshot, template: Template, scan: Scan, places: Array) -> None:
        self.nodes = len(scan.names)
        self.snapshot = snapshot
        self.template = template
        self.scan = scan
        self.places = places
        """The feasible nodes in doubled coordinates."""
        self.ranking: Ranking | None = None
        self.scanned = scan.scanned
        self.best_places: Array = places

    def __getattr__(self, name: str) -> Any:
        """Write a table out: only what is not there yet comes here."""
        if name not in WRITTEN:
            raise AttributeError(name)
        value = WRITTEN[name](self)
        setattr(self, name, value)
        return value

    @property
    def evaluated(self) -> int:
        """How many nodes were looked at."""
        return self.scanned

    @property
    def count(self) -> int:
        """How many nodes are feasible."""
        return len(self.places)

    @property
    def ties(self) -> int:
        """How many nodes are equally good."""
        return len(self.best_places)

    def pick(self, turn: int) -> NodeInfo:
        """One of the best nodes."""
        return self.snapshot.rows[int(self.best_places[turn]) % self.nodes]

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Nothing is left to do: `find` filtered before it made this."""

    def prioritize(self, framework: Framework, pod: PodInfo) -> None:  # noqa: ARG002
        """Score the feasible nodes and keep the best."""
        places = self.places
        total: Any = None
        found = []
        for name, weight, form in self.template.scores:
            scores = form.score(places)
            if scores is None:
                continue
            found.append((name, weight, scores))
            part: Any = scores[1]
            if part.__class__ is not int:
                part = part if weight == 1 else part * weight
                total = part if total is None else total + part
        if total is not None:
            self.best_places = places[total == total[total.argmax()]]
        self.ranking = tuple(found)

    def rows(self, places: Array) -> list[NodeInfo]:
        """The rows of nodes."""
        rows, count = self.snapshot.rows, self.nodes
        return [rows[place % count] for place in places.tolist()]

    def deferred(
        self, framework: Framework, pod: PodInfo, outcome: dict[str, Any]
    ) -> DeferredDecision:
        """The decision, to be written out when somebody reads it."""
        best = None if self.ties == self.count else self.best_places
        return DeferredDecision(self.scan, self.ranking, best, framework, pod, outcome)


class Refused(Evaluation):
    """A pod that fits nowhere, with all that preemption and advice need of the plain PreFilter."""

    def __init__(self, framework: Framework, snapshot: Snapshot, pod: PodInfo, scan: Scan) -> None:
        super().__init__(len(scan.names), CycleState(snapshot))
        framework.pre_filter(self.state, pod)
        self.statuses = NodeStatuses(scan.refusals())
        self.rejected_by = frozenset(one.plugin for one in self.statuses.statuses.values())
        self.scanned = self.evaluated

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Nothing is left to do: `find` filtered before it made this."""


def _table(found: VectorEvaluation, column: int) -> dict[str, dict[str, int]]:
    ranking = found.ranking
    return {} if ranking is None else table(ranking, found.scan.feasible(), column)


def _totals(found: VectorEvaluation) -> dict[str, int]:
    ranking = found.ranking
    return {} if ranking is None else totals(ranking, found.scan.feasible())


WRITTEN: dict[str, Callable[[VectorEvaluation], Any]] = {
    "state": lambda found: found.template.state(),
    "statuses": lambda found: NodeStatuses(found.scan.refusals()),
    "feasible": lambda found: found.rows(found.places),
    "best": lambda found: found.rows(found.best_places),
    "raw": lambda found: _table(found, 0),
    "scores": lambda found: _table(found, 1),
    "totals": _totals,
}
"""Table of an Evaluation -> how it is written out."""


def find(framework: Framework, snapshot: Snapshot, pod: PodInfo, start: int) -> Evaluation | None:
    """The feasible nodes, or why there are none; None for a pod of the plain form."""
    columns = snapshot.columns
    if columns is None or columns.crowded:
        columns = snapshot.columns = Columns(snapshot)
    template = template_of(columns, framework, pod)
    if template.plain:
        return None
    count, wanted = columns.count, template.wanted
    size = min(count, template.size)
    scan, places = _scan(columns, template, start, size)
    if len(places) < wanted and size < count:
        scan, places = _scan(columns, template, start, count)
    template.size = scan.scanned + (scan.scanned >> 4) + 16
    if not len(places):
        return Refused(framework, snapshot, pod, scan)
    return VectorEvaluation(snapshot, template, scan, places)


def _scan(columns: Columns, template: Template, start: int, size: int) -> tuple[Scan, Array]:
    """Filter `size` nodes from `start` on; (all verdicts, as many feasible nodes as wanted)."""
    end, wanted = start + size, template.wanted
    static = template.static.window(columns, start, end)
    refused = static
    dynamic = []
    for order, form in template.dynamic:
        codes = form.codes(start, end)
        if codes is not None:
            refused = codes if refused is None else refused | codes
            dynamic.append((order, form.status, codes))
    places = np.arange(size) if refused is None else np.logical_not(refused).nonzero()[0]
    scanned = size
    if len(places) >= wanted:
        places = places[:wanted]
        scanned = int(places[-1]) + 1
    kept = len(places) < scanned
    scan = Scan(
        columns.names,
        start,
        scanned,
        static if kept else None,
        template.static.statuses if kept else (),
        tuple(dynamic) if kept else (),
    )
    places += start
    return scan, places
