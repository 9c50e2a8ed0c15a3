"""One pod against one snapshot: which nodes are feasible, how they score, which are best.

Pure: the same framework, snapshot and pod give the same Evaluation
(`pkg/scheduler/schedule_one.go`: schedulePod, findNodesThatFitPod, prioritizeNodes; 1.36).

Unlike the real one: nodes are filtered one after the other, so with 100 nodes or more exactly the
wanted number of feasible nodes is found, never a few more. Ties are broken by a seeded draw among
the best nodes (the real one takes whichever its parallel filter finished first).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NO_NODES, NodeStatuses, fit_error
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Code, Status

LARGE = 100
"""From so many nodes on the vector forms of the plugins are worth their start."""
MINIMUM_FEASIBLE = 100
"""At least so many feasible nodes are looked for, if there are as many."""
MINIMUM_PERCENTAGE = 5


@dataclass
class Evaluation:
    """What one cycle found out about a pod."""

    nodes: int
    """Nodes in the snapshot."""
    state: CycleState
    statuses: NodeStatuses = field(default_factory=NodeStatuses)
    """Refusals by node."""
    feasible: list[NodeInfo] = field(default_factory=list)
    pre_filter: str = ""
    """Why PreFilter refused all nodes at once."""
    post_filter: str = ""
    """What PostFilter added to the failure."""
    rejected_by: frozenset[str] = frozenset()
    """Plugins whose refusals an event of the cluster may cure."""
    raw: dict[str, dict[str, int]] = field(default_factory=dict)
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    """Normalised scores by plugin and node."""
    totals: dict[str, int] = field(default_factory=dict)
    best: list[NodeInfo] = field(default_factory=list)
    """The nodes with the highest total, in scan order."""
    scanned: int = 0
    """How far the scan went: the next pod's scan starts there."""

    def filter(self, framework: Framework, pod: PodInfo, start: int) -> None:
        """Find the feasible nodes from the one at index `start` on."""
        if self.nodes:
            find_feasible(framework, self, pod, start)

    def prioritize(self, framework: Framework, pod: PodInfo) -> None:
        """Score the feasible nodes and keep the best."""
        prioritize(framework, self, pod)

    def deferred(self, framework: Framework, pod: PodInfo, outcome: dict[str, Any]) -> Any:  # noqa: ARG002
        """A decision that is written out later, where that saves work; else None."""
        return None

    @property
    def count(self) -> int:
        """How many nodes are feasible."""
        return len(self.feasible)

    @property
    def ties(self) -> int:
        """How many nodes are equally good."""
        return len(self.best)

    def pick(self, turn: int) -> NodeInfo:
        """One of the best nodes."""
        return self.best[turn]

    @property
    def evaluated(self) -> int:
        """How many nodes were looked at."""
        return len(self.feasible) + len(self.statuses.statuses)

    @property
    def message(self) -> str:
        """The text of the pod's failure."""
        if not self.nodes:
            return NO_NODES
        return fit_error(self.nodes, self.statuses, self.pre_filter, self.post_filter)


def feasible_nodes_to_find(nodes: int, percentage: int) -> int:
    """How many feasible nodes are enough among so many."""
    if nodes < MINIMUM_FEASIBLE or percentage >= 100:
        return nodes
    if not percentage:
        percentage = max(MINIMUM_PERCENTAGE, 50 - nodes // 125)
    return max(MINIMUM_FEASIBLE, nodes * percentage // 100)


def evaluate(framework: Framework, snapshot: Snapshot, pod: PodInfo, start: int) -> Evaluation:
    """Filter from the node at index `start` on, then score what is feasible."""
    found = begin(framework, snapshot, pod, start)
    found.filter(framework, pod, start)
    if found.count:
        rank(framework, found, pod)
    return found


def begin(framework: Framework, snapshot: Snapshot, pod: PodInfo, start: int) -> Evaluation:
    """An Evaluation to be filtered and ranked; of a large cluster one that works on its columns.

    Both kinds find the same. The plain one speaks where columns cannot: while there are
    nominations, and of pods for which some plugin has no vector form.
    """
    if len(snapshot.rows) >= LARGE and not snapshot.nominated and not pod.nominated_node:
        look = _in_columns()
        quick = None if look is None else look(framework, snapshot, pod, start)
        if quick is not None:
            return quick
    return Evaluation(len(snapshot.rows), CycleState(snapshot))


@lru_cache(maxsize=1)
def _in_columns() -> Callable[[Framework, Snapshot, PodInfo, int], Evaluation | None] | None:
    """What looks at columns; it needs numpy, so only large clusters import it."""
    if find_spec("numpy") is None:
        return None
    from kubelearn.scheduler.vector.evaluation import find

    return find


def rank(framework: Framework, found: Evaluation, pod: PodInfo) -> None:
    """Score the feasible nodes, of which there is at least one; a single one needs no scores."""
    if found.count == 1:
        found.best = found.feasible
    else:
        found.prioritize(framework, pod)


def find_feasible(framework: Framework, found: Evaluation, pod: PodInfo, start: int) -> None:
    """Run PreFilter, then the nominated node, then the Filters until enough nodes passed."""
    left, refusal, narrowed = framework.pre_filter(found.state, pod)
    found.rejected_by = frozenset(narrowed)
    if refusal is not None:
        found.statuses.absent = refusal
        found.pre_filter = refusal.message
        found.rejected_by |= {refusal.plugin} if refusal.plugin else set()
        return
    if _nominated_node_fits(framework, found, pod):
        return
    rows: Sequence[NodeInfo] = found.state.snapshot.rows
    if left is not None:
        position = found.state.snapshot.position
        rows = [rows[place] for place in sorted(position[n] for n in left if n in position)]
        reason = f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(narrowed))}]"
        found.statuses.absent = Status(Code.UNRESOLVABLE, (reason,), narrowed[0])
    _scan(framework, found, pod, rows, start)


def _nominated_node_fits(framework: Framework, found: Evaluation, pod: PodInfo) -> bool:
    """Whether the pod can go to the node that preemption made room on: then nowhere else."""
    node = found.state.snapshot.node(pod.nominated_node) if pod.nominated_node else None
    if node is None:
        return False
    status = framework.filter_with_nominated(found.state, pod, node)
    if status is None:
        found.feasible.append(node)
        return True
    found.statuses.statuses[node.name] = status
    found.rejected_by |= {status.plugin}
    return False


def _scan(
    framework: Framework, found: Evaluation, pod: PodInfo, rows: Sequence[NodeInfo], start: int
) -> None:
    count = len(rows)
    wanted = feasible_nodes_to_find(count, framework.profile.percentage_of_nodes_to_score)
    if not framework.scores:
        wanted = 1
    state, check = found.state, framework.filter
    nominated, refused = state.snapshot.nominated, found.statuses.statuses
    for place in range(count):
        node = rows[(start + place) % count]
        if nominated:
            status = framework.filter_with_nominated(state, pod, node)
        else:
            status = check(state, pod, node)
        if status is not None:
            refused[node.name] = status
        else:
            found.feasible.append(node)
            if len(found.feasible) >= wanted:
                break
    found.scanned = found.evaluated
    found.rejected_by |= {status.plugin for status in refused.values()}


def prioritize(framework: Framework, found: Evaluation, pod: PodInfo) -> None:
    """Score the feasible nodes and keep the best."""
    found.raw, found.scores = framework.score(found.state, pod, found.feasible)
    found.totals = framework.totals(found.scores, found.feasible)
    top = max(found.totals.values())
    found.best = [node for node in found.feasible if found.totals[node.name] == top]
