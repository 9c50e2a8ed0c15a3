"""Stabilisation windows: a size follows the calm ones among its recent recommendations.

Source: `pkg/controller/podautoscaler/horizontal.go` (stabilizeRecommendation,
stabilizeRecommendationWithBehaviors), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.sim.clock import SECOND

UP = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
_HIGHEST = "applying the highest recent recommendation"
DOWN = (
    "ScaleDownStabilized",
    f"recent recommendations were higher than current one, {_HIGHEST}",
)
READY = ("ReadyForNewScale", "recommended size matches current size")


class Recommendation(NamedTuple):
    """A size that was wanted at a moment."""

    replicas: int
    time: int


class Stabilized(NamedTuple):
    """The stabilised size, the condition that tells it, and what is remembered."""

    replicas: int
    reason: str
    message: str
    recent: tuple[Recommendation, ...]


def without_behavior(
    recent: tuple[Recommendation, ...], desired: int, window: int, now: int
) -> Stabilized:
    """The largest recommendation of the last `window` seconds."""
    cutoff = now - window * SECOND
    old = [index for index, one in enumerate(recent) if one.time < cutoff]
    replicas = max([desired, *(one.replicas for one in recent if one.time >= cutoff)])
    words = READY if replicas == desired else DOWN
    return Stabilized(replicas, *words, _with(recent, old, Recommendation(desired, now)))


def with_behavior(
    recent: tuple[Recommendation, ...], current: int, desired: int, windows: tuple[int, int],
    now: int,
) -> Stabilized:  # fmt: skip
    """The present size, moved into what was wanted throughout the windows (up, down), seconds."""
    up_cutoff, down_cutoff = (now - seconds * SECOND for seconds in windows)
    up = min([desired, *(one.replicas for one in recent if one.time > up_cutoff)])
    down = max([desired, *(one.replicas for one in recent if one.time > down_cutoff)])
    replicas = min(max(current, up), down)
    words = READY
    if replicas != desired:
        words = UP if desired >= current else DOWN
    cutoff = min(up_cutoff, down_cutoff)
    old = [index for index, one in enumerate(recent) if one.time < cutoff]
    return Stabilized(replicas, *words, _with(recent, old, Recommendation(desired, now)))


def _with(
    recent: tuple[Recommendation, ...], old: list[int], new: Recommendation
) -> tuple[Recommendation, ...]:
    """Remember one more; the slot of the last that nobody needs any more is used again."""
    if not old:
        return (*recent, new)
    return tuple(new if index == old[-1] else one for index, one in enumerate(recent))
