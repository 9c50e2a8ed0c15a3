"""What a vector form is: a plugin's verdicts and scores of many nodes at once.

A plugin's vector form says exactly what its plain form says; a test holds both equal on random
clusters. Places of nodes are given in the doubled coordinates of `columns`: 0 to 2N.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kubelearn.scheduler.status import Status

Array = NDArray[Any]


def small(values: Array, least: int, most: int) -> Array:
    """The same numbers in less room, if their range allows it: records are kept of many pods."""
    if least >= -(1 << 15) and most < 1 << 15:
        return values.astype(np.int16)
    return values.astype(np.int32) if least >= -(1 << 31) and most < 1 << 31 else values


def extremes(values: Array) -> tuple[int, int]:
    """(smallest, largest) of some numbers."""
    return int(values[values.argmin()]), int(values[values.argmax()])


class NoVectorForm(Exception):
    """The pod is to be scheduled by the plain form of the plugins."""


class FilterForm(Protocol):
    """A plugin's Filter for pods of one kind."""

    static: bool
    """Whether verdicts depend on nothing but the nodes themselves (not on pods)."""

    def codes(self, begin: int, end: int) -> Array | None:
        """One uint8 per node of the window, 0 = passes; None when all pass."""
        ...

    @property
    def status(self) -> Callable[[int], Status]:
        """What a code other than 0 means: a function that holds on to no column."""
        ...


Scores = tuple[Array | int, Array | int]
"""(raw, normalised) scores of the feasible nodes; a plain int stands for the same for all."""


class ScoreForm(Protocol):
    """A plugin's Score for pods of one kind."""

    def score(self, places: Array) -> Scores | None:
        """Scores of the nodes at these places; None when the plugin skips."""
        ...
