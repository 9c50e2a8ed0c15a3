"""InterPodAffinity: near some pods, far from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.affinity import AffinityTerm, Namespaces, WeightedTerm
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Code, Status, unresolvable, unschedulable

REASON_AFFINITY = "node(s) didn't match pod affinity rules"
REASON_ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
REASON_EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
REFUSED_AFFINITY = unresolvable(REASON_AFFINITY)
REFUSED_ANTI_AFFINITY = unschedulable(REASON_ANTI_AFFINITY)
REFUSED_EXISTING = unschedulable(REASON_EXISTING)

Counts = dict[tuple[str, str], int]
"""(topology key, value) -> number of matching pods."""


class FilterState:
    """Matching pods per topology domain, as the incoming pod and the existing ones see it."""

    __slots__ = ("affinity", "anti_affinity", "existing", "namespaces")

    def __init__(self, namespaces: Namespaces) -> None:
        self.namespaces = namespaces
        self.affinity: Counts = {}
        """Pods that match all of the incoming pod's affinity terms."""
        self.anti_affinity: Counts = {}
        """Pods that match the incoming pod's anti-affinity terms."""
        self.existing: Counts = {}
        """Pods whose own anti-affinity keeps the incoming pod away."""

    def clone(self) -> FilterState:
        """A copy whose counts may be changed alone."""
        twin = FilterState(self.namespaces)
        twin.affinity, twin.anti_affinity = self.affinity.copy(), self.anti_affinity.copy()
        twin.existing = self.existing.copy()
        return twin

    def count_existing(self, pod: PodInfo, other: PodInfo, node: NodeInfo, change: int) -> None:
        """Count an existing pod's anti-affinity against the incoming one."""
        for term in other.terms.required_anti:
            if term.matches(pod.namespace, pod.labels, self.namespaces):
                _add(self.existing, term, node, change)

    def count_own(self, pod: PodInfo, other: PodInfo, node: NodeInfo, change: int) -> None:
        """Count an existing pod for the incoming one's terms."""
        terms = pod.terms
        if terms.required and _matches_all(terms.required, other, self.namespaces):
            for term in terms.required:
                _add(self.affinity, term, node, change)
        for term in terms.required_anti:
            if term.matches(other.namespace, other.labels, self.namespaces):
                _add(self.anti_affinity, term, node, change)


class InterPodAffinity:
    """Refuses nodes by required terms, the pod's own and existing pods'; scores preferred ones.

    `hard_pod_affinity_weight` is what an existing pod's required affinity adds to the score of the
    nodes near it. Source: `pkg/scheduler/framework/plugins/interpodaffinity/`, Kubernetes 1.36.
    """

    name = "InterPodAffinity"
    events: ClassVar[tuple[str, ...]] = (
        events.POD_ADD,
        events.POD_DELETE,
        events.POD_LABEL,
        events.OWN_LABEL,
        events.NODE_ADD,
        events.NODE_LABEL,
    )

    def __init__(
        self,
        hard_pod_affinity_weight: int = 1,
        *,
        ignore_preferred_terms_of_existing_pods: bool = False,
    ) -> None:
        self.hard_pod_affinity_weight = hard_pod_affinity_weight
        self.ignore_preferred_terms_of_existing_pods = ignore_preferred_terms_of_existing_pods

    def __repr__(self) -> str:
        return (
            f"InterPodAffinity(hard_pod_affinity_weight={self.hard_pod_affinity_weight!r}, "
            "ignore_preferred_terms_of_existing_pods="
            f"{self.ignore_preferred_terms_of_existing_pods!r})"
        )

    # Filter

    def pre_filter(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> Status | None:
        """Count matching pods per domain; Skip when no required term concerns the pod."""
        snapshot, terms = state.snapshot, pod.terms
        if terms.problem:
            return unresolvable(f"parsing pod: {terms.problem}")
        counted = FilterState(snapshot.namespace_labels())
        for node in snapshot.anti_affinity_nodes():
            for other in node.with_anti_affinity:
                counted.count_existing(pod, other, node, 1)
        if terms.required or terms.required_anti:
            for node in nodes:
                for other in node.pods:
                    counted.count_own(pod, other, node, 1)
        elif not counted.existing:
            return SKIP
        state.write(self.name, counted)
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Check affinity, then the pod's anti-affinity, then that of existing pods."""
        counted: FilterState = state.read(self.name)
        if not _affinity_holds(counted, pod, node):
            return REFUSED_AFFINITY
        labels = node.labels
        for term in pod.terms.required_anti:
            domain = (term.topology_key, labels.get(term.topology_key, ""))
            if term.topology_key in labels and counted.anti_affinity.get(domain, 0) > 0:
                return REFUSED_ANTI_AFFINITY
        if counted.existing:
            for domain in labels.items():
                if counted.existing.get(domain, 0) > 0:
                    return REFUSED_EXISTING
        return None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """Which pods are missing, or in the way."""
        counted: FilterState = state.read(self.name)
        for term in pod.terms.required:
            domain = (term.topology_key, node.labels.get(term.topology_key, ""))
            if counted.affinity.get(domain, 0) <= 0:
                return f"needs a pod with {term.selector} in its {term.topology_key}"
        for term in pod.terms.required_anti:
            domain = (term.topology_key, node.labels.get(term.topology_key, ""))
            if counted.anti_affinity.get(domain, 0) > 0:
                return f"a pod with {term.selector} is in its {term.topology_key}: it must go"
        return "a pod near this node keeps such pods away by its own anti-affinity"

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count a pod that is thought to be on a node."""
        counted: FilterState = state.read(self.name)
        counted.count_existing(pod, other, node, 1)
        counted.count_own(pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Stop counting a pod that is thought to be gone."""
        counted: FilterState = state.read(self.name)
        counted.count_existing(pod, other, node, -1)
        counted.count_own(pod, other, node, -1)

    # Score

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Add up weights per domain over the cluster; Skip when nothing is to be added."""
        snapshot = state.snapshot
        own = bool(pod.terms.preferred)
        if pod.terms.problem:
            return Status(Code.ERROR, (f"failed to parse pod: {pod.terms.problem}",))
        if self.ignore_preferred_terms_of_existing_pods and not own:
            return SKIP
        namespaces = snapshot.namespace_labels()
        sums: Counts = {}
        for node in snapshot.rows if own else snapshot.affinity_nodes():
            for other in node.pods if own else node.with_affinity:
                self._weigh(sums, pod, other, node, namespaces)
        if not sums:
            return SKIP
        state.write(self.name + "/score", _by_key(sums))
        return None

    def _weigh(
        self,
        sums: Counts,
        pod: PodInfo,
        other: PodInfo,
        node: NodeInfo,
        namespaces: Namespaces,
    ) -> None:
        _weigh_terms(sums, pod.terms.preferred, other, node, namespaces)
        if self.hard_pod_affinity_weight > 0:
            hard = [WeightedTerm(t, self.hard_pod_affinity_weight) for t in other.terms.required]
            _weigh_terms(sums, hard, pod, node, namespaces)
        _weigh_terms(sums, other.terms.preferred, pod, node, namespaces)

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """The sum of the weights of the node's domains."""
        labels = node.labels
        sums: Mapping[str, Mapping[str, int]] = state.read(self.name + "/score")
        return sum(values.get(labels[key], 0) for key, values in sums.items() if key in labels)

    def normalize_score(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,  # noqa: ARG002
        scores: dict[str, int],
    ) -> dict[str, int]:
        """From the smallest sum (0) to the largest (100)."""
        least, most = min(scores.values()), max(scores.values())
        width = most - least
        if not width:
            return dict.fromkeys(scores, 0)
        return {
            name: int(MAX_NODE_SCORE * ((score - least) / width)) for name, score in scores.items()
        }

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A pod that a term speaks of came, went or changed; a node with the keys did."""
        if event.name == events.OWN_LABEL:
            return True
        if event.name in (events.NODE_ADD, events.NODE_LABEL):
            return _node_helps(pod, event.old, event.new)
        rows = [row for row in (event.old, event.new) if row is not None]
        return any(_concerns(pod, other) for other in rows)


def _add(counts: Counts, term: AffinityTerm, node: NodeInfo, change: int) -> None:
    value = node.labels.get(term.topology_key)
    if value is None:
        return
    domain = (term.topology_key, value)
    count = counts.get(domain, 0) + change
    if count:
        counts[domain] = count
    else:
        counts.pop(domain, None)


def _matches_all(terms: Iterable[AffinityTerm], other: PodInfo, namespaces: Namespaces) -> bool:
    return all(term.matches(other.namespace, other.labels, namespaces) for term in terms)


def _affinity_holds(counted: FilterState, pod: PodInfo, node: NodeInfo) -> bool:
    terms, labels = pod.terms.required, node.labels
    found = True
    for term in terms:
        value = labels.get(term.topology_key)
        if value is None:
            return False
        if counted.affinity.get((term.topology_key, value), 0) <= 0:
            found = False
    # The first pod of a group that wants to be near its own kind must go somewhere.
    return found or (not counted.affinity and _matches_all(terms, pod, counted.namespaces))


def _weigh_terms(
    sums: Counts,
    terms: Iterable[WeightedTerm],
    spoken_of: PodInfo,
    node: NodeInfo,
    namespaces: Namespaces,
) -> None:
    for term, weight in terms:
        if term.matches(spoken_of.namespace, spoken_of.labels, namespaces):
            value = node.labels.get(term.topology_key)
            if value is not None:
                domain = (term.topology_key, value)
                sums[domain] = sums.get(domain, 0) + weight


def _by_key(sums: Counts) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for (key, value), weight in sums.items():
        grouped.setdefault(key, {})[value] = weight
    return grouped


def _node_helps(pod: PodInfo, old: NodeInfo | None, new: NodeInfo) -> bool:
    """Whether a node came into a domain that the pod may want, or left one that it avoids."""
    near = {term.topology_key for term in pod.terms.required}
    far = {term.topology_key for term in pod.terms.required_anti}
    if not near and not far:
        return True
    if old is None:
        return bool(far) or any(key in new.labels for key in near)
    changed = {key for key in near | far if old.labels.get(key) != new.labels.get(key)}
    return any(key in new.labels for key in near & changed) or any(
        key in old.labels for key in far & changed
    )


def _concerns(pod: PodInfo, other: PodInfo) -> bool:
    """Whether either pod's required terms may speak of the other, whatever the namespaces."""
    own = (*pod.terms.required, *pod.terms.required_anti)
    return any(term.selector.matches(other.labels) for term in own) or any(
        term.selector.matches(pod.labels) for term in other.terms.required_anti
    )
