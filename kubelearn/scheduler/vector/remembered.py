"""Plugins that look at nothing but the pod and the node: their plain form, remembered.

The plain form is asked once for each node, and again for a node that changed. It serves
NodeUnschedulable, NodeName, TaintToleration and NodeAffinity, whose verdicts do not depend on the
pods of the node, and NodePorts, whose verdicts do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import numpy as np

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Status
from kubelearn.scheduler.vector.columns import Columns, doubled
from kubelearn.scheduler.vector.form import (
    Array,
    Cells,
    Feasible,
    NoVectorForm,
    Scores,
    chosen,
    small,
)


class RememberedFilter(Cells):
    """The plain verdict about a node, as a code."""

    dtype = np.uint8

    def __init__(self, columns: Columns, verdict: Callable[[NodeInfo], Status | None]) -> None:
        self.columns = columns
        self.verdict = verdict
        self.statuses: list[Status] = []
        self.status = Answers(self.statuses)

    def cell(self, row: NodeInfo) -> int:
        """0, or which of the statuses it is, from 1 on."""
        status = self.verdict(row)
        if status is None:
            return 0
        if status not in self.statuses:
            self.statuses.append(status)
        return self.statuses.index(status) + 1

    def cells(self, where: Any) -> Array:
        """Asked one by one."""
        return np.array([self.cell(row) for row in chosen(self.columns.rows, where)], self.dtype)


class StaticFilter(RememberedFilter):
    """A filter whose verdicts depend on nothing but the nodes themselves, not on pods."""

    def __init__(self, columns: Columns, verdict: Callable[[NodeInfo], Status | None]) -> None:
        super().__init__(columns, verdict)
        self._make()

    def _make(self) -> None:
        self._codes = self.cells(slice(None))
        self._read, self._epoch = len(self.columns.node_log), self.columns.epoch

    def codes(self) -> Array | None:
        """The codes of all nodes; None when all pass."""
        columns = self.columns
        if self._epoch != columns.epoch:
            self._make()
        for place in dict.fromkeys(columns.node_log[self._read :]):
            self._codes[place] = self.cell(columns.rows[place])
        self._read = len(columns.node_log)
        return self._codes if self.statuses else None


class Answers:
    """The statuses that codes stand for."""

    def __init__(self, statuses: list[Status]) -> None:
        self.statuses = statuses

    def __call__(self, code: int) -> Status:
        """The status of a code other than 0."""
        return self.statuses[code - 1]


class RememberedScore:
    """The plain raw scores of all nodes, normalised by the largest."""

    def __init__(
        self, columns: Columns, value: Callable[[NodeInfo], int], *, reverse: bool
    ) -> None:
        self.columns = columns
        self.value = value
        self.reverse = reverse
        self.still = (0, MAX_NODE_SCORE if reverse else 0)
        self._make()

    def _make(self) -> None:
        columns = self.columns
        self._raw = doubled([self.value(row) for row in columns.rows], np.int64)
        self._any = bool(self._raw.any())
        self._read, self._epoch = len(columns.node_log), columns.epoch

    def settle(self) -> bool:
        """Ask about the nodes that changed; False when all are 0."""
        columns = self.columns
        if self._epoch != columns.epoch:
            self._make()
        for place in dict.fromkeys(columns.node_log[self._read :]):
            raw = self.value(columns.rows[place])
            self._raw[place] = self._raw[place + columns.count] = raw
            self._any = self._any or raw > 0
        self._read = len(columns.node_log)
        return self._any

    def score(self, nodes: Feasible) -> Scores:
        """As `default_normalize`."""
        raw = self._raw[nodes.places]
        largest = int(raw[raw.argmax()])
        if not largest:
            return self.still
        found = small(raw, 0, largest)
        if largest >= SHORT:
            return found, _scaled(raw, largest, self.reverse)
        return found, _scale(largest, self.reverse)[raw]


SHORT = 1024
"""Raw scores below this are normalised by looking them up."""


@lru_cache(maxsize=64)
def _scale(largest: int, reverse: bool) -> Array:
    """What `_scaled` makes of 0, 1 ... `largest`."""
    return _scaled(np.arange(largest + 1), largest, reverse)


def _scaled(raw: Array, largest: int, reverse: bool) -> Array:
    """As `default_normalize`."""
    scaled = (MAX_NODE_SCORE * raw // largest).astype(np.int16)
    return MAX_NODE_SCORE - scaled if reverse else scaled


class Zero:
    """A plugin that scores every node 0, always."""

    still: Scores = (0, 0)

    def settle(self) -> bool:
        """It has."""
        return False

    def score(self, nodes: Feasible) -> Scores:  # noqa: ARG002
        """0 for all."""
        return self.still


def static_filter(plugin: Any, pod: PodInfo, columns: Columns, key: Hashable) -> StaticFilter:
    """The filter of a plugin for pods that share `key`."""
    state = CycleState(columns.snapshot)
    made: StaticFilter = columns.form(
        ("filter", id(plugin), key),
        lambda: StaticFilter(columns, lambda row: _named(plugin, plugin.filter(state, pod, row))),
    )
    return made


def _named(plugin: Any, status: Status | None) -> Status | None:
    return None if status is None else status._replace(plugin=plugin.name)


def open_filter(plugin: Any, pod: PodInfo, columns: Columns) -> StaticFilter:
    """NodeUnschedulable and TaintToleration: by the pod's tolerations."""
    return static_filter(plugin, pod, columns, repr(pod.tolerations))


def name_filter(plugin: Any, pod: PodInfo, columns: Columns) -> StaticFilter | None:
    """NodeName: only a pod that names a node is refused anywhere."""
    wanted = pod.spec.get("nodeName")
    return static_filter(plugin, pod, columns, wanted) if wanted else None


def affinity_filter(plugin: Any, pod: PodInfo, columns: Columns) -> StaticFilter | None:
    """NodeAffinity, of a pod that is not for nodes by name."""
    state = CycleState(columns.snapshot)
    if plugin.pre_filter(state, pod, columns.rows) == SKIP:
        return None
    wanted = (pod.spec.get("nodeSelector"), (pod.spec.get("affinity") or {}).get("nodeAffinity"))
    made: StaticFilter = columns.form(
        ("filter", id(plugin), repr(wanted)),
        lambda: StaticFilter(columns, lambda row: _named(plugin, plugin.filter(state, pod, row))),
    )
    return made


def ports_filter(plugin: Any, pod: PodInfo, columns: Columns) -> RememberedFilter | None:
    """NodePorts: by the pods of the node; nothing for a pod without host ports."""
    if not pod.ports:
        return None
    state = CycleState(columns.snapshot)
    made: RememberedFilter = columns.form(
        ("filter", id(plugin), pod.ports),
        lambda: RememberedFilter(
            columns, lambda row: _named(plugin, plugin.filter(state, pod, row))
        ),
    )
    return made


def taint_score(plugin: Any, pod: PodInfo, columns: Columns) -> RememberedScore:
    """TaintToleration: by the pod's tolerations."""
    return _score(plugin, pod, columns, repr(pod.tolerations), reverse=True)


def affinity_score(plugin: Any, pod: PodInfo, columns: Columns) -> RememberedScore | None:
    """NodeAffinity; None when nobody prefers anything."""
    status = plugin.pre_score(CycleState(columns.snapshot), pod, ())
    if status is not None and status != SKIP:
        raise NoVectorForm  # a term means nothing: the plain form says so
    if status is not None:
        return None
    wanted = (pod.spec.get("affinity") or {}).get("nodeAffinity")
    return _score(plugin, pod, columns, repr(wanted), reverse=False)


def _score(
    plugin: Any, pod: PodInfo, columns: Columns, key: str, *, reverse: bool
) -> RememberedScore:
    state = CycleState(columns.snapshot)
    plugin.pre_score(state, pod, ())
    made: RememberedScore = columns.form(
        ("score", id(plugin), key),
        lambda: RememberedScore(
            columns, lambda row: plugin.score(state, pod, row), reverse=reverse
        ),
    )
    return made


def no_score(plugin: Any, pod: PodInfo, columns: Columns) -> Zero:  # noqa: ARG001
    """DynamicResources: no claims, no preference."""
    return Zero()
