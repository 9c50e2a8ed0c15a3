"""PodTopologySpread, from counts of pods per domain that follow each placement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from kubelearn.api.node_selector import required_nodes
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugins.pod_topology_spread import (
    REFUSED,
    REFUSED_LABEL,
    PodTopologySpread,
)
from kubelearn.scheduler.plugins.spread_constraints import (
    HARD,
    HOSTNAME,
    SOFT,
    Constraint,
    has_all_keys,
)
from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.counting import Counter, Domains, Shares, Table, shares_of
from kubelearn.scheduler.vector.form import Array, Feasible, NoVectorForm, Scores, extremes, small

SKEWED, UNLABELED = 1, 2
FIRST = 12
"""Nodes come zone by zone in turn, so the first few have mostly seen all domains there are."""


class Counted(NamedTuple):
    """One constraint with its counts."""

    constraint: Constraint
    domains: Domains
    counter: Counter
    mask: list[bool] | None
    """Nodes whose pods count; None = all."""
    keys: bool
    """Whether only nodes with the keys of all constraints count."""

    def table(self) -> Table:
        """The counts by domain, kept up to date from now on."""
        mask = self.mask
        key = (self.constraint.topology_key, self.keys, None if mask is None else tuple(mask))
        return self.counter.table(key, self.domains, mask)


class SpreadFilter:
    """The DoNotSchedule constraints of a pod."""

    def __init__(self, columns: Columns, pod: PodInfo, constraints: Sequence[Constraint]) -> None:
        self.counted = [counted(columns, pod, one, constraints, keys=True) for one in constraints]
        self.own = [int(one.selector.matches(pod.labels)) for one in constraints]
        self.tables = [one.table() for one in self.counted]
        self.present = [_present(table) for table in self.tables]
        """The domains that count; None = all."""

    def settle(self) -> bool:
        """Nothing is read but pods: labels of nodes do not change while there are columns."""
        return True

    def codes(self, begin: int, end: int) -> Array | None:
        """The first constraint that refuses a node decides."""
        found: Array | None = None
        for one, table, own, present in zip(
            self.counted, self.tables, self.own, self.present, strict=True
        ):
            verdicts = self._verdicts(one.constraint, table, own, present)
            if verdicts is None:
                continue
            codes = verdicts[one.domains.ids[begin:end]]
            found = codes if found is None else np.where(found, found, codes)
        return found

    @staticmethod
    def _verdicts(
        constraint: Constraint, table: Table, own: int, present: Array | None
    ) -> Array | None:
        """One code per domain, and one for nodes without the key; None when all pass."""
        sums = table.sums
        domains = sums[:-1] if present is None else sums[present]
        least = 0
        if len(domains) >= constraint.min_domains:
            least = int(domains[domains.argmin()])
        limit = constraint.max_skew + least - own
        if table.domains.complete and sums[sums.argmax()] <= limit:
            return None
        verdicts = (sums > limit) * np.int8(-SKEWED)
        verdicts[-1] = -UNLABELED
        return verdicts

    @staticmethod
    def status(code: int) -> Status:
        """The plain form's answer."""
        refused = REFUSED if code == SKEWED else REFUSED_LABEL
        return refused._replace(plugin=PodTopologySpread.name)


class SpreadScore:
    """The ScheduleAnyway constraints of a pod."""

    still = None

    def __init__(
        self,
        columns: Columns,
        pod: PodInfo,
        constraints: Sequence[Constraint],
        *,
        need_all: bool,
    ) -> None:
        self.parts = [
            _part(counted(columns, pod, one, constraints, keys=need_all)) for one in constraints
        ]
        """(domains, shares of the raw score, whether these go by node) of each."""
        self.ignored: Array | None = None
        """Nodes that are left out as they lack a key."""
        if need_all:
            lacking = [not has_all_keys(row.labels, constraints) for row in columns.rows]
            if any(lacking):
                self.ignored = np.array(lacking * 2, np.bool_)

    def settle(self) -> bool:
        """Nothing is read but pods: labels of nodes do not change while there are columns."""
        return True

    def score(self, nodes: Feasible) -> Scores:
        """Fewer matching pods in the node's domains are better."""
        places = kept = nodes.places
        ignored: Array | None = None
        if self.ignored is not None:
            ignored = self.ignored[places]
            kept = places[~ignored]
        total: Any = None
        for domains, shares, by_node in self.parts:
            if by_node:
                part = shares.weighted(len(kept))[places]
            else:
                ids = domains.ids[places]
                seen = _number_of_domains(domains, ids if kept is places else domains.ids[kept])
                part = shares.weighted(seen)[ids]
            if not domains.complete:
                part[domains.ids[places] == domains.absent] = 0.0
            total = part if total is None else total + part
        if not len(kept):
            return 0, 0
        # As `rounded`: totals are 0 or more than 1, where adding a half is exact.
        total += 0.5
        if ignored is not None:
            total[ignored] = 0.0
        least, most = extremes(total if ignored is None else total[~ignored])
        raw = total.astype(np.int32 if MAX_NODE_SCORE * most < 1 << 31 else np.int64)
        return small(raw, 0, most), _normalized(raw, least, most, ignored)


def _part(one: Counted) -> tuple[Domains, Shares, bool]:
    by_node = one.constraint.topology_key == HOSTNAME
    shares = shares_of(one.counter if by_node else one.table(), one.constraint.max_skew - 1.0)
    return one.domains, shares, by_node


def _number_of_domains(domains: Domains, ids: Array) -> int:
    """How many domains there are among some nodes; nodes without the key are one."""
    if domains.complete and len(set(ids[:FIRST].tolist())) == domains.absent:
        return domains.absent
    return int(np.count_nonzero(np.bincount(ids)))


def _normalized(raw: Array, least: int, most: int, ignored: Array | None) -> Array | int:
    """The least crowded node gets the most; ignored nodes get 0."""
    if most:
        scores = most + least - raw
        scores *= MAX_NODE_SCORE
        scores //= most
        scores = scores.astype(np.int16)
    elif ignored is None:
        return MAX_NODE_SCORE
    else:
        scores = np.full(len(raw), MAX_NODE_SCORE, np.int16)
    if ignored is not None:
        scores[ignored] = 0
    return scores


def counted(
    columns: Columns,
    pod: PodInfo,
    constraint: Constraint,
    together: Sequence[Constraint],
    *,
    keys: bool,
) -> Counted:
    """A constraint with its counts; `keys` = only nodes with the keys of all count."""
    selector, namespace = constraint.selector, pod.namespace

    def matches(other: PodInfo) -> bool:
        return (
            other.key[0] == namespace and not other.terminating and selector.matches(other.labels)
        )

    def nothing(other: PodInfo) -> bool:  # noqa: ARG001
        return False

    counter = columns.counter(
        ("spread", selector, namespace), nothing if selector.everything else matches
    )
    domains = columns.domains(constraint.topology_key)
    mask = _mask(columns, pod, constraint, together if keys else ())
    return Counted(constraint, domains, counter, mask, keys)


def _mask(
    columns: Columns, pod: PodInfo, constraint: Constraint, together: Sequence[Constraint]
) -> list[bool] | None:
    """The nodes whose pods count, or None when all do."""
    required = required_nodes(pod.spec)
    complete = all(columns.domains(one.topology_key).complete for one in together)
    if complete and not constraint.honor_taints and not (constraint.honor_affinity and required):
        return None
    mask = [
        has_all_keys(row.labels, together) and constraint.counts_node(pod, row, required)
        for row in columns.rows
    ]
    return None if all(mask) else mask


def _present(table: Table) -> Array | None:
    """The domains of the nodes that count, or None when these are all domains."""
    domains = table.domains
    if table.mask is None:
        return None
    found = {domains.places[place] for place, counts in enumerate(table.mask) if counts}
    if len(found) == domains.absent:
        return None
    return np.array(sorted(found), np.intp)


def spread_filter(plugin: PodTopologySpread, pod: PodInfo, columns: Columns) -> SpreadFilter | None:
    """None without DoNotSchedule constraints."""
    constraints = plugin.constraints(pod, HARD, columns.snapshot)
    if not constraints:
        return None
    key = ("filter", id(plugin), constraints, *_kind(constraints, pod, columns))
    made: SpreadFilter = columns.form(key, lambda: SpreadFilter(columns, pod, constraints))
    return made


def spread_score(plugin: PodTopologySpread, pod: PodInfo, columns: Columns) -> SpreadScore | None:
    """None without ScheduleAnyway constraints."""
    constraints = plugin.constraints(pod, SOFT, columns.snapshot)
    if not constraints:
        return None
    if any("" in columns.domains(one.topology_key).values for one in constraints):
        # An empty value and a missing key are one domain for the counts, two for the scores.
        raise NoVectorForm
    need_all = plugin.needs_all_keys(pod)
    key = ("score", id(plugin), constraints, need_all, *_kind(constraints, pod, columns))
    made: SpreadScore = columns.form(
        key, lambda: SpreadScore(columns, pod, constraints, need_all=need_all)
    )
    return made


def _kind(
    constraints: Sequence[Constraint], pod: PodInfo, columns: Columns
) -> tuple[Hashable, ...]:
    """What else the counts depend on."""
    own = tuple(one.selector.matches(pod.labels) for one in constraints)
    kind = (pod.namespace, own, repr(required_nodes(pod.spec)))
    if not any(one.honor_taints for one in constraints):
        return kind
    # Which nodes count then changes with their taints.
    columns.taints_decide = True
    return (*kind, repr(pod.tolerations), columns.epoch, len(columns.node_log))
