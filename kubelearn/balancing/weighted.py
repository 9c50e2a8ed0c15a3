"""A choice among weights by one number, as weighted clusters are chosen.

Source: envoy `source/common/router/weighted_cluster_specifier.cc`, 1.40.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Lot = Callable[[str, Sequence[int]], int]
"""(purpose, weights) → the place on which the lot has fallen."""


def choose(weights: Sequence[int], value: int) -> int:
    """The place on which `value` modulo the sum falls; ValueError when nothing has a weight."""
    total = sum(weights)
    if total <= 0:
        raise ValueError(f"weights {list(weights)} leave nothing to choose: give one above 0")
    rest = value % total
    for place, weight in enumerate(weights):
        if rest < weight:
            return place
        rest -= weight
    raise AssertionError("unreachable: the rest is below the sum")
