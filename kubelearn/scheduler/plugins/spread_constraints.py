"""Topology spread constraints, read for one pod.

Source: `pkg/scheduler/framework/plugins/podtopologyspread/common.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kubelearn.api.node_selector import RequiredNodes
from kubelearn.api.selectors import Requirement, Selector, of
from kubelearn.api.taints import NO_SCHEDULE, untolerated
from kubelearn.scheduler.info import NodeInfo, PodInfo

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
HARD = "DoNotSchedule"
SOFT = "ScheduleAnyway"

SYSTEM_DEFAULTS: tuple[dict[str, Any], ...] = (
    {"maxSkew": 3, "topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT},
    {"maxSkew": 5, "topologyKey": ZONE, "whenUnsatisfiable": SOFT},
)
"""What holds for pods without constraints of their own (defaultingType System)."""


class Constraint(NamedTuple):
    """One constraint with its selector compiled."""

    max_skew: int
    topology_key: str
    selector: Selector
    min_domains: int
    honor_affinity: bool
    honor_taints: bool

    def counts_node(self, pod: PodInfo, node: NodeInfo, required: RequiredNodes) -> bool:
        """Whether the node's pods count (nodeAffinityPolicy, nodeTaintsPolicy)."""
        if self.honor_affinity and not required.matches(node):
            return False
        if not self.honor_taints:
            return True
        return untolerated(node.taints, pod.tolerations, NO_SCHEDULE) is None

    def matching(self, pods: Iterable[PodInfo], namespace: str) -> int:
        """How many of the pods it speaks of; an empty selector counts none."""
        if self.selector.everything:
            return 0
        matches = self.selector.matches
        return sum(
            other.key[0] == namespace and not other.terminating and matches(other.labels)
            for other in pods
        )


def constraints_of(
    objects: Iterable[Mapping[str, Any]], pod: PodInfo, action: str
) -> tuple[Constraint, ...]:
    """The constraints with this `whenUnsatisfiable`, for this pod."""
    return tuple(
        _constraint(one, pod.labels) for one in objects if one.get("whenUnsatisfiable") == action
    )


def _constraint(one: Mapping[str, Any], labels: Mapping[str, str]) -> Constraint:
    return Constraint(
        one["maxSkew"],
        one["topologyKey"],
        _selector(one, labels),
        one.get("minDomains") or 1,
        (one.get("nodeAffinityPolicy") or "Honor") == "Honor",
        (one.get("nodeTaintsPolicy") or "Ignore") == "Honor",
    )


def _selector(one: Mapping[str, Any], labels: Mapping[str, str]) -> Selector:
    """The label selector with the pod's own values of `matchLabelKeys` added."""
    selector = of(one.get("labelSelector"))
    keys = [key for key in one.get("matchLabelKeys") or () if key in labels]
    if not keys or selector.nothing:
        return selector
    own = (Requirement(key, "In", (labels[key],)) for key in keys)
    return Selector((*selector.requirements, *own))


def has_all_keys(labels: Mapping[str, str], constraints: Iterable[Constraint]) -> bool:
    """Whether a node's labels have the topology keys of all constraints."""
    return all(constraint.topology_key in labels for constraint in constraints)
