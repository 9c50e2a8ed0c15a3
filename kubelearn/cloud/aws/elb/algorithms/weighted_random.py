"""Weighted random: any target, drawn by its share."""

from __future__ import annotations

from kubelearn.cloud.aws.elb.algorithms.ask import Ask


def weighted_random(ask: Ask) -> int:
    """A drawn place."""
    left = ask.uniform("weighted-random") * sum(ask.shares)
    for place, share in enumerate(ask.shares):
        left -= share
        if left < 0:
            return place
    return len(ask.shares) - 1
