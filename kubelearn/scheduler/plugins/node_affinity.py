"""NodeAffinity: nodes with the labels that a pod demands, and those that it prefers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kubelearn.api.node_selector import (
    NodeTerm,
    RequiredNodes,
    node_term,
    required_nodes,
    required_terms,
)
from kubelearn.api.validation.field import index
from kubelearn.api.validation.node_terms import problems_of_term
from kubelearn.scheduler import events
from kubelearn.scheduler.affinity import PREFERRED
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.extension_points import PreFilterResult
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.normalize import default_normalize
from kubelearn.scheduler.status import SKIP, Code, Status, unresolvable

REASON = "node(s) didn't match Pod's node affinity/selector"
REASON_ENFORCED = "node(s) didn't match scheduler-enforced node affinity"
REASON_CONFLICT = "pod affinity terms conflict"
_REFUSED = unresolvable(REASON)
_REFUSED_ENFORCED = unresolvable(REASON_ENFORCED)

Weighted = tuple[int, NodeTerm]


class NodeAffinity:
    """Refuses nodes that `nodeSelector` or required node affinity exclude; scores preferred terms.

    `added_affinity` is a NodeAffinity object that the profile adds to every pod's own. Source:
    `pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go`, Kubernetes 1.36.
    """

    name = "NodeAffinity"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (events.NODE_ADD, events.NODE_LABEL)

    def __init__(self, added_affinity: Mapping[str, Any] | None = None) -> None:
        self.added_affinity = added_affinity
        added = added_affinity or {}
        self._enforced = RequiredNodes({}, required_terms(added))
        self._preferred = _preferred(added)

    def __repr__(self) -> str:
        return f"NodeAffinity(added_affinity={self.added_affinity!r})"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> PreFilterResult | Status | None:
        """Skip without demands; narrow to names when every term names nodes."""
        required = required_nodes(pod.spec)
        if not required and not self._enforced:
            return SKIP
        state.write(self.name, required)
        named = named_nodes(required.terms)
        if named is None:
            return None
        return PreFilterResult(named) if named else unresolvable(REASON_CONFLICT)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that the profile's or the pod's demands exclude."""
        if self._enforced and not self._enforced.matches(node):
            return _REFUSED_ENFORCED
        required = state.values.get(self.name) or required_nodes(pod.spec)
        return None if required.matches(node) else _REFUSED

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """The labels that the node lacks."""
        required = required_nodes(pod.spec)
        lacking = [f"{k}={v}" for k, v in required.labels.items() if node.labels.get(k) != v]
        if lacking:
            return f"label the node {', '.join(lacking)}, or change the pod's nodeSelector"
        if required.terms is not None and not required.matches(node):
            wanted = " or ".join(str(term) for term in required.terms) or "nothing at all"
            return f"the pod's node affinity wants {wanted}: label the node so, or change the pod"
        return "the profile's addedAffinity excludes this node"

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip when nobody prefers anything; an error when a term of the pod means nothing."""
        own = (pod.spec.get("affinity") or {}).get("nodeAffinity") or {}
        wanted = _preferred(own)
        if not all(term.valid for _, term in wanted) and (problem := _problem(own)):
            return Status(Code.ERROR, (problem,))
        preferred = (*self._preferred, *wanted)
        state.write(self.name + "/preferred", preferred)
        return None if preferred else SKIP

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """The sum of the weights of the preferred terms that the node satisfies."""
        preferred: Sequence[Weighted] = state.read(self.name + "/preferred")
        return sum(weight for weight, term in preferred if term.matches(node))

    def normalize_score(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,  # noqa: ARG002
        scores: dict[str, int],
    ) -> dict[str, int]:
        """The best node gets 100."""
        return default_normalize(scores, reverse=False)

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A node that satisfies the demands now, and did not before."""
        required = required_nodes(pod.spec)
        if not self._suits(required, event.new):
            return False
        return event.old is None or not self._suits(required, event.old)

    def _suits(self, required: RequiredNodes, node: NodeInfo) -> bool:
        return required.matches(node) and (not self._enforced or self._enforced.matches(node))


def _preferred(affinity: Mapping[str, Any]) -> tuple[Weighted, ...]:
    return tuple(
        (entry["weight"], node_term(entry.get("preference") or {}))
        for entry in affinity.get(PREFERRED) or ()
        if entry.get("weight")
    )


def _problem(affinity: Mapping[str, Any]) -> str:
    """What is wrong with the preferred terms: the API server lets some things through."""
    found: dict[str, None] = {}
    for place, entry in enumerate(affinity.get(PREFERRED) or ()):
        if entry.get("weight"):
            errors = problems_of_term(entry.get("preference") or {}, index("", place))
            found.update(dict.fromkeys(map(str, errors)))
    return next(iter(found), "") if len(found) < 2 else f"[{', '.join(found)}]"


def named_nodes(terms: tuple[NodeTerm, ...] | None) -> frozenset[str] | None:
    """The nodes that the terms name, or None when some term leaves others open."""
    if not terms:
        return None
    names: frozenset[str] = frozenset()
    for term in terms:
        named = term.names()
        if named is None:
            return None
        names |= named
    return names
