"""InterPodAffinity, from counts of pods per domain that follow each placement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from kubelearn.scheduler.affinity import AffinityTerm
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugins.inter_pod_affinity import (
    REFUSED_AFFINITY,
    REFUSED_ANTI_AFFINITY,
    REFUSED_EXISTING,
    InterPodAffinity,
)
from kubelearn.scheduler.status import Status
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.counting import ALL, Domains, Table
from kubelearn.scheduler.vector.form import Array, Feasible, NoVectorForm, Scores, extremes, small

SHORT = 256
"""Sums that differ by less than this are normalised by looking them up."""
STATUSES = (REFUSED_AFFINITY, REFUSED_ANTI_AFFINITY, REFUSED_EXISTING)
"""What codes -1, -2 and -3 mean."""
FAR, EXISTING = np.uint8(254), np.uint8(253)
"""The bits of -2 and -3; those of -1 are all."""


class Existing:
    """The terms of pods on nodes that speak of the incoming pod."""

    def __init__(self, columns: Columns, pod: PodInfo) -> None:
        self.columns = columns
        self.pod = pod
        self.anti: list[Table] = []
        self.weighted: list[tuple[str, int, Table]] = []
        self._read = 0

    def catch_up(self) -> None:
        """Look at the terms that are new."""
        columns, pod = self.columns, self.pod
        if self._read == columns.held_count:
            return
        for held in list(columns.held())[self._read :]:
            if held.term.matches(pod.namespace, pod.labels, columns.namespaces):
                if held.kind == "anti":
                    self.anti.append(held.table)
                else:
                    self.weighted.append((held.kind, held.weight, held.table))
        self._read = columns.held_count


class AffinityFilter:
    """Required terms, the pod's own and existing pods'."""

    def __init__(self, columns: Columns, pod: PodInfo) -> None:
        self.columns, self.pod = columns, pod
        self.existing = Existing(columns, pod)
        terms, namespaces = pod.terms, columns.namespaces

        def all_match(other: PodInfo) -> bool:
            return _all_match(terms.required, other, namespaces)

        self.near = [
            _table(columns, ("all", terms.required), all_match, term) for term in terms.required
        ]
        self.far = [own_table(columns, term) for term in terms.required_anti]
        self.first = bool(terms.required) and _all_match(terms.required, pod, namespaces)
        """Whether the pod is near enough to itself when there is no other."""

    def settle(self) -> bool:
        """False when no term speaks of the pod."""
        self.existing.catch_up()
        return bool(self.near or self.far or self.existing.anti)

    def codes(self, begin: int, end: int) -> Array | None:
        """Affinity first, then the pod's own anti-affinity, then that of existing pods."""
        found = self._affinity(begin, end) if self.near else None
        for code, tables in ((FAR, self.far), (EXISTING, self.existing.anti)):
            refused = _any(tables, begin, end)
            if refused is not None:
                codes = refused & code
                # As numbers without a sign, the code that decides is the larger one.
                found = codes if found is None else np.maximum(found, codes)
        return None if found is None else found.view(np.int8)

    def _affinity(self, begin: int, end: int) -> Array:
        lonely = self.first and not any(table.total for table in self.near)
        codes: Any = None
        for table in self.near:
            lacks = np.zeros(len(table.sums), np.uint8) if lonely else ~table.present
            lacks[-1] = ALL
            more = lacks[table.domains.ids[begin:end]]
            codes = more if codes is None else codes | more
        found: Array = codes
        return found

    @staticmethod
    def status(code: int) -> Status:
        """The plain form's answer."""
        return STATUSES[code - 1]._replace(plugin=InterPodAffinity.name)


class AffinityScore:
    """Preferred terms, the pod's own and existing pods', and required ones of existing pods."""

    still = None

    def __init__(self, columns: Columns, plugin: InterPodAffinity, pod: PodInfo) -> None:
        self.existing = Existing(columns, pod)
        self.hard = max(0, plugin.hard_pod_affinity_weight)
        self.own = [(own_table(columns, term), weight) for term, weight in pod.terms.preferred]

    def _weighted(self) -> list[tuple[Table, int]]:
        """Tables that count anything, with the weight of each pod in them."""
        found = [one for one in self.own if one[0].total]
        for kind, weight, table in self.existing.weighted:
            if kind == "hard":
                weight = self.hard
            if table.total and (weight or kind == "soft"):
                found.append((table, weight))
        return found

    def settle(self) -> bool:
        """False when no term speaks of the pod."""
        self.existing.catch_up()
        return bool(self.own or self.existing.weighted)

    def score(self, nodes: Feasible) -> Scores | None:
        """The sum of the weights of the node's domains, from the smallest to the largest."""
        weighted = self._weighted()
        if not weighted:
            return None
        raw = _sums(weighted, nodes.places)
        least, most = extremes(raw)
        if most == least:
            return least, 0
        above = raw - least
        if most - least < SHORT:
            return small(raw, least, most), _scale(most - least)[above]
        return small(raw, least, most), _scaled(above, most - least)


@lru_cache(maxsize=SHORT)
def _scale(most: int) -> Array:
    """What `_scaled` makes of 0, 1 ... `most`."""
    return _scaled(np.arange(most + 1), most)


def _scaled(above: Array, most: int) -> Array:
    """Normalised scores of sums by how much they are above the smallest, at most `most`."""
    return (MAX_NODE_SCORE * (above / most)).astype(np.int16)


def _sums(weighted: Sequence[tuple[Table, int]], places: Array) -> Array:
    """For each node, the weights of the pods in its domains."""
    by_key: dict[int, tuple[Domains, list[tuple[Table, int]]]] = {}
    for table, weight in weighted:
        domains = table.domains
        by_key.setdefault(id(domains), (domains, []))[1].append((table, weight))
    total: Any = None
    for domains, parts in by_key.values():
        ids = domains.ids[places]
        if len(parts) > 1 and domains.absent < len(ids):
            sums: Any = 0
            for table, weight in parts:
                sums = sums + table.sums * weight
            total = _plus(total, sums[ids])
        else:
            for table, weight in parts:
                part = table.sums[ids]
                if weight != 1:
                    part *= weight
                total = _plus(total, part)
    found: Array = total
    return found


def _plus(total: Any, part: Array) -> Any:
    """The sum of what there is; an array that nobody else has is changed in place."""
    if total is None:
        return part
    total += part
    return total


def own_table(columns: Columns, term: AffinityTerm) -> Table:
    """The pods that one term speaks of, by its topology key."""
    namespaces = columns.namespaces

    def matches(other: PodInfo) -> bool:
        return term.matches(other.namespace, other.labels, namespaces)

    return _table(columns, ("term", term._replace(topology_key="")), matches, term)


def _table(columns: Columns, key: Any, matches: Any, term: AffinityTerm) -> Table:
    counter = columns.counter(key, matches)
    domains = columns.domains(term.topology_key)
    return counter.table(("affinity", term.topology_key), domains)


def _any(tables: Iterable[Table], begin: int, end: int) -> Array | None:
    """Flags of the nodes of the window in a domain where any of the tables counts a pod."""
    found: Any = None
    for table in tables:
        if table.total:
            more = table.present[table.domains.ids[begin:end]]
            found = more if found is None else found | more
    result: Array | None = found
    return result


def _all_match(terms: Sequence[AffinityTerm], other: PodInfo, namespaces: Any) -> bool:
    return all(term.matches(other.namespace, other.labels, namespaces) for term in terms)


def affinity_filter(plugin: InterPodAffinity, pod: PodInfo, columns: Columns) -> AffinityFilter:
    """By the pod's terms, labels and namespace; terms that cannot be read need the plain form."""
    if pod.terms.problem:
        raise NoVectorForm
    key = ("filter", id(plugin), *_kind(pod))
    made: AffinityFilter = columns.form(key, lambda: AffinityFilter(columns, pod))
    return made


def affinity_score(
    plugin: InterPodAffinity, pod: PodInfo, columns: Columns
) -> AffinityScore | None:
    """None when existing pods' terms do not count and the pod has none."""
    if pod.terms.problem:
        raise NoVectorForm
    if plugin.ignore_preferred_terms_of_existing_pods and not pod.terms.preferred:
        return None
    key = ("score", id(plugin), *_kind(pod))
    made: AffinityScore = columns.form(key, lambda: AffinityScore(columns, plugin, pod))
    return made


def _kind(pod: PodInfo) -> tuple[Any, ...]:
    return pod.namespace, tuple(sorted(pod.labels.items())), pod.terms
