"""What an algorithm of a target group goes by when it chooses a target for a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Ask(NamedTuple):
    """The targets that may be chosen, by their places, and what is known of them."""

    names: tuple[str, ...]
    shares: tuple[float, ...]
    """Of a full share: below 1 in slow start and for targets that are found anomalous."""
    outstanding: Callable[[], Mapping[str, int]]
    """Target → requests that have been sent to it and not been answered."""
    turn: Callable[[], int]
    """The number of the next turn: 0, 1, 2 ..."""
    uniform: Callable[[str], float]
    """A number in [0, 1) for this request, for a purpose."""
