"""Anomaly mitigation: targets that answer worse than the others of their group get less.

Source: Elastic Load Balancing user guide, "Automatic Target Weights"; AWS announcement of 26
November 2023: at least three healthy targets, 5xx answers and connection errors, less step by step
down to a negligible part, and gradually more when the target recovers.

Unlike the real one: the numbers are this model's own, as AWS publishes none: every 10 s a target
with 5 answers or more since it was last judged is anomalous when its share of failed ones is more
than twice that of the others and at least 5 points higher; its weight is halved, down to 5 %, and
grows by 10 points each time it is normal; detection runs only where mitigation is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.sim.clock import SECOND

PERIOD = 10 * SECOND
ENOUGH = 5
"""Answers after which a target can be judged."""
TIMES, POINTS = 2.0, 0.05
LEAST, STEP = 0.05, 0.1
HEALTHY_TARGETS = 3
"""How many healthy targets there have to be."""


class Record(NamedTuple):
    """What a target has answered since it was last judged, and the weight that it has."""

    answered: int = 0
    failed: int = 0
    weight: float = 1.0

    def plus(self, failed: bool) -> Record:
        """With one more answer."""
        return self._replace(answered=self.answered + 1, failed=self.failed + failed)


def judged(records: Mapping[str, Record]) -> dict[str, Record]:
    """Healthy targets by name → their new records; too few are all normal."""
    enough = len(records) >= HEALTHY_TARGETS
    return {name: _judged(one, _others(records, name), enough) for name, one in records.items()}


def _others(records: Mapping[str, Record], name: str) -> float:
    """The share of failed answers of all other targets."""
    rest = [one for other, one in records.items() if other != name]
    return sum(one.failed for one in rest) / max(1, sum(one.answered for one in rest))


def _judged(one: Record, others: float, enough: bool) -> Record:
    if one.answered < ENOUGH:
        return one
    own = one.failed / one.answered
    if enough and own > TIMES * others and own >= others + POINTS:
        return Record(weight=max(LEAST, one.weight / 2))
    return Record(weight=min(1.0, one.weight + STEP))
