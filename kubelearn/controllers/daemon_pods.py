"""What the DaemonSet controller reads of its pods: once for each revision of a pod.

A large DaemonSet has a pod on each of thousands of nodes, and a sync looks at all of them because
one has changed. Objects are never changed in place, so what was read of one holds while it is the
very same object; and where a pod has only changed, it stays in its place among the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple, TypeAlias

from kubelearn.api.objects import Object, is_terminating, labels_of
from kubelearn.controllers.daemon_nodes import target_node
from kubelearn.controllers.daemon_update import GENERATION_LABEL, REVISION_LABEL, age
from kubelearn.controllers.pods import TERMINAL, is_ready


class Template(NamedTuple):
    """Which template a pod is of, as its labels say."""

    revision: str
    generation: str

    def is_present(self, digest: str, generation: str) -> bool:
        """Whether it is the present one."""
        same = bool(generation) and self.generation == generation
        return same or (bool(digest) and self.revision == digest)


class DaemonPod(NamedTuple):
    """A pod and what was read of it."""

    pod: Object
    node: str
    """The node that it is on or is made for."""
    ended: bool
    going: bool
    ready: bool
    template: Template

    @property
    def usual(self) -> bool:
        """Whether it neither goes nor has ended."""
        return not (self.going or self.ended)

    @property
    def sort(self) -> Sort:
        """What it counts as."""
        return self.ready, self.template


Sort: TypeAlias = tuple[bool, Template]
"""Whether a pod is ready, and its template."""
Placed: TypeAlias = Mapping[str, Sequence[DaemonPod]]
NOWHERE: Placed = {}
NONE: Mapping[Sort, int] = {}


class DaemonPods(NamedTuple):
    """All pods of a DaemonSet as they were seen last."""

    objects: Sequence[Object] = ()
    """Sorted by name."""
    placed: Placed = NOWHERE
    """Node → its daemon pods; one that goes and has ended leaves room for the next."""
    unusual: frozenset[str] = frozenset()
    """The nodes with anything but one pod that neither goes nor has ended."""
    sorts: Mapping[Sort, int] = NONE
    """How many of all these pods there are of each sort."""

    def see(self, objects: Sequence[Object]) -> DaemonPods:
        """The pods as they are now; those that have changed are read again."""
        if len(objects) != len(self.objects):
            return self._sorted_anew(objects)
        pairs = zip(self.objects, objects, strict=True)
        changed = [(old, new) for old, new in pairs if new is not old]
        if not changed:
            return self
        placed, unusual, sorts = dict(self.placed), set(self.unusual), Counter(self.sorts)
        for old, new in changed:
            look = _read(new)
            before = placed.get(look.node, ())
            if len(before) != 1 or before[0].pod is not old or (look.going and look.ended):
                return self._sorted_anew(objects)
            placed[look.node] = (look,)
            sorts[before[0].sort] -= 1
            sorts[look.sort] += 1
            if look.usual:
                unusual.discard(look.node)
            else:
                unusual.add(look.node)
        return DaemonPods(objects, placed, frozenset(unusual), +sorts)

    def _sorted_anew(self, objects: Sequence[Object]) -> DaemonPods:
        known = {id(one.pod): one for pods in self.placed.values() for one in pods}
        placed: dict[str, list[DaemonPod]] = {}
        for pod in objects:
            one = known.get(id(pod)) or _read(pod)
            if not (one.going and one.ended):
                placed.setdefault(one.node, []).append(one)
        lone = {node for node, pods in placed.items() if len(pods) == 1 and pods[0].usual}
        sorts = Counter([one.sort for pods in placed.values() for one in pods])
        return DaemonPods(objects, placed, frozenset(placed.keys() - lone), sorts)

    def sorts_on(self, nodes: Set[str]) -> Mapping[Sort, int]:
        """How many there are of each sort if of each of these nodes only the oldest counts."""
        if self.placed.keys() == nodes and sum(self.sorts.values()) == len(nodes):
            return self.sorts
        return Counter([one.sort for one in self.oldest(nodes)])

    def oldest(self, nodes: Iterable[str]) -> list[DaemonPod]:
        """Of each of these nodes that has any the first of its pods."""
        found = map(self.placed.get, nodes)
        return [pods[0] if len(pods) == 1 else min(pods, key=_age) for pods in found if pods]

    def templates(self) -> set[Template]:
        """The templates that there are pods of."""
        return {template for _, template in self.sorts}


def tally(sorts: Mapping[Sort, int], digest: str, generation: str) -> tuple[int, int]:
    """How many pods are ready, and how many of the present template."""
    ready = sum(count for (is_ready, _), count in sorts.items() if is_ready)
    updated = sum(count for (_, one), count in sorts.items() if one.is_present(digest, generation))
    return ready, updated


def _age(one: DaemonPod) -> tuple[bool, str, str]:
    return age(one.pod)


def _read(pod: Object) -> DaemonPod:
    labels = labels_of(pod)
    return DaemonPod(
        pod,
        target_node(pod),
        pod["status"].get("phase") in TERMINAL,
        is_terminating(pod),
        is_ready(pod),
        Template(labels.get(REVISION_LABEL, ""), labels.get(GENERATION_LABEL, "")),
    )
