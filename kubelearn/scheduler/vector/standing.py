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
from kubelearn.scheduler.vector.form import Array, Cells
from kubelearn.scheduler.vector.node_resources import usual_loads
from kubelearn.scheduler.vector.remembered import StaticFilter
from kubelearn.scheduler.vector.usual_loads import Load, UsualLoads

REFUSED = -1
"""Stands for a node that is not feasible; totals are never negative."""
FEW = 24
"""Up to so many changed nodes are looked at one by one."""

UsualNumbers = tuple[Load, int, int, int, int]
"""(load; code, score and balance of nodes with it; weighted sum)."""


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
        self._usual_numbers: dict[int, UsualNumbers] = {}
        """By identity of the load."""
        # Writing a single number is quicker here than in numpy's view of it.
        self.stores = [_store(columns.count, form.dtype) for form in self.forms]
        """What each form says."""
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
        anew = self._epoch != columns.epoch
        if anew or self._read_nodes != nodes_end:
            self._close()
        if anew:
            self._fill(slice(None))
        elif begin == end:
            return
        elif end - begin <= FEW:
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
        found = [form.cells(where) for form in self.forms]
        refused = np.frombuffer(self._closed, np.uint8)[where] > 0
        total = np.zeros(len(refused), np.int16)
        for weight, numbers in zip(self.weights, found, strict=True):
            if weight is None:
                refused |= numbers > 0
            else:
                total += numbers.astype(np.int16) * np.int16(weight)
        total[refused] = REFUSED
        for store, numbers in zip((*self.stores, self.totals), (*found, total), strict=True):
            values = np.asarray(store)
            values[:count][where] = values[count:][where] = numbers
        self._places = None

    def _patch(self, places: Sequence[int]) -> None:
        """One node after the other; the three usual numbers in one step."""
        usual = self.usual
        if usual is None:
            for place in places:
                self._patch_one(place)
            return
        codes, scores, balances = self.stores
        columns, put_total, known = self.columns, self._put_total, self._usual_numbers
        loads, load_of, count = columns.loads, columns.load, columns.count
        for place in places:
            load = loads[place] or load_of(place)
            numbers = known.get(id(load)) or self._numbers(usual, load)
            if numbers is None:
                self._patch_one(place)
                continue
            _, code, score, balance, total = numbers
            twin = place + count
            codes[place] = codes[twin] = code
            scores[place] = scores[twin] = score
            balances[place] = balances[twin] = balance
            put_total(place, code, total)

    def _numbers(self, usual: UsualLoads, load: Load | tuple[()]) -> UsualNumbers | None:
        """What the three forms say of nodes with a load; None of one that is not usual."""
        if not load:
            return None
        code, score, balance = usual.of(load)
        _, score_weight, balance_weight = self.weights
        total = score_weight * score + balance_weight * balance
        if len(self._usual_numbers) >= MEMO_LIMIT:
            self._usual_numbers.clear()
        # The load is kept with its numbers, so that its identity stays taken.
        found = self._usual_numbers[id(load)] = (load, code, score, balance, total)
        return found

    def _patch_one(self, place: int) -> None:
        row, twin = self.columns.rows[place], place + self.columns.count
        refused = total = 0
        for form, store, weight in zip(self.forms, self.stores, self.weights, strict=True):
            store[place] = store[twin] = number = form.cell(row)
            if weight is None:
                refused |= number
            else:
                total += weight * number
        self._put_total(place, refused, total)

    def _put_total(self, place: int, refused: int, total: int) -> None:
        if refused or self._closed[place]:
            total = REFUSED
        old = self.totals[place]
        if old != total:
            self.totals[place] = self.totals[place + self.columns.count] = total
            if old < 0 or total < 0:
                self._places = None

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
