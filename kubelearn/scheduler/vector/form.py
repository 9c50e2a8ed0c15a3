"""What a vector form is: a plugin's verdicts and scores of many nodes at once.

A plugin's vector form says exactly what its plain form says; a test holds both equal on random
clusters. Places of nodes are given in the doubled coordinates of `columns`: 0 to 2N.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kubelearn.scheduler.info import NodeInfo
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


class Cells(ABC):
    """A plugin's Filter (0 = passes) or Score that is one small number for each node.

    It depends on the node and its pods alone, not on other nodes; a score is not normalised.
    """

    dtype: type[np.integer[Any]]

    @abstractmethod
    def cell(self, row: NodeInfo) -> int:
        """The number of one node."""

    @abstractmethod
    def cells(self, where: Any) -> Array:
        """The numbers of the nodes that an index of numpy chooses."""


def chosen(rows: Sequence[NodeInfo], where: Any) -> Sequence[NodeInfo]:
    """The rows that an index of numpy chooses: all, or those at some places."""
    return rows if isinstance(where, slice) else [rows[place] for place in where.tolist()]


class FilterForm(Protocol):
    """A plugin's Filter that depends on where other pods are."""

    def settle(self) -> bool:
        """Read what changed besides pods; False when all nodes pass until more of it changes."""
        ...

    def codes(self, begin: int, end: int) -> Array | None:
        """One int8 per node of the window: 0 = passes, -1, -2 ... = refused; None = all pass."""
        ...

    @property
    def status(self) -> Callable[[int], Status]:
        """What a code 1, 2 ... means: a function that holds on to no column."""
        ...


Saying: TypeAlias = "tuple[int, ...]"
"""What some forms with one number for each node say of one: a number each."""


class Said(NamedTuple):
    """Scores that are the numbers at this place of the nodes' sayings."""

    place: int


Values: TypeAlias = "Array | int"
"""Scores of the feasible nodes; a plain int stands for the same for all."""
Scores: TypeAlias = tuple[Values, Values]
"""(raw, normalised)."""


class Feasible(Protocol):
    """The nodes to score."""

    places: Array
    """In doubled coordinates."""


class ScoreForm(Protocol):
    """A plugin's Score that depends on what the other feasible nodes are like."""

    still: Scores | None
    """What it says of all nodes while it says the same of all; None = the plugin skips."""

    def settle(self) -> bool:
        """Read what changed besides pods; False when it is `still` until more of it changes."""
        ...

    def score(self, nodes: Feasible) -> Scores | None:
        """Scores of the nodes; None when the plugin skips."""
        ...
