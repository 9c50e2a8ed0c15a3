"""Pods counted per node and per topology domain, kept up to date pod by pod."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kubelearn.scheduler.affinity import AffinityTerm
from kubelearn.scheduler.info import PodInfo

Matches = Callable[[PodInfo], bool]
ALL = 0xFF
"""All bits of a flag."""


class Domains:
    """The values of one topology key: which domain each node is in."""

    __slots__ = ("absent", "complete", "ids", "places", "values")

    def __init__(self, values: Iterable[str | None]) -> None:
        known: dict[str, int] = {}
        found = [-1 if value is None else known.setdefault(value, len(known)) for value in values]
        self.values = known
        self.absent = len(known)
        """The id that stands for nodes without the key."""
        self.places = found
        """Domain of each node, -1 for those without the key."""
        single = np.array([self.absent if one < 0 else one for one in found], np.intp)
        self.ids = np.concatenate((single, single))
        """Domain of each node twice over, `absent` for those without the key."""
        self.complete = -1 not in found
        """Whether all nodes have the key."""


class Shares:
    """What counts add to a raw score of PodTopologySpread: count * log(seen + 2) + more.

    Whoever changes a count brings `store` in line: `weight` times the count, and `more`.
    """

    __slots__ = ("_counts", "_seen", "_values", "more", "store", "weight")

    def __init__(self, counts: NDArray[Any], more: float) -> None:
        self._counts = counts
        self._seen = -1
        self.more = more
        self.store = array("d", bytes(8 * len(counts)))
        self._values: NDArray[Any] = np.frombuffer(self.store, np.float64)
        self.weight = 0.0

    def weighted(self, seen: int) -> NDArray[Any]:
        """The shares where so many domains are seen; an array that changes with the counts."""
        if seen != self._seen:
            self._seen, self.weight = seen, math.log(seen + 2)
            np.multiply(self._counts, self.weight, self._values)
            self._values += self.more
        return self._values


class Table:
    """How many counted pods there are in each domain; the last entry, nodes without one, is 0."""

    __slots__ = (
        "_flags",
        "_places",
        "_store",
        "domains",
        "mask",
        "present",
        "shares",
        "sums",
        "total",
    )

    def __init__(self, domains: Domains, mask: list[bool] | None = None) -> None:
        self.domains = domains
        self.mask = mask
        """Nodes whose pods count; None = all."""
        self._places = domains.places if mask is None else _masked(domains.places, mask)
        # Writing a single number is quicker here than in numpy's view of it.
        self._store = array("q", bytes(8 * (domains.absent + 1)))
        self.sums: NDArray[Any] = np.frombuffer(self._store, np.int64)
        self._flags = array("B", bytes(domains.absent + 1))
        self.present: NDArray[Any] = np.frombuffer(self._flags, np.uint8)
        """Whether there is any: all bits, or none."""
        self.shares: dict[float, Shares] = {}
        """By what is added to each."""
        self.total = 0

    def add(self, place: int, change: int) -> None:
        """Count a pod on a node."""
        domain = self._places[place]
        if domain >= 0:
            self._store[domain] = count = self._store[domain] + change
            self._flags[domain] = ALL if count > 0 else 0
            self.total += change
            for one in self.shares.values():
                one.store[domain] = count * one.weight + one.more


def _masked(places: list[int], mask: list[bool]) -> list[int]:
    return [place if counts else -1 for place, counts in zip(places, mask, strict=True)]


class Counter:
    """The pods that match something, per node, and in all tables that build on it."""

    __slots__ = ("_store", "counts", "matches", "shares", "size", "tables")

    def __init__(self, matches: Matches, size: int) -> None:
        self.matches = matches
        self.size = size
        self._store = array("d", bytes(16 * size))
        self.counts: NDArray[Any] = np.frombuffer(self._store, np.float64)
        """Twice over; as floats, for scores are multiples of logarithms."""
        self.shares: dict[float, Shares] = {}
        """By what is added to each."""
        self.tables: dict[Any, Table] = {}

    def add(self, place: int, change: int) -> None:
        """Count a pod on a node."""
        counts, twin = self._store, place + self.size
        counts[place] = counts[twin] = count = counts[place] + change
        for one in self.shares.values():
            one.store[place] = one.store[twin] = count * one.weight + one.more
        for table in self.tables.values():
            table.add(place, change)

    def table(self, key: object, domains: Domains, mask: list[bool] | None = None) -> Table:
        """The table of these domains, filled."""
        found = self.tables.get(key)
        if found is None:
            found = self.tables[key] = Table(domains, mask)
            for place in np.flatnonzero(self.counts[: self.size]).tolist():
                found.add(place, int(self.counts[place]))
        return found


def shares_of(counted: Table | Counter, more: float) -> Shares:
    """The shares of the counts by domain, or by node."""
    counts = counted.sums if isinstance(counted, Table) else counted.counts
    return counted.shares.setdefault(more, Shares(counts, more))


class Held(NamedTuple):
    """A term that pods on nodes have, and where those pods are."""

    kind: str
    """"anti" (required anti-affinity), "hard" (required affinity) or "soft" (preferred)."""
    term: AffinityTerm
    weight: int
    table: Table
