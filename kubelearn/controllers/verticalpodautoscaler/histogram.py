"""Histograms of usage whose buckets grow by 5 % and whose samples fade with a half-life.

Source: `vertical-pod-autoscaler/pkg/recommender/util` (histogram.go, decaying_histogram.go) and
`pkg/recommender/model/aggregations_config.go` of kubernetes/autoscaler.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import NamedTuple

from kubelearn.sim.clock import HOUR

RATIO = 1.05
HALF_LIFE = 24 * HOUR
EPSILON = 0.0001
"""Buckets that weigh less, at the reference time, count as empty."""


class Scale(NamedTuple):
    """Where the buckets begin: the first is `first` wide, each next one 5 % wider."""

    first: float
    largest: float

    def bucket(self, value: float) -> int:
        """The bucket of a value."""
        if value < self.first:
            return 0
        found = int(math.log(value * (RATIO - 1) / self.first + 1) / math.log(RATIO))
        return min(found, self.buckets - 1)

    def start(self, bucket: int) -> float:
        """Where a bucket begins."""
        return self.first * (RATIO**bucket - 1) / (RATIO - 1) if bucket else 0.0

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return (
            math.ceil(math.log(self.largest * (RATIO - 1) / self.first + 1) / math.log(RATIO)) + 1
        )


CPU = Scale(0.01, 1000.0)
"""Cores."""
MEMORY = Scale(1e7, 1e12)
"""Bytes."""


class Histogram(NamedTuple):
    """Weights by bucket; never changed, `add` makes a new one."""

    scale: Scale
    weights: tuple[tuple[int, float], ...] = ()
    """(bucket, weight at time zero of the clock), in the order of the buckets."""

    def add(self, value: float, weight: float, time: int) -> Histogram:
        """With one more sample of a time; a negative weight takes one away."""
        # Later samples weigh more by as much as older ones would have faded.
        grown = weight * 2.0 ** (time / HALF_LIFE)
        table = dict(self.weights)
        bucket = self.scale.bucket(value)
        table[bucket] = max(table.get(bucket, 0.0) + grown, 0.0)
        kept = ((place, table[place]) for place in sorted(table) if table[place] > EPSILON)
        return Histogram(self.scale, tuple(kept))

    def percentile(self, share: float) -> float:
        """The end of the bucket below which this share of the weight lies; 0.0 when empty."""
        if not self.weights:
            return 0.0
        threshold = share * sum(weight for _, weight in self.weights)
        sums = accumulate(weight for _, weight in self.weights)
        reached = (bucket for (bucket, _), seen in zip(self.weights, sums, strict=True)
                   if seen >= threshold)  # fmt: skip
        bucket = next(reached, self.weights[-1][0])
        return self.scale.start(min(bucket + 1, self.scale.buckets - 1))
