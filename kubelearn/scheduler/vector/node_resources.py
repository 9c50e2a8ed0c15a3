"""NodeResourcesFit and NodeResourcesBalancedAllocation, as columns by what a pod asks for.

After a placement one node changed: its cell is made by the plain form's own arithmetic. Many
changed nodes, or all of them, are computed at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from kubelearn.scheduler.vector.form import Array, Cells, NoVectorForm, chosen
from kubelearn.scheduler.vector.usual_loads import NAMES, UsualLoads

LARGEST = 1 << 53
"""Amounts beyond this are left to the plain form: they have no exact double, and overflow."""
BITS = 7
"""Resources, places for pods included, that fit into a code."""


class FitCodes(Cells):
    """What each node lacks for a pod, one bit a resource."""

    dtype = np.uint8

    def __init__(
        self,
        columns: Columns,
        plugin: NodeResourcesFit,
        wanted: Sequence[tuple[str, int]],
    ) -> None:
        self.columns, self.plugin = columns, plugin
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

    dtype = np.int8

    def __init__(self, columns: Columns, plugin: NodeResourcesFit, pod: PodInfo) -> None:
        self.columns, self.plugin, self.pod = columns, plugin, pod
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
            return _one_by_one(self, self.columns, where)
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

    dtype = np.int8

    def __init__(
        self,
        columns: Columns,
        plugin: NodeResourcesBalancedAllocation,
        pod: PodInfo,
    ) -> None:
        self.columns, self.plugin, self.pod = columns, plugin, pod
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
            return _one_by_one(self, self.columns, where)
        used = [resources.used_of(name)[where] for name, _ in self.rows]
        more = [use + request for use, (_, request) in zip(used, self.rows, strict=True)]
        after = _balance(more, capacities)
        if self.plugin.before_1_36:
            return after
        return HALF + ((HALF + after - _balance(used, capacities)) / 2).astype(np.int64)


def usual_loads(forms: Sequence[Cells]) -> UsualLoads | None:
    """What says the numbers of three forms at once, where they are the usual ones."""
    if [type(form) for form in forms] != [FitCodes, FitScore, Balanced]:
        return None
    codes, score, balance = forms
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


def _one_by_one(form: Cells, columns: Columns, where: Any) -> Array:
    return np.array([form.cell(row) for row in chosen(columns.rows, where)], form.dtype)


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
    made: FitCodes = columns.form(key, lambda: FitCodes(columns, plugin, wanted))
    return made


def fit_score(plugin: NodeResourcesFit, pod: PodInfo, columns: Columns) -> FitScore:
    """By the pod's requests as scores count them."""
    state = CycleState(columns.snapshot)
    plugin.pre_score(state, pod, ())
    rows = tuple(state.read(plugin.name + "/score"))
    if not plugin.resources or not _exact(columns, [name for name, _, _ in rows], pod):
        raise NoVectorForm
    key = ("score", id(plugin), rows)
    made: FitScore = columns.form(key, lambda: FitScore(columns, plugin, pod))
    return made


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
    made: Balanced = columns.form(key, lambda: Balanced(columns, plugin, pod))
    return made


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
