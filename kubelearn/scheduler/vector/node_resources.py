"""NodeResourcesFit and NodeResourcesBalancedAllocation, as columns by what a pod asks for.

After a placement one node changed: its cell is made by the plain form's own arithmetic. Many
changed nodes, or all of them, are computed at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import numpy as np

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.node_resources_balanced_allocation import (
    HALF,
    NodeResourcesBalancedAllocation,
)
from kubelearn.scheduler.plugins.node_resources_fit import NodeResourcesFit
from kubelearn.scheduler.plugins.scoring_strategies import LeastAllocated, MostAllocated
from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.form import Array, NoVectorForm, Scores
from kubelearn.scheduler.vector.usual_loads import NAMES, UsualLoads

FEW = 24
"""Up to so many changed nodes are looked at one by one."""
LARGEST = 1 << 53
"""Amounts beyond this are left to the plain form: they have no exact double, and overflow."""
BITS = 7
"""Resources, places for pods included, that fit into a code."""


class Follower:
    """The columns of pods that ask for the same: all are brought in line in one walk."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.members: list[Cells] = []
        self.stores: list[array[int]] = []
        self.usual: UsualLoads | None = None
        self._read, self._epoch = len(columns.log), columns.epoch

    def join(self, member: Cells) -> None:
        """Fill a new member's column and keep it in line from now on."""
        self.catch_up()
        member.fill(slice(None))
        self.members.append(member)
        self.usual = _usual(self.members)
        self.stores = [one.store for one in self.members]

    def catch_up(self) -> None:
        """Look at the nodes that changed since the last time."""
        columns = self.columns
        log, begin = columns.log, self._read
        behind = len(log) - begin
        if not behind and self._epoch == columns.epoch:
            return
        if behind == 1 and self._epoch == columns.epoch:
            self._patch(log[begin:])
        elif self._epoch != columns.epoch or behind > columns.count:
            for member in self.members:
                member.fill(slice(None))
        else:
            self._patch_all(list(dict.fromkeys(log[begin:])))
        self._read, self._epoch = len(log), columns.epoch

    def _patch_all(self, places: list[int]) -> None:
        if len(places) <= FEW:
            self._patch(places)
        else:
            where = np.array(places, np.intp)
            for member in self.members:
                member.fill(where)

    def _patch(self, places: list[int]) -> None:
        """One node after the other; the three usual columns in one step."""
        rows, count, usual = self.columns.rows, self.columns.count, self.usual
        if usual is None:
            for place in places:
                self._patch_one_by_one(place)
            return
        codes, scores, balances = self.stores
        load_of, of = self.columns.loads.of, usual.of
        for place in places:
            load = load_of(place, rows[place])
            if load is None:
                self._patch_one_by_one(place)
                continue
            twin = place + count
            codes[place], scores[place], balances[place] = found = of(load)
            codes[twin], scores[twin], balances[twin] = found

    def _patch_one_by_one(self, place: int) -> None:
        row, twin = self.columns.rows[place], place + self.columns.count
        for member in self.members:
            member.store[place] = member.store[twin] = member.cell(row)


class Cells(ABC):
    """One number per node that depends on the node and its pods: made at once, or one by one."""

    def __init__(self, columns: Columns, follower: Follower, dtype: Any) -> None:
        self.columns = columns
        self.store = array(
            np.dtype(dtype).char, bytes(2 * columns.count * np.dtype(dtype).itemsize)
        )
        """The numbers twice over; writing a single one is quicker here than in numpy's view."""
        self.values: Array = np.frombuffer(self.store, dtype)
        self.catch_up = follower.catch_up

    @abstractmethod
    def cell(self, row: NodeInfo) -> int:
        """The number of one node."""

    def cells(self, where: Any) -> Array:
        """The numbers of the nodes that an index of numpy chooses."""
        rows = self.columns.rows
        chosen = rows if isinstance(where, slice) else [rows[place] for place in where.tolist()]
        return np.array([self.cell(row) for row in chosen], self.values.dtype)

    def fill(self, where: Any) -> None:
        """Make the numbers of some nodes anew."""
        self.columns.resources.catch_up()
        count = self.columns.count
        found = self.cells(where)
        self.values[:count][where] = found
        self.values[count:][where] = found

    def score(self, places: Array) -> Scores:
        """Scores that need no normalising."""
        self.catch_up()
        found = self.values[places]
        return found, found


class FitCodes(Cells):
    """What each node lacks for a pod, one bit a resource."""

    static = False

    def __init__(
        self,
        columns: Columns,
        follower: Follower,
        plugin: NodeResourcesFit,
        wanted: Sequence[tuple[str, int]],
    ) -> None:
        super().__init__(columns, follower, np.uint8)
        self.plugin = plugin
        self.wanted = [(name, amount, 2 << n) for n, (name, amount) in enumerate(wanted)]
        self.hopeless = 2 << len(self.wanted)
        for name, _ in wanted:
            columns.resources.capacity_of(name)
            columns.resources.used_of(name)
        self.status = Shortfalls(plugin, self.wanted)

    def cell(self, row: NodeInfo) -> int:
        """The bits of one node."""
        allocatable, requested = row.allocatable, row.requested
        code = int(len(row.pods) >= allocatable.get("pods", 0))
        for name, amount, bit in self.wanted:
            capacity = allocatable.get(name, 0)
            if amount > capacity - requested.get(name, 0):
                code |= bit
                if amount > capacity:
                    code |= self.hopeless
        return code

    def cells(self, where: Any) -> Array:
        """The bits of many nodes."""
        resources = self.columns.resources
        allowed = resources.capacity_of("pods")[where]
        code: Array = (resources.pod_counts()[where] >= allowed).astype(np.uint8)
        for name, amount, bit in self.wanted:
            capacity = resources.capacity_of(name)[where]
            lacking = amount > capacity - resources.used_of(name)[where]
            code |= lacking.astype(np.uint8) * np.uint8(bit)
            code |= (amount > capacity).astype(np.uint8) * np.uint8(self.hopeless)
        return code

    def codes(self, begin: int, end: int) -> Array:
        """The bits of a window."""
        self.catch_up()
        # Kept in records, and the column changes in place.
        return self.values[begin:end].copy()


class Shortfalls:
    """What the bits mean."""

    def __init__(self, plugin: NodeResourcesFit, wanted: Sequence[tuple[str, int, int]]) -> None:
        self.plugin = plugin
        self.wanted = wanted
        self.hopeless = 2 << len(wanted)
        self._statuses: dict[int, Status] = {}

    def __call__(self, code: int) -> Status:
        """All that is lacking, as the plain form says it."""
        if code not in self._statuses:
            lacking = ["pods"] if code & 1 else []
            lacking += [name for name, _, bit in self.wanted if code & bit]
            status = self.plugin.refusal(lacking, hopeless=bool(code & self.hopeless))
            self._statuses[code] = status._replace(plugin=self.plugin.name)
        return self._statuses[code]


class FitScore(Cells):
    """The score of a node by the plugin's strategy."""

    def __init__(
        self, columns: Columns, follower: Follower, plugin: NodeResourcesFit, pod: PodInfo
    ) -> None:
        super().__init__(columns, follower, np.int16)
        self.plugin, self.pod = plugin, pod
        self.state = CycleState(columns.snapshot)
        plugin.pre_score(self.state, pod, ())
        self.rows = self.state.read(plugin.name + "/score")
        self.strategy = type(plugin.strategy)

    def cell(self, row: NodeInfo) -> int:
        """The plain form's score."""
        return self.plugin.score(self.state, self.pod, row)

    def cells(self, where: Any) -> Array:
        """LeastAllocated and MostAllocated at once, other strategies node by node."""
        if self.strategy not in (LeastAllocated, MostAllocated):
            return super().cells(where)
        resources = self.columns.resources
        total: Any = 0
        weights: Any = 0
        for name, weight, request in self.rows:
            capacity = resources.capacity_of(name)[where]
            used = resources.scoring_use(name)[where] + request
            whole = np.maximum(capacity, 1)
            if self.strategy is LeastAllocated:
                free = np.maximum(capacity - used, 0)
            else:
                free = np.minimum(used, capacity)
            total = total + free * MAX_NODE_SCORE // whole * weight
            weights = weights + (capacity > 0) * weight
        # A resource that a node does not have has neither score nor weight.
        return np.asarray(total // np.maximum(weights, 1))


class Balanced(Cells):
    """How much the pod evens out the shares in which a node's resources are requested."""

    def __init__(
        self,
        columns: Columns,
        follower: Follower,
        plugin: NodeResourcesBalancedAllocation,
        pod: PodInfo,
    ) -> None:
        super().__init__(columns, follower, np.int16)
        self.plugin, self.pod = plugin, pod
        self.state = CycleState(columns.snapshot)
        plugin.pre_score(self.state, pod, ())
        self.rows = self.state.read(plugin.name)

    def cell(self, row: NodeInfo) -> int:
        """The plain form's score."""
        return self.plugin.score(self.state, self.pod, row)

    def cells(self, where: Any) -> Array:
        """Two resources that all of these nodes have at once, all else node by node."""
        resources = self.columns.resources
        capacities = [resources.capacity_of(name)[where] for name, _ in self.rows]
        if len(self.rows) != 2 or not all(capacity.all() for capacity in capacities):
            return super().cells(where)
        used = [resources.used_of(name)[where] for name, _ in self.rows]
        more = [use + request for use, (_, request) in zip(used, self.rows, strict=True)]
        after = _balance(more, capacities)
        if self.plugin.before_1_36:
            return after
        return HALF + ((HALF + after - _balance(used, capacities)) / 2).astype(np.int64)


def _usual(members: Sequence[Cells]) -> UsualLoads | None:
    """The three columns in one, where they are the usual ones."""
    if [type(member) for member in members] != [FitCodes, FitScore, Balanced]:
        return None
    codes, score, balance = members
    assert isinstance(codes, FitCodes)
    assert isinstance(score, FitScore)
    assert isinstance(balance, Balanced)
    bits = {name: bit for name, _, bit in codes.wanted}
    usual = (
        bits.keys() <= set(NAMES)
        and score.strategy is LeastAllocated
        and tuple(name for name, _, _ in score.rows) == NAMES
        and tuple(name for name, _ in balance.rows) == NAMES
        and not balance.plugin.before_1_36
    )
    if not usual:
        return None
    (_, cpu_weight, scoring_cpu), (_, memory_weight, scoring_memory) = score.rows
    (_, cpu), (_, memory) = balance.rows
    return UsualLoads(
        cpu, memory, scoring_cpu, scoring_memory, cpu_weight, memory_weight, bits, codes.hopeless
    )


def _balance(used: list[Array], capacities: list[Array]) -> Array:
    one, other = (np.minimum(1.0, u / c) for u, c in zip(used, capacities, strict=True))
    return ((1 - np.abs((one - other) / 2)) * MAX_NODE_SCORE).astype(np.int64)


def fit_filter(plugin: NodeResourcesFit, pod: PodInfo, columns: Columns) -> FitCodes:
    """By the pod's requests."""
    state = CycleState(columns.snapshot)
    if plugin.pre_filter(state, pod, ()) is not None:
        raise NoVectorForm
    wanted: tuple[tuple[str, int], ...] = state.read(plugin.name)
    if len(wanted) + 2 > BITS + 1 or not _exact(columns, [name for name, _ in wanted], pod):
        raise NoVectorForm
    key = ("filter", id(plugin), wanted)
    return _joined(columns, pod, key, lambda group: FitCodes(columns, group, plugin, wanted))


def fit_score(plugin: NodeResourcesFit, pod: PodInfo, columns: Columns) -> FitScore:
    """By the pod's requests as scores count them."""
    state = CycleState(columns.snapshot)
    plugin.pre_score(state, pod, ())
    rows = tuple(state.read(plugin.name + "/score"))
    if not plugin.resources or not _exact(columns, [name for name, _, _ in rows], pod):
        raise NoVectorForm
    key = ("score", id(plugin), rows)
    return _joined(columns, pod, key, lambda group: FitScore(columns, group, plugin, pod))


def balanced_score(
    plugin: NodeResourcesBalancedAllocation, pod: PodInfo, columns: Columns
) -> Balanced | None:
    """By the pod's requests; None for a pod that requests none of the resources."""
    state = CycleState(columns.snapshot)
    if plugin.pre_score(state, pod, ()) is not None:
        return None
    rows = tuple(state.read(plugin.name))
    if not _exact(columns, [name for name, _ in rows], pod):
        raise NoVectorForm
    key = ("score", id(plugin), rows)
    return _joined(columns, pod, key, lambda group: Balanced(columns, group, plugin, pod))


Made = TypeVar("Made", bound=Cells)


def _joined(
    columns: Columns, pod: PodInfo, key: Hashable, make: Callable[[Follower], Made]
) -> Made:
    """The column with this key; a new one follows with those of pods that ask for the same."""
    asked = ("follower", tuple(pod.requests.items()), pod.scoring_requests)
    group: Follower = columns.form(asked, lambda: Follower(columns))

    def join() -> Made:
        made = make(group)
        group.join(made)
        return made

    found: Made = columns.form(key, join)
    return found


def _exact(columns: Columns, names: Sequence[str], pod: PodInfo) -> bool:
    """Whether all amounts are small enough for exact arithmetic in columns."""
    resources = columns.resources
    largest = max((*pod.requests.values(), *pod.scoring_requests), default=0)
    for name in names:
        largest = max(
            largest,
            int(resources.capacity_of(name).max()),
            int(resources.used_of(name).max()),
            int(resources.scoring_use(name).max()),
        )
    return largest < LARGEST // 128
