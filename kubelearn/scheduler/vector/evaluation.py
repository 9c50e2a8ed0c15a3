"""One pod against a large cluster: the same Evaluation as the plain form's, made from columns.

The standing of the nodes says how far the scan goes. Where filters that look at other pods refuse
more, the scan looks at a window that is a little longer than the last one was, and at all nodes if
that was not enough. What it found stays in arrays; whoever asks for the verdicts and scores of
single nodes gets them written out then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.deferred import DeferredDecision, Findings, Verdicts
from kubelearn.scheduler.vector.form import Array
from kubelearn.scheduler.vector.template import Template, template_of


class VectorEvaluation(Evaluation):
    """An Evaluation whose tables are written out when somebody reads them."""

    count: int = 0
    ties: int = 1
    evaluated: int = 0
    among: Array | None = None
    """The nodes among which the best were chosen, in doubled coordinates; None = all looked at."""
    places: Array
    """The feasible nodes, in doubled coordinates."""
    tied: Array
    """The best, by their place in `among`."""

    def __init__(
        self, snapshot: Snapshot, template: Template, findings: Findings, window: Window
    ) -> None:
        self.nodes = template.columns.count
        self.snapshot = snapshot
        self.template = template
        self.findings = findings
        self.count, self.numbers, self.first = window
        self.scanned = self.evaluated = len(self.numbers)

    def __getattr__(self, name: str) -> Any:
        """Write a table out: only what is not there yet comes here."""
        if name not in WRITTEN:
            raise AttributeError(name)
        value = WRITTEN[name](self)
        setattr(self, name, value)
        return value

    def pick(self, turn: int) -> NodeInfo:
        """One of the best nodes."""
        place: int = self.tied.item(turn)
        place = self.findings.begin + place if self.among is None else self.among.item(place)
        return self.snapshot.rows[place % self.nodes]

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Nothing is left to do: `find` filtered before it made this."""

    def prioritize(self, framework: Framework, pod: PodInfo) -> None:  # noqa: ARG002
        """Score the feasible nodes and keep the best."""
        template, findings = self.template, self.findings
        findings.heads, findings.scores = template.heads, template.known
        if not template.relative:
            self._choose(self.numbers)
            return
        scores = findings.scores = template.known.copy()
        self.places = _places(self)
        more: Any = None
        for place, weight, form in template.relative:
            scores[place] = relative = form.score(self)
            if relative is not None and relative[1].__class__ is not int:
                part = relative[1] if weight == 1 else relative[1] * weight
                more = part if more is None else more + part
        if more is None:
            self._choose(self.numbers)
        else:
            self.among = self.places
            self._choose(template.standing.values[self.among] + more)

    def _choose(self, totals: Array) -> None:
        self.tied = (totals == totals[totals.argmax()]).nonzero()[0]
        self.ties = len(self.tied)

    def rows(self, places: Array) -> list[NodeInfo]:
        """The rows of nodes."""
        rows, count = self.snapshot.rows, self.nodes
        return [rows[place % count] for place in places.tolist()]

    def deferred(
        self, framework: Framework, pod: PodInfo, outcome: dict[str, Any]
    ) -> DeferredDecision:
        """The decision, to be written out when somebody reads it."""
        return DeferredDecision(self.findings, framework, pod, outcome)


class Refused(Evaluation):
    """A pod that fits nowhere, with all that preemption and advice need of the plain PreFilter."""

    def __init__(
        self, framework: Framework, snapshot: Snapshot, pod: PodInfo, findings: Findings
    ) -> None:
        super().__init__(len(findings.names), CycleState(snapshot))
        framework.pre_filter(self.state, pod)
        self.statuses = NodeStatuses(findings.refusals())
        self.rejected_by = frozenset(one.plugin for one in self.statuses.statuses.values())
        self.scanned = self.evaluated

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Nothing is left to do: `find` filtered before it made this."""


def _places(found: VectorEvaluation) -> Array:
    first = found.first
    if isinstance(first, int):
        return found.template.standing.places[first : first + found.count]
    return first + found.findings.begin


def _tied(found: VectorEvaluation) -> Array:
    """The only feasible node, which nobody scored."""
    return found.places - found.findings.begin


def _best(found: VectorEvaluation) -> list[NodeInfo]:
    tied = found.tied
    return found.rows(found.findings.begin + tied if found.among is None else found.among[tied])


WRITTEN: dict[str, Callable[[VectorEvaluation], Any]] = {
    "state": lambda found: found.template.state(),
    "statuses": lambda found: NodeStatuses(found.findings.refusals()),
    "places": _places,
    "tied": _tied,
    "feasible": lambda found: found.rows(found.places),
    "best": _best,
    "raw": lambda found: found.findings.table(0),
    "scores": lambda found: found.findings.table(1),
    "totals": lambda found: {} if found.findings.heads is None else found.findings.totals(),
}
"""Table of an Evaluation -> how it is written out."""


def find(framework: Framework, snapshot: Snapshot, pod: PodInfo, start: int) -> Evaluation | None:
    """The feasible nodes, or why there are none; None for a pod of the plain form."""
    columns = snapshot.columns
    if columns is None or columns.crowded:
        columns = snapshot.columns = Columns(snapshot)
    template = template_of(columns, framework, pod)
    if template is None or template.plain:
        return None
    findings, window = _scan(columns, template, start)
    if not window[0]:
        return Refused(framework, snapshot, pod, findings)
    return VectorEvaluation(snapshot, template, findings, window)


Window = tuple[int, Array, int | Array]
"""(number of feasible nodes; total or REFUSED of all nodes that were looked at; which of the
standing's places is the first feasible one, or all of them in the window when other filters left
some out)."""


def _scan(columns: Columns, template: Template, start: int) -> tuple[Findings, Window]:
    """Filter from `start` on until enough nodes passed; all verdicts, and what passed."""
    standing = template.standing
    standing.catch_up()
    if template.facts != columns.facts:
        template.settle()
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
    said = standing.said[start : start + scanned]
    findings = Findings(columns.names, start, said, standing.sayings)
    if feasible != scanned:
        static = standing.static
        findings.static, findings.statuses = static.codes, static.statuses
        findings.cells, findings.others = template.cells, others
    return findings, window


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
