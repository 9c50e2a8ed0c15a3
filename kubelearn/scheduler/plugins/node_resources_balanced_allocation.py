"""NodeResourcesBalancedAllocation: prefer nodes whose resources are used up evenly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.resource_args import CPU_AND_MEMORY, PLAIN, weighted_resources
from kubelearn.scheduler.status import SKIP, Status

HALF = MAX_NODE_SCORE // 2


class NodeResourcesBalancedAllocation:
    """Scores how much the pod evens out the shares in which a node's resources are requested.

    75 when the pod changes nothing, never below 50. `before_1_36` takes the older formula, which
    looks only at the balance with the pod in place. Source:
    `pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go`, Kubernetes 1.36.
    """

    name = "NodeResourcesBalancedAllocation"

    def __init__(
        self,
        resources: Sequence[Mapping[str, Any]] = CPU_AND_MEMORY,
        *,
        before_1_36: bool = False,
    ) -> None:
        self.resources = resources
        self.before_1_36 = before_1_36
        self._names = [name for name, _ in weighted_resources("resources", resources)]

    def __repr__(self) -> str:
        return (
            f"NodeResourcesBalancedAllocation(resources={self.resources!r}, "
            f"before_1_36={self.before_1_36!r})"
        )

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for a pod that requests none of the resources."""
        rows = [(name, pod.requests.get(name, 0)) for name in self._names]
        if not any(request for _, request in rows):
            return SKIP
        state.write(self.name, [row for row in rows if row[1] or row[0] in PLAIN])
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """50..100, from real requests."""
        before, after = [], []
        for name, request in state.read(self.name):
            capacity = node.allocatable.get(name, 0)
            if capacity:
                used = node.requested.get(name, 0)
                before.append(min(1.0, used / capacity))
                after.append(min(1.0, (used + request) / capacity))
        if self.before_1_36:
            return balance(after)
        return HALF + int((HALF + balance(after) - balance(before)) / 2)


def balance(fractions: Sequence[float]) -> int:
    """100 minus the standard deviation of the used shares, in points."""
    count = len(fractions)
    deviation = 0.0
    if count == 2:
        deviation = abs((fractions[0] - fractions[1]) / 2)
    elif count > 2:
        mean = sum(fractions) / count
        deviation = math.sqrt(sum((one - mean) * (one - mean) for one in fractions) / count)
    return int((1 - deviation) * MAX_NODE_SCORE)
