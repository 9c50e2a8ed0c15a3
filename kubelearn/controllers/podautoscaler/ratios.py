"""How usage compares with its target, and which differences are small enough to do nothing.

Source: `pkg/controller/podautoscaler/metrics/utilization.go`, `replica_calculator.go`,
Kubernetes 1.36. Floats exactly where upstream has them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.metrics.client import MetricsError, PodMetric

MAX_INT32 = 2**31 - 1


class Tolerances(NamedTuple):
    """How far the ratio may be from 1 before the number of replicas changes."""

    down: float = 0.1
    up: float = 0.1

    def holds(self, ratio: float) -> bool:
        """Whether a ratio is near enough to 1."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class Usage(NamedTuple):
    """What was measured against a target."""

    ratio: float
    utilization: int | None
    """Percent of the requests, rounded down."""
    average: int
    """Thousandths per pod."""
    used: int = 0
    requested: int = 0


def utilization(
    metrics: Mapping[str, PodMetric], requests: Mapping[str, int], target: int
) -> Usage:
    """Usage as percent of what the same pods request, against a target in percent."""
    known = [name for name in metrics if name in requests]
    used = sum(metrics[name].value for name in known)
    requested = sum(requests[name] for name in known)
    if requested == 0:
        raise MetricsError("no metrics returned matched known pods")
    percent = used * 100 // requested
    return Usage(percent / target, percent, used // len(known), used, requested)


def average(metrics: Mapping[str, PodMetric], target: int) -> Usage:
    """Usage per pod against a target in thousandths."""
    used = sum(metric.value for metric in metrics.values())
    mean = used // len(metrics)
    return Usage(mean / target, None, mean, used)


def ceil32(number: float) -> int:
    """The next integer up, at most the largest that `replicas` can hold."""
    return min(math.ceil(number), MAX_INT32)
