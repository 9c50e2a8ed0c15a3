"""One pod against a large cluster: the same Evaluation as the plain form's, made from columns.

The standing of the nodes says how far the scan goes. Where filters that look at other pods refuse
more, the scan looks at a window that is a little longer than the last one was, and at all nodes if
that was not enough. What it found stays in arrays; whoever asks for the verdicts and scores of
single nodes gets them written out then.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.deferred import DeferredDecision, Ranking, Scan, Verdicts
from kubelearn.scheduler.vector.form import Array, Scores
from kubelearn.scheduler.vector.template import Template, template_of


class VectorEvaluation(Evaluation):
    """An Evaluation whose tables are written out when somebody reads them."""

    count: int = 0
    ties: int = 0
    evaluated: int = 0
    ranking: Ranking | None = None
    origin: int = 0
    """What is to be added to `best_places` for doubled coordinates."""

    def __init__(self, snapshot: Snapshot, template: Template, scan: Scan, window: Window) -> None:
        self.nodes = len(scan.names)
        self.snapshot = snapshot
        self.template = template
        self.scan = scan
        self.scanned = self.evaluated = scan.scanned
        self.count, self.numbers, self.first = window
        self.ties = self.count

    def __getattr__(self, name: str) -> Any:
        """Write a table out: only what is not there yet comes here."""
        if name not in WRITTEN:
            raise AttributeError(name)
        value = WRITTEN[name](self)
        setattr(self, name, value)
        return value

    def pick(self, turn: int) -> NodeInfo:
        """One of the best nodes."""
        place: int = self.origin + self.best_places.item(turn)
        return self.snapshot.rows[place % self.nodes]

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Nothing is left to do: `find` filtered before it made this."""

    def prioritize(self, framework: Framework, pod: PodInfo) -> None:  # noqa: ARG002
        """Score the feasible nodes and keep the best."""
        template, begin = self.template, self.scan.begin
        end = begin + self.scanned
        found: list[Scores | array[int] | None] = template.known.copy()
        for place, scores in template.scored:
            # Kept in records, and the column changes in place.
            found[place] = scores[begin:end]
        more: Any = None
        for place, weight, form in template.relative:
            found[place] = relative = form.score(self)
            if relative is not None and relative[1].__class__ is not int:
                part = relative[1] if weight == 1 else relative[1] * weight
                more = part if more is None else more + part
        self.ranking = Ranking(template.heads, found)
        if more is None:
            total = self.numbers
            self.best_places = (total == total[total.argmax()]).nonzero()[0]
            self.origin = begin
        else:
            total = template.standing.values[self.places] + more
            best = (total == total[total.argmax()]).nonzero()[0]
            self.best_places = self.places[best]
        self.ties = len(self.best_places)

    def rows(self, places: Array) -> list[NodeInfo]:
        """The rows of nodes."""
        rows, count = self.snapshot.rows, self.nodes
        return [rows[place % count] for place in places.tolist()]

    def deferred(
        self, framework: Framework, pod: PodInfo, outcome: dict[str, Any]
    ) -> DeferredDecision:
        """The decision, to be written out when somebody reads it."""
        return DeferredDecision(self.scan, self.ranking, framework, pod, outcome)


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


def _places(found: VectorEvaluation) -> Array:
    """The feasible nodes in doubled coordinates."""
    first = found.first
    if isinstance(first, int):
        return found.template.standing.places[first : first + found.count]
    return first + found.scan.begin


def _table(found: VectorEvaluation, column: int) -> dict[str, dict[str, int]]:
    return {} if found.ranking is None else found.ranking.table(found.scan, column)


def _totals(found: VectorEvaluation) -> dict[str, int]:
    return {} if found.ranking is None else found.ranking.totals(found.scan)


WRITTEN: dict[str, Callable[[VectorEvaluation], Any]] = {
    "state": lambda found: found.template.state(),
    "statuses": lambda found: NodeStatuses(found.scan.refusals()),
    "places": _places,
    "best_places": lambda found: found.places,
    "feasible": lambda found: found.rows(found.places),
    "best": lambda found: found.rows(found.best_places + found.origin),
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
    scan, window = _scan(columns, template, start)
    if not window[0]:
        return Refused(framework, snapshot, pod, scan)
    return VectorEvaluation(snapshot, template, scan, window)


Window = tuple[int, Array, int | Array]
"""(number of feasible nodes; total or REFUSED of all nodes that were looked at; which of the
standing's places is the first feasible one, or all of them in the window when other filters left
some out)."""


def _scan(columns: Columns, template: Template, start: int) -> tuple[Scan, Window]:
    """Filter from `start` on until enough nodes passed; all verdicts, and what passed."""
    standing = template.standing
    standing.catch_up()
    feasible, first, scanned = standing.feasible(start, template.wanted)
    others: list[Verdicts] = []
    if template.others:
        size = min(columns.count, max(scanned, template.size))
        others = template.verdicts(start, start + size)
    if others:
        window = _narrowed(template, start, size, others)
        if window[0] < template.wanted and size < columns.count:
            others = template.verdicts(start, start + columns.count)
            window = _narrowed(template, start, columns.count, others)
        feasible, scanned = window[0], len(window[1])
        template.size = scanned + (scanned >> 4) + 16
    else:
        window = feasible, standing.values[start : start + scanned], first
    if feasible == scanned:
        return Scan(columns.names, start, scanned), window
    end, static = start + scanned, standing.static
    cells = [(order, status, codes[start:end]) for order, status, codes in template.cells]
    return Scan(columns.names, start, scanned, static.codes, static.statuses, cells, others), window


def _narrowed(template: Template, start: int, size: int, verdicts: list[Verdicts]) -> Window:
    """What is left of `size` nodes, up to the last one wanted."""
    numbers = template.standing.values[start : start + size]
    for _, _, codes in verdicts:
        # Codes other than 0 are negative, and so is a total with all of their bits.
        numbers = numbers | codes
    offsets = (numbers >= 0).nonzero()[0]
    if len(offsets) < template.wanted:
        return len(offsets), numbers, offsets
    offsets = offsets[: template.wanted]
    return template.wanted, numbers[: offsets.item(-1) + 1], offsets
