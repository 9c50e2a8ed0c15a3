"""Pods and samples for the tests here."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp
from kubelearn.metrics.client import PodMetric
from kubelearn.sim.clock import MINUTE, SECOND

NOW = 3600 * SECOND


def pod(
    name: str, *, phase: str = "Running", ready: bool = True, age: int = 1800,
    changed: int = 1700, **requests: str,
) -> Object:  # fmt: skip
    """A pod that started `age` seconds ago and became what it is `changed` seconds ago."""
    condition = {"type": "Ready", "status": str(ready),
                 "lastTransitionTime": timestamp(NOW - changed * SECOND)}  # fmt: skip
    status = {"phase": phase, "startTime": timestamp(NOW - age * SECOND), "conditions": [condition]}
    container = {"name": "web", "resources": {"requests": requests}}
    metadata = {"name": name, "namespace": "default", "labels": {"app": "web"}}
    return {"metadata": metadata, "spec": {"containers": [container]}, "status": status}


def used(**amounts: int) -> dict[str, PodMetric]:
    """Samples of now, in thousandths."""
    return {name: PodMetric(amount, NOW, MINUTE) for name, amount in amounts.items()}
