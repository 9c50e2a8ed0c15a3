"""The usual way of bringing raw scores into 0..100."""

from __future__ import annotations

import math

from kubelearn.scheduler.extension_points import MAX_NODE_SCORE


def default_normalize(scores: dict[str, int], *, reverse: bool) -> dict[str, int]:
    """Scores scaled so that the largest becomes 100; reversed, the largest becomes 0.

    Source: `pkg/scheduler/framework/plugins/helper/normalize_score.go`, Kubernetes 1.36.
    """
    largest = max(scores.values(), default=0)
    if largest == 0:
        return dict.fromkeys(scores, MAX_NODE_SCORE) if reverse else scores
    if reverse:
        return {
            name: MAX_NODE_SCORE - MAX_NODE_SCORE * score // largest
            for name, score in scores.items()
        }
    return {name: MAX_NODE_SCORE * score // largest for name, score in scores.items()}


def rounded(value: float) -> int:
    """A number that is not negative, rounded with halves going up, as Go's math.Round does."""
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)
