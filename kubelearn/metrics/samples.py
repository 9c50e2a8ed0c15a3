"""Samples of what containers have used, and the rates between two of them.

Source: metrics-server 0.8 `pkg/storage/pod.go`.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.metrics.client import PodMetric
from kubelearn.sim.clock import SECOND

FRESH = 10 * SECOND
"""From this age on a container's start serves as its first sample, for one resolution."""


class Sample(NamedTuple):
    """What a kubelet saw of a pod at a moment."""

    time: int
    program: tuple[str, int]
    """UID and restarts: amounts of another run cannot be compared."""
    started: int
    usages: tuple[tuple[str, int, int], ...]
    """(container, ns of CPU since its start, bytes of memory)."""


class Pair(NamedTuple):
    """The last two different samples of a pod; `before` is None while there is only one."""

    before: Sample | None
    last: Sample

    @property
    def window(self) -> int:
        """Nanoseconds between the two."""
        assert self.before is not None
        return self.last.time - self.before.time

    def cpu(self, container: str) -> int:
        """Thousandths of a core that a container used between the two, rounded up."""
        assert self.before is not None
        before = next((cpu for name, cpu, _ in self.before.usages if name == container), 0)
        last = next(cpu for name, cpu, _ in self.last.usages if name == container)
        return -((before - last) * 1000 // self.window)

    def metric(self, resource: str, container: str = "") -> PodMetric | None:
        """The metric of a pod, or of one container; None for what is not measured."""
        names = [name for name, _, _ in self.last.usages if container in ("", name)]
        if not names or resource not in ("cpu", "memory"):
            return None
        if resource == "cpu":
            used = sum(self.cpu(name) for name in names)
        else:
            used = 1000 * sum(memory for name, _, memory in self.last.usages if name in names)
        return PodMetric(used, self.last.time, self.window)


def beginning(sample: Sample, resolution: int) -> Sample | None:
    """The start of a container as its first sample, if that is neither too near nor too far."""
    if not FRESH <= sample.time - sample.started < FRESH + resolution:
        return None
    usages = tuple((name, 0, 0) for name, _, _ in sample.usages)
    return sample._replace(time=sample.started, usages=usages)
