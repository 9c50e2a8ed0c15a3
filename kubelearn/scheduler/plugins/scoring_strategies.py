"""How NodeResourcesFit turns requested and capacity into a score.

Source: `pkg/scheduler/framework/plugins/noderesources/least_allocated.go`, `most_allocated.go`,
`requested_to_capacity_ratio.go`, Kubernetes 1.36. A new strategy is one class and one line in
`STRATEGIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.plugins.normalize import rounded

CUSTOM_SCALE = 10
"""Shape points have scores of 0..10."""


class Load(NamedTuple):
    """One resource of a node with the pod on it."""

    requested: int
    capacity: int
    weight: int


class Strategy(Protocol):
    """Scores a node by its loads."""

    def score(self, loads: Iterable[Load]) -> int:
        """0..100."""
        ...


class LeastAllocated:
    """The emptier the better: spreads pods over the nodes."""

    def score(self, loads: Iterable[Load]) -> int:
        """Weighted mean of the free share of each resource."""
        total = weights = 0
        for requested, capacity, weight in loads:
            if requested <= capacity:
                total += (capacity - requested) * MAX_NODE_SCORE // capacity * weight
            weights += weight
        return total // weights if weights else 0


class MostAllocated:
    """The fuller the better: packs pods onto few nodes."""

    def score(self, loads: Iterable[Load]) -> int:
        """Weighted mean of the used share of each resource."""
        total = weights = 0
        for requested, capacity, weight in loads:
            total += min(requested, capacity) * MAX_NODE_SCORE // capacity * weight
            weights += weight
        return total // weights if weights else 0


class RequestedToCapacityRatio:
    """A broken line from utilisation to score, drawn by the learner."""

    def __init__(self, shape: Iterable[Mapping[str, int]]) -> None:
        self.points = [
            (point["utilization"], point["score"] * MAX_NODE_SCORE // CUSTOM_SCALE)
            for point in shape
        ]

    def score(self, loads: Iterable[Load]) -> int:
        """Weighted mean over the resources that score above zero, rounded."""
        total = weights = 0
        for requested, capacity, weight in loads:
            utilization = 100 if requested > capacity else requested * 100 // capacity
            value = self._line(utilization)
            if value > 0:
                total += value * weight
                weights += weight
        return rounded(total / weights) if weights else 0

    def _line(self, utilization: int) -> int:
        before = self.points[0]
        for point in self.points:
            if utilization <= point[0]:
                return _between(before, point, utilization)
            before = point
        return before[1]


def _between(before: tuple[int, int], after: tuple[int, int], at: int) -> int:
    width = after[0] - before[0]
    if not width:
        return after[1]
    # Go's integer division truncates toward zero.
    return before[1] + int((after[1] - before[1]) * (at - before[0]) / width)


def _ratio(strategy: Mapping[str, Any]) -> Strategy:
    return RequestedToCapacityRatio((strategy.get("requestedToCapacityRatio") or {})["shape"])


STRATEGIES: dict[str, Callable[[Mapping[str, Any]], Strategy]] = {
    "LeastAllocated": lambda _: LeastAllocated(),
    "MostAllocated": lambda _: MostAllocated(),
    "RequestedToCapacityRatio": _ratio,
}
"""`scoringStrategy.type` -> its strategy, made from the `scoringStrategy` argument."""
