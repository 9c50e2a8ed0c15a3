"""From what a container has used to what it should request.

Source: `vertical-pod-autoscaler/pkg/recommender/logic` (estimator.go, recommender.go) and
`pkg/recommender/model/aggregate_container_state.go` of kubernetes/autoscaler.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.controllers.verticalpodautoscaler.histogram import CPU, MEMORY, Histogram
from kubelearn.sim.clock import HOUR

DAY = 24 * HOUR
MARGIN = 1.15
"""Everything is recommended with 15 % more."""
LEAST_CPU, LEAST_MEMORY = 0.025, 250 * 2**20
"""For a whole pod, in cores and bytes; its containers share it."""
LEAST_WEIGHT = 0.1
OOM_FACTOR, OOM_STEP = 1.2, 100 * 2**20
SAMPLES_A_DAY = 60 * 24


class Seen(NamedTuple):
    """All that is known of one container of the pods of a target."""

    cpu: Histogram = Histogram(CPU)
    memory: Histogram = Histogram(MEMORY)
    first: int = 0
    last: int = 0
    samples: int = 0

    def with_cpu(self, cores: float, request: float, time: int) -> Seen:
        """With one sample of cpu, which weighs as much as was requested."""
        cpu = self.cpu.add(cores, max(request, LEAST_WEIGHT), time)
        first = self.first if self.samples else time
        return self._replace(cpu=cpu, first=first, last=time, samples=self.samples + 1)

    @property
    def confidence(self) -> float:
        """How many days of samples there are."""
        return min((self.last - self.first) / DAY, self.samples / SAMPLES_A_DAY)


class Peak(NamedTuple):
    """The most memory that a container of one pod has used in a day; the day ends at `end`."""

    value: int = 0
    end: int = 0


def with_memory(seen: Seen, peak: Peak, used: int, time: int) -> tuple[Seen, Peak]:
    """With one sample of memory: only the peak of a day counts, and it counts once."""
    if time >= peak.end:
        start = peak.end if peak.end else time
        peak = Peak(0, start + DAY * ((time - start) // DAY + 1))
    if used <= peak.value:
        return seen, peak
    memory = seen.memory
    if peak.value:
        memory = memory.add(peak.value, -1.0, peak.end)
    return seen._replace(memory=memory.add(used, 1.0, peak.end)), Peak(used, peak.end)


def after_oom(request: int, peak: Peak) -> int:
    """What a killed container would have needed."""
    used = max(request, peak.value)
    return int(max(used * OOM_FACTOR, used + OOM_STEP))


class Amounts(NamedTuple):
    """Cores and bytes."""

    cpu: float
    memory: float


class Recommendation(NamedTuple):
    """What a container should request, and the bounds within which it may stay as it is."""

    target: Amounts
    lower: Amounts
    upper: Amounts


def recommend(seen: Seen, containers: int) -> Recommendation:
    """The recommendation for one of so many containers of a pod."""
    confidence = seen.confidence
    widen = 1.0 + 1.0 / confidence if confidence else float("inf")
    narrow = (1.0 + 0.001 / confidence) ** -2 if confidence else 0.0
    return Recommendation(
        _amounts(seen, 0.9, 1.0, containers),
        _amounts(seen, 0.5, narrow, containers),
        _amounts(seen, 0.95, widen, containers),
    )


def _amounts(seen: Seen, share: float, factor: float, containers: int) -> Amounts:
    found = (seen.cpu.percentile(share), seen.memory.percentile(share))
    # An infinite bound of nothing is nothing.
    cpu, memory = (each * MARGIN * factor if each else 0.0 for each in found)
    return Amounts(max(cpu, LEAST_CPU / containers), max(memory, LEAST_MEMORY / containers))
