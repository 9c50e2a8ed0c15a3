"""How the nodes stand for pods of one kind, by all that is said of a node without the others.

One number a node: the weighted sum of the scores that are not normalised, or REFUSED. A placement
changes the number of one node, so that most of a pod's cycle is to find the largest in a slice.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.columns import MEMO_LIMIT, Columns
from kubelearn.scheduler.vector.form import Array, Cells, Saying
from kubelearn.scheduler.vector.node_resources import usual_loads
from kubelearn.scheduler.vector.remembered import StaticFilter
from kubelearn.scheduler.vector.usual_loads import Load

REFUSED = -1
"""Stands for a node that is not feasible; totals are never negative."""
FEW, FEW_LOADS = 24, 300
"""Up to so many changed nodes are looked at one by one; the second where loads decide."""

CROWDED = 30_000
"""With more sayings than these all are forgotten."""


class Static:
    """The verdicts that depend on nodes only, of all such plugins together."""

    def __init__(self, forms: Sequence[tuple[int, StaticFilter]]) -> None:
        self.forms = forms
        """(place in the order of the profile, form)."""
        self.codes: Array | None = None
        """One a node, never changed in place; None when all pass."""
        self.statuses: tuple[tuple[int, Status], ...] = ()
        """(place of the plugin in the order of the profile, status) of code 1, 2 ..."""

    def make(self) -> None:
        """Bring the codes in line with the nodes."""
        merged: Array | None = None
        statuses: list[tuple[int, Status]] = []
        for order, form in self.forms:
            codes = form.codes()
            if codes is None:
                continue
            shifted = np.where(codes, codes + np.uint8(len(statuses)), 0).astype(np.uint8)
            merged = shifted if merged is None else np.where(merged, merged, shifted)
            statuses += [(order, status) for status in form.statuses]
        self.codes, self.statuses = merged, tuple(statuses)


class Standing:
    """The numbers, and which nodes are feasible as far as they say. All is kept twice over."""

    def __init__(
        self,
        columns: Columns,
        static: Static,
        filters: Sequence[Cells],
        scores: Sequence[tuple[int, Cells]],
    ) -> None:
        self.columns = columns
        self.static = static
        self.forms = (*filters, *(form for _, form in scores))
        self.weights: list[Any] = [None] * len(filters) + [weight for weight, _ in scores]
        """What each form's number counts; None for filters."""
        self.usual = usual_loads(self.forms)
        self.sayings: list[Saying] = []
        """All that the forms have said of any node; records hold on to it."""
        self._judged: dict[Saying, tuple[int, int]] = {}
        """Saying -> (its place in the list; weighted sum, or REFUSED)."""
        self._loads: dict[int, tuple[Load, int, int]] = {}
        """The same by the identity of a load, which is kept so that its identity stays taken."""
        # Writing a single number is quicker here than in numpy's view of it.
        self.said = _store(columns.count, np.uint16 if columns.count < CROWDED else np.uint32)
        """Which saying is about each node."""
        self.totals = _store(columns.count, np.int16)
        self.values: Array = np.frombuffer(self.totals, np.int16)
        """The totals, as numpy sees them."""
        self._closed = b""
        self.places: Array = self.values
        """The feasible ones in order; a new array whenever they change."""
        self._places: memoryview | None = None
        self._before = memoryview(b"")
        """How many of them come before each place."""
        self._read = self._read_nodes = self._epoch = -1

    def catch_up(self) -> None:
        """Look at the nodes that changed since the last time."""
        columns, begin = self.columns, self._read
        end, nodes_end = len(columns.log), len(columns.node_log)
        anew = self._epoch != columns.epoch or len(self.sayings) > CROWDED
        if anew or self._read_nodes != nodes_end:
            self._close()
        if anew:
            self.sayings = []
            self._judged.clear()
            self._loads.clear()
            self._fill(slice(None))
        elif begin == end:
            return
        elif end - begin <= (FEW if self.usual is None else FEW_LOADS):
            self._patch(columns.log[begin:])
        else:
            self._fill(np.unique(columns.log[begin:]))
        self._read, self._read_nodes, self._epoch = end, nodes_end, columns.epoch

    def _close(self) -> None:
        """Bring the static verdicts in line."""
        self.static.make()
        codes = self.static.codes
        self._closed = bytes(self.columns.count) if codes is None else codes.tobytes()

    def _fill(self, where: Any) -> None:
        """Many nodes at once."""
        columns, count = self.columns, self.columns.count
        columns.resources.catch_up()
        closed = np.frombuffer(self._closed, np.uint8)[where] > 0
        told = [form.cells(where) for form in self.forms]
        # Most nodes are like others: only one of each kind is judged. Numbers are below 256.
        kinds: Any = np.zeros(len(closed), np.int64)
        for found in told:
            kinds = kinds << 8 | found
        _, first, kind_of = np.unique(kinds, return_index=True, return_inverse=True)
        judged = [self._judge(tuple([int(found[one]) for found in told])) for one in first.tolist()]
        numbers, totals = np.array(judged, np.int64)[kind_of].T
        totals[closed] = REFUSED
        for store, found in ((self.said, numbers), (self.totals, totals)):
            values = np.asarray(store)
            values[:count][where] = values[count:][where] = found
        self._places = None

    def _judge(self, saying: Saying) -> tuple[int, int]:
        """The place of a saying in the list, and its total."""
        known = self._judged.get(saying)
        if known is None:
            told = list(zip(self.weights, saying, strict=True))
            total = sum(weight * number for weight, number in told if weight is not None)
            if any(number for weight, number in told if weight is None):
                total = REFUSED
            known = self._judged[saying] = (len(self.sayings), total)
            self.sayings.append(saying)
        return known

    def _patch(self, places: Sequence[int]) -> None:
        """One node after the other."""
        columns, said, totals, closed = self.columns, self.said, self.totals, self._closed
        loads, load_of, known, count = columns.loads, columns.load, self._loads, columns.count
        for place in places:
            load = loads[place] or load_of(place)
            _, number, total = known.get(id(load)) or self._look(place, load)
            twin = place + count
            said[place] = said[twin] = number
            if closed[place]:
                total = REFUSED
            old = totals[place]
            if old != total:
                totals[place] = totals[twin] = total
                if old < 0 or total < 0:
                    self._places = None

    def _look(self, place: int, load: Load | tuple[()]) -> tuple[Load | tuple[()], int, int]:
        """What is said of a node: by its load, where that decides."""
        if self.usual is None or not load:
            row = self.columns.rows[place]
            return load, *self._judge(tuple([form.cell(row) for form in self.forms]))
        if len(self._loads) >= MEMO_LIMIT:
            self._loads.clear()
        found = self._loads[id(load)] = (load, *self._judge(self.usual.of(load)))
        return found

    def feasible(self, start: int, wanted: int) -> tuple[int, int, int]:
        """The feasible nodes from `start` on, at most those wanted.

        (how many, which of `places` is the first, how many nodes are to be looked at for them)
        """
        if self._places is None:
            passed = self.values >= 0
            self.places = passed.nonzero()[0]
            # Reading a single number is quicker here than in numpy's own view.
            self._places, self._before = self.places.data, (passed.cumsum() - passed).data
        places = self._places
        first = self._before[start]
        if 2 * wanted > len(places):
            return len(places) >> 1, first, self.columns.count
        return wanted, first, places[first + wanted - 1] + 1 - start


def _store(count: int, dtype: Any) -> array[int]:
    kind = np.dtype(dtype)
    return array(kind.char, bytes(2 * count * kind.itemsize))
