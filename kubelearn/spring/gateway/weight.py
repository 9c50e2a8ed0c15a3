"""The Weight predicate: routes of a group share its requests.

Source: spring-cloud-gateway `filter/WeightCalculatorWebFilter.java`, 5.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def normalized(weights: Sequence[int]) -> list[float]:
    """The share of each route."""
    total = sum(weights)
    return [weight / total for weight in weights]


def ranges(weights: Sequence[int]) -> list[float]:
    """The borders of the routes' parts of [0, 1)."""
    return [0.0, *accumulate(normalized(weights))]


def chosen(weights: Sequence[int], random: float) -> int | None:
    """The place of the route for a number in [0, 1)."""
    borders = ranges(weights)
    for place in range(len(weights)):
        if borders[place] <= random < borders[place + 1]:
            return place
    return None
