"""The cluster in columns: for large clusters the plugins' vector forms read these, not rows.

One `Columns` belongs to one scan order of one snapshot. It is a pure function of the cache: a
fork, a saved world, and a cluster whose nodes came, went or changed labels make a new one on first
use. In between, the cache tells it of every node whose row changed; each form remembers how far
it has read that list and brings only those places in line.

Arrays of nodes are stored twice over (length 2N), so that the window of a scan that starts
anywhere is one slice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kubelearn.api.objects import Object
from kubelearn.scheduler.affinity import NO_TERMS, Namespaces, PodTerms
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.vector.counting import Counter, Domains, Held, Matches, Table
from kubelearn.scheduler.vector.usual_loads import Load, load_of

Ints = NDArray[Any]

LOG_LIMIT = 100_000
"""Changes that are remembered for forms that have not looked for a while."""
MEMO_LIMIT = 20_000
FORMS_LIMIT = 4_000
"""Forms that are kept; columns with more are thrown away and begun anew."""
SELECTING = {
    "services": "spec",
    "replicationcontrollers": "spec",
    "replicasets.apps": "spec",
    "statefulsets.apps": "spec",
}
"""Resources whose selectors the plugins read."""


class Columns:
    """What the vector forms of one snapshot share."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.rows = snapshot.rows
        self.count = len(snapshot.rows)
        self.names = tuple(row.name for row in snapshot.rows)
        self.log: list[int] = []
        """Places of nodes whose pods, or anything else, changed."""
        self.node_log: list[int] = []
        """Places of nodes of which more than the pods changed."""
        self.epoch = 0
        """Grows when the logs are cut: what was made before is to be made anew."""
        self.facts = 0
        """Grows when more changes than where pods are: nodes, or which terms pods hold."""
        self.version = 0
        """Grows when an object changes that decides what concerns a pod."""
        self.taints_decide = False
        """Whether any form counts pods only on nodes with tolerated taints."""
        self.crowded = False
        """Whether so many kinds of pods came by that it is better to begin anew."""
        self.templates: dict[tuple[Any, ...], Any] = {}
        self.aliases: dict[tuple[Any, ...], Any] = {}
        self.resources = Resources(self)
        self.loads: list[Load | tuple[()] | None] = [None] * self.count
        """What `usual_loads` says of each node; None = not known since it changed."""
        self._loads: dict[Hashable, tuple[Load | tuple[()], Mapping[str, int]]] = {}
        """(load, room) by all that loads are made from: identity of the room, and what is used."""
        self._forms: dict[Hashable, Any] = {}
        self._domains: dict[str, Domains] = {}
        self._counters: dict[Hashable, Counter] = {}
        self._held: dict[Hashable, Held] = {}
        self._matching: dict[tuple[Any, ...], tuple[Any, tuple[Counter, ...]]] = {}
        self._holding: dict[int, tuple[PodTerms, tuple[Held, ...]]] = {}
        self.namespaces: Namespaces = snapshot.namespace_labels()
        for node in snapshot.affinity_nodes():
            place = snapshot.position[node.name]
            for pod in node.with_affinity:
                self._hold(pod.terms, place, 1)

    # What the cache tells

    def pods_changed(self, name: str, old: PodInfo | None, new: PodInfo | None) -> None:
        """A pod came to a node, left it, or was replaced there by its newer row."""
        place = self.snapshot.position[name]
        if old is not None and new is not None and _same_load(old, new):
            if old.labels is new.labels and old.terms is new.terms and not new.terminating:
                return
        else:
            self._note(place)
        if self._counters:
            gone = () if old is None else self._counting(old)
            come = () if new is None else self._counting(new)
            if gone != come:
                for counter in gone:
                    counter.add(place, -1)
                for counter in come:
                    counter.add(place, 1)
        if old is not None and old.terms is not NO_TERMS:
            self._hold(old.terms, place, -1)
        if new is not None and new.terms is not NO_TERMS:
            self._hold(new.terms, place, 1)

    def node_changed(self, name: str) -> None:
        """A node changed in more than its pods, but not in its labels."""
        place = self.snapshot.position[name]
        self._note(place)
        self.node_log.append(place)
        self.facts += 1
        self.version += self.taints_decide

    def object_changed(self, resource: str, old: Object | None, new: Object | None) -> bool:
        """Note that an object changed; False when these columns can no longer be used."""
        if resource == "namespaces":
            return _labels(old) == _labels(new)
        if resource in SELECTING and _selector(old) != _selector(new):
            self.version += 1
        return True

    def _note(self, place: int) -> None:
        if len(self.log) >= LOG_LIMIT:
            self.log.clear()
            self.node_log.clear()
            self.epoch += 1
            self.facts += 1
        self.log.append(place)
        self.loads[place] = None

    def load(self, place: int) -> Load | tuple[()]:
        """The load of a node; the same for nodes of a kind with as much on them."""
        known = self.loads[place]
        if known is None:
            row = self.rows[place]
            room, used = row.allocatable, row.requested
            usual = (used.get("cpu"), used.get("memory"), *row.scoring_requested)
            key = (id(room), len(row.pods), usual)
            found = self._loads.get(key)
            if found is None:
                if len(self._loads) >= MEMO_LIMIT:
                    self._loads.clear()
                # The room is kept with the load, so that its identity stays taken.
                found = self._loads[key] = (load_of(row), room)
            known = self.loads[place] = found[0]
        return known

    # What the forms ask for

    def form(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The form with this key, made on first use."""
        found = self._forms.get(key, self)
        if found is self:
            found = self._forms[key] = make()
            self.crowded = len(self._forms) > FORMS_LIMIT
        return found

    def domains(self, key: str) -> Domains:
        """The values of a topology key over the nodes."""
        found = self._domains.get(key)
        if found is None:
            found = self._domains[key] = Domains(row.labels.get(key) for row in self.rows)
        return found

    def counter(self, key: Hashable, matches: Matches) -> Counter:
        """The counter of the pods that match, counted so far."""
        found = self._counters.get(key)
        if found is None:
            found = self._counters[key] = Counter(matches, self.count)
            self._matching.clear()
            for place, row in enumerate(self.rows):
                for pod in row.pods:
                    if matches(pod):
                        found.add(place, 1)
        return found

    def held(self) -> Iterable[Held]:
        """All affinity terms that pods on nodes have or had."""
        return self._held.values()

    @property
    def held_count(self) -> int:
        """How many terms there are: they are never forgotten."""
        return len(self._held)

    def _counting(self, pod: PodInfo) -> tuple[Counter, ...]:
        """The counters that count a pod; pods with the same labels share the answer."""
        key = (id(pod.labels), pod.key[0], pod.terminating)
        known = self._matching.get(key)
        if known is not None and known[0] is pod.labels:
            return known[1]
        found = tuple(one for one in self._counters.values() if one.matches(pod))
        if len(self._matching) >= MEMO_LIMIT:
            self._matching.clear()
        self._matching[key] = (pod.labels, found)
        return found

    def _hold(self, terms: PodTerms, place: int, change: int) -> None:
        known = self._holding.get(id(terms))
        if known is None or known[0] is not terms:
            if len(self._holding) >= MEMO_LIMIT:
                self._holding.clear()
            known = self._holding[id(terms)] = (terms, tuple(self._terms_held(terms)))
        for held in known[1]:
            held.table.add(place, change)

    def _terms_held(self, terms: PodTerms) -> Iterable[Held]:
        wanted = [("anti", term, 0) for term in terms.required_anti]
        wanted += [("hard", term, 0) for term in terms.required]
        wanted += [("soft", term, weight) for term, weight in terms.preferred]
        for kind, term, weight in wanted:
            key = (kind, term, weight)
            if key not in self._held:
                table = Table(self.domains(term.topology_key))
                self._held[key] = Held(kind, term, weight, table)
                self.facts += 1
            yield self._held[key]


class Resources:
    """Capacity and use of each resource, by node; brought in line when somebody looks."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.capacity: dict[str, Ints] = {}
        self.used: dict[str, Ints] = {}
        self.scoring: tuple[Ints, Ints] | None = None
        self.pods: Ints | None = None
        self._read = len(columns.log)
        self._epoch = columns.epoch

    def catch_up(self) -> None:
        """Read the nodes that changed since the last time."""
        columns = self.columns
        if self._epoch != columns.epoch:
            self.__init__(columns)  # type: ignore[misc]
            return
        if self._read < len(columns.log):
            for place in dict.fromkeys(columns.log[self._read :]):
                self._update(place, columns.rows[place])
            self._read = len(columns.log)

    def _update(self, place: int, row: NodeInfo) -> None:
        for name, capacity in self.capacity.items():
            capacity[place] = row.allocatable.get(name, 0)
        for name, used in self.used.items():
            used[place] = row.requested.get(name, 0)
        if self.scoring is not None:
            self.scoring[0][place], self.scoring[1][place] = row.scoring_requested
        if self.pods is not None:
            self.pods[place] = len(row.pods)

    def capacity_of(self, name: str) -> Ints:
        """Allocatable amounts."""
        if name not in self.capacity:
            rows = self.columns.rows
            self.capacity[name] = np.array([row.allocatable.get(name, 0) for row in rows], np.int64)
        return self.capacity[name]

    def used_of(self, name: str) -> Ints:
        """Requested amounts."""
        if name not in self.used:
            rows = self.columns.rows
            self.used[name] = np.array([row.requested.get(name, 0) for row in rows], np.int64)
        return self.used[name]

    def scoring_use(self, name: str) -> Ints:
        """Requested amounts as scores count them."""
        if name not in ("cpu", "memory"):
            return self.used_of(name)
        if self.scoring is None:
            pairs = [row.scoring_requested for row in self.columns.rows]
            both = np.array(pairs, np.int64).reshape(-1, 2)
            self.scoring = (both[:, 0].copy(), both[:, 1].copy())
        return self.scoring[name == "memory"]

    def pod_counts(self) -> Ints:
        """How many pods are on each node."""
        if self.pods is None:
            self.pods = np.array([len(row.pods) for row in self.columns.rows], np.int64)
        return self.pods


def doubled(values: Any, dtype: Any) -> Ints:
    """An array twice over."""
    single = np.asarray(values, dtype)
    return np.concatenate((single, single))


def _same_load(old: PodInfo, new: PodInfo) -> bool:
    return old.requests is new.requests or (
        old.requests == new.requests
        and old.scoring_requests == new.scoring_requests
        and old.ports == new.ports
    )


def _labels(obj: Mapping[str, Any] | None) -> object:
    return None if obj is None else obj["metadata"].get("labels")


def _selector(obj: Mapping[str, Any] | None) -> object:
    return None if obj is None else (obj.get("spec") or {}).get("selector")
