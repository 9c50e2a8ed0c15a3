"""PodTopologySpread: keep pods of a kind spread evenly over zones, hosts, or any other label."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kubelearn.api.node_selector import required_nodes
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.default_selector import default_selector
from kubelearn.scheduler.plugins.normalize import rounded
from kubelearn.scheduler.plugins.spread_constraints import (
    HARD,
    HOSTNAME,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    constraints_of,
    has_all_keys,
)
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import SKIP, Status, unresolvable, unschedulable

REASON = "node(s) didn't match pod topology spread constraints"
REASON_LABEL = f"{REASON} (missing required label)"
REFUSED = unschedulable(REASON)
REFUSED_LABEL = unresolvable(REASON_LABEL)

Constraints = tuple[Constraint, ...]
ON_PODS = (events.POD_ADD, events.POD_DELETE, events.POD_LABEL, events.OWN_LABEL)
"""Events of pods that a constraint may count."""


class FilterState:
    """Pods per domain, for each constraint."""

    __slots__ = ("constraints", "counts", "own")

    def __init__(self, constraints: Constraints, own: tuple[int, ...]) -> None:
        self.constraints = constraints
        self.own = own
        """For each constraint, 1 if the incoming pod itself counts."""
        self.counts: list[dict[str, int]] = [{} for _ in constraints]

    def least(self, index: int) -> int:
        """The smallest count of a domain; 0 while there are fewer domains than `minDomains`."""
        counts = self.counts[index]
        if len(counts) < self.constraints[index].min_domains:
            return 0
        return min(counts.values())

    def clone(self) -> FilterState:
        """A copy whose counts may be changed alone."""
        twin = FilterState(self.constraints, self.own)
        twin.counts = [counts.copy() for counts in self.counts]
        return twin


class ScoreState:
    """What scoring needs: counts per domain, weights, and the nodes that are left out."""

    __slots__ = ("constraints", "counts", "ignored", "weights")

    def __init__(self, constraints: Constraints) -> None:
        self.constraints = constraints
        self.counts: list[dict[str, int]] = [{} for _ in constraints]
        self.weights: list[float] = []
        self.ignored: dict[str, None] = {}


class PodTopologySpread:
    """Refuses nodes that would break a DoNotSchedule constraint; scores the ScheduleAnyway ones.

    `defaulting_type` "System" spreads pods without constraints over hosts and zones softly; "List"
    takes `default_constraints`. Source: `pkg/scheduler/framework/plugins/podtopologyspread/`,
    Kubernetes 1.36.
    """

    name = "PodTopologySpread"
    events: ClassVar[tuple[str, ...]] = (
        events.POD_ADD,
        events.POD_DELETE,
        events.POD_LABEL,
        events.OWN_LABEL,
        events.OWN_TOLERATION,
        events.NODE_ADD,
        events.NODE_DELETE,
        events.NODE_LABEL,
        events.NODE_TAINT,
    )

    def __init__(
        self,
        defaulting_type: str = "System",
        default_constraints: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        if defaulting_type not in ("System", "List"):
            raise ValueError(f"defaultingType {defaulting_type!r}: use 'System' or 'List'")
        self.defaulting_type = defaulting_type
        self.default_constraints = default_constraints
        self._system = defaulting_type == "System"
        self._defaults = SYSTEM_DEFAULTS if self._system else tuple(default_constraints)

    def __repr__(self) -> str:
        return (
            f"PodTopologySpread(defaulting_type={self.defaulting_type!r}, "
            f"default_constraints={self.default_constraints!r})"
        )

    def constraints(self, pod: PodInfo, action: str, snapshot: Snapshot) -> Constraints:
        """The pod's own constraints with this `whenUnsatisfiable`, or the default ones."""
        own = pod.spec.get("topologySpreadConstraints")
        if own:
            return constraints_of(own, pod, action)
        defaults = constraints_of(self._defaults, pod, action)
        if not defaults:
            return ()
        selector = default_selector(pod, snapshot)
        if selector.everything:
            return ()
        return tuple(one._replace(selector=selector) for one in defaults)

    def needs_all_keys(self, pod: PodInfo) -> bool:
        """Whether scoring leaves out nodes without the keys; the system's defaults do not."""
        return bool(pod.spec.get("topologySpreadConstraints")) or not self._system

    # Filter

    def pre_filter(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> Status | None:
        """Count matching pods per domain; Skip without DoNotSchedule constraints."""
        constraints = self.constraints(pod, HARD, state.snapshot)
        if not constraints:
            return SKIP
        own = tuple(int(one.selector.matches(pod.labels)) for one in constraints)
        counted = FilterState(constraints, own)
        required = required_nodes(pod.spec)
        for node in nodes:
            if not has_all_keys(node.labels, constraints):
                continue
            for one, counts in zip(constraints, counted.counts, strict=True):
                if one.counts_node(pod, node, required):
                    domain = node.labels[one.topology_key]
                    found = one.matching(node.pods, pod.namespace) if node.pods else 0
                    counts[domain] = counts.get(domain, 0) + found
        state.write(self.name, counted)
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node whose domain would be ahead of the emptiest by more than maxSkew."""
        counted: FilterState = state.read(self.name)
        for index, one in enumerate(counted.constraints):
            domain = node.labels.get(one.topology_key)
            if domain is None:
                return REFUSED_LABEL
            count = counted.counts[index].get(domain, 0) + counted.own[index]
            if count - counted.least(index) > one.max_skew:
                return REFUSED
        return None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """Which domain is too crowded, and against what."""
        counted: FilterState = state.read(self.name)
        for index, one in enumerate(counted.constraints):
            domain = node.labels.get(one.topology_key)
            if domain is None:
                return f"the node needs a label {one.topology_key}"
            count = counted.counts[index].get(domain, 0)
            least = counted.least(index)
            if count + counted.own[index] - least > one.max_skew:
                return (
                    f"{one.topology_key}={domain} has {count} such pods, the emptiest domain "
                    f"{least}; maxSkew is {one.max_skew}: first the others must catch up"
                )
        return ""

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count a pod that is thought to be on a node."""
        self._count(state, pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Stop counting a pod that is thought to be gone."""
        self._count(state, pod, other, node, -1)

    def _count(
        self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, change: int
    ) -> None:
        counted: FilterState = state.read(self.name)
        if other.namespace != pod.namespace or not has_all_keys(node.labels, counted.constraints):
            return
        required = required_nodes(pod.spec)
        for one, counts in zip(counted.constraints, counted.counts, strict=True):
            if one.selector.matches(other.labels) and one.counts_node(pod, node, required):
                domain = node.labels[one.topology_key]
                counts[domain] = counts.get(domain, 0) + change

    # Score

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> Status | None:
        """Count matching pods per domain over the cluster; Skip without ScheduleAnyway ones."""
        constraints = self.constraints(pod, SOFT, state.snapshot)
        if not constraints:
            return SKIP
        need_all = self.needs_all_keys(pod)
        counted = ScoreState(constraints)
        self._weigh(counted, nodes, need_all)
        required = required_nodes(pod.spec)
        for node in state.snapshot.rows:
            if not node.pods or (need_all and not has_all_keys(node.labels, constraints)):
                continue
            for one, counts in zip(constraints, counted.counts, strict=True):
                domain = node.labels.get(one.topology_key, "")
                if domain in counts and one.counts_node(pod, node, required):
                    counts[domain] += one.matching(node.pods, pod.namespace)
        state.write(self.name + "/score", counted)
        return None

    def _weigh(self, counted: ScoreState, nodes: Sequence[NodeInfo], need_all: bool) -> None:
        """Find the domains among the feasible nodes; more domains weigh more."""
        for node in nodes:
            if need_all and not has_all_keys(node.labels, counted.constraints):
                counted.ignored[node.name] = None
                continue
            for one, counts in zip(counted.constraints, counted.counts, strict=True):
                if one.topology_key != HOSTNAME:
                    # A node without the label is a domain "" of its own for the size.
                    counts.setdefault(node.labels.get(one.topology_key, ""), 0)
        hosts = len(nodes) - len(counted.ignored)
        counted.weights = [
            math.log((hosts if one.topology_key == HOSTNAME else len(counts)) + 2)
            for one, counts in zip(counted.constraints, counted.counts, strict=True)
        ]

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """The weighted number of matching pods in the node's domains: fewer is better."""
        counted: ScoreState = state.read(self.name + "/score")
        if node.name in counted.ignored:
            return 0
        total = 0.0
        for index, one in enumerate(counted.constraints):
            domain = node.labels.get(one.topology_key)
            if domain is None:
                continue
            if one.topology_key == HOSTNAME:
                count = one.matching(node.pods, pod.namespace)
            else:
                count = counted.counts[index][domain]
            total += count * counted.weights[index] + (one.max_skew - 1)
        return rounded(total)

    def normalize_score(
        self,
        state: CycleState,
        pod: PodInfo,  # noqa: ARG002
        scores: dict[str, int],
    ) -> dict[str, int]:
        """The least crowded node gets the most; ignored nodes get 0."""
        ignored = state.read(self.name + "/score").ignored
        counted = [score for name, score in scores.items() if name not in ignored]
        least, most = min(counted, default=0), max(counted, default=0)

        def normalized(name: str, score: int) -> int:
            if name in ignored:
                return 0
            return MAX_NODE_SCORE * (most + least - score) // most if most else MAX_NODE_SCORE

        return {name: normalized(name, score) for name, score in scores.items()}

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A matching pod came, went or became another; a node in the domains did."""
        own = pod.spec.get("topologySpreadConstraints")
        if not own:
            return True
        constraints = constraints_of(own, pod, HARD)
        if event.name == events.OWN_TOLERATION:
            return any(one.honor_taints for one in constraints)
        if event.name in ON_PODS:
            return _pod_helps(pod, constraints, event)
        return _node_helps(constraints, event)


def _pod_helps(pod: PodInfo, constraints: Constraints, event: ClusterEvent) -> bool:
    """Whether a constraint counts the pod of the event now and did not before, or the reverse."""
    rows = (event.old, event.new)
    if any(row is not None and row.namespace != pod.namespace for row in rows):
        return False
    return any(_counts(one, event.old) != _counts(one, event.new) for one in constraints)


def _counts(constraint: Constraint, row: PodInfo | None) -> bool:
    return row is not None and constraint.selector.matches(row.labels)


def _node_helps(constraints: Constraints, event: ClusterEvent) -> bool:
    """Whether a node came into the domains, left them, moved or has other taints."""
    old, new = event.old, event.new
    was = old is not None and has_all_keys(old.labels, constraints)
    now = new is not None and has_all_keys(new.labels, constraints)
    if not (was and now):
        return was != now
    keys = {one.topology_key for one in constraints}
    moved = any(old.labels[key] != new.labels[key] for key in keys)
    return moved or bool(old.taints != new.taints)
