"""How a milestone is compared, by the word in its `compare`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any


def _texts(values: Sequence[Any]) -> list[str]:
    return [json.dumps(value, sort_keys=True) for value in values]


def subsequence(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether the wanted values occur in this order; others may lie between."""
    left = iter(_texts(found))
    return all(any(one == other for other in left) for one in _texts(wanted))


def alike(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether two courses of a status end alike and one only has more steps than the other.

    How often a controller writes depends on how its syncs fall together (README, "fine").
    """
    if not wanted or not found or wanted[-1] != found[-1]:
        return False
    return subsequence(wanted, found) or subsequence(found, wanted)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "sequence": lambda wanted, found: bool(wanted == found),
    "multiset": lambda wanted, found: Counter(_texts(wanted)) == Counter(_texts(found)),
    "set": lambda wanted, found: set(_texts(wanted)) == set(_texts(found)),
    "subsequence": subsequence,
    "contains": lambda wanted, found: not Counter(_texts(wanted)) - Counter(_texts(found)),
    "last": lambda wanted, found: bool(found) and bool(wanted == found[-1]),
    "equal": lambda wanted, found: bool(wanted == found),
}
"""Word -> (wanted, found) -> whether they agree."""
