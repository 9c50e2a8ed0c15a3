"""What the DaemonSet controller reads of its pods: once for each revision of a pod.

A large DaemonSet has a pod on each of thousands of nodes, and a sync looks at all of them because
one has changed. Objects are never changed in place, so what was read of one holds while it is the
very same object; and where a pod has only changed, it stays in its place among the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


Placed: TypeAlias = Mapping[str, Sequence[DaemonPod]]
NOWHERE: Placed = {}


class DaemonPods(NamedTuple):
    """All pods of a DaemonSet as they were seen last."""

    objects: Sequence[Object] = ()
    """Sorted by name."""
    placed: Placed = NOWHERE
    """Node → its daemon pods; one that goes and has ended leaves room for the next."""

    def see(self, objects: Sequence[Object]) -> DaemonPods:
        """The pods as they are now; those that have changed are read again."""
        if len(objects) != len(self.objects):
            return self._sorted_anew(objects)
        placed = dict(self.placed)
        for old, new in zip(self.objects, objects, strict=True):
            if new is old:
                continue
            look = _read(new)
            before = placed.get(look.node, ())
            if len(before) != 1 or before[0].pod is not old or (look.going and look.ended):
                return self._sorted_anew(objects)
            placed[look.node] = (look,)
        return DaemonPods(objects, placed)

    def _sorted_anew(self, objects: Sequence[Object]) -> DaemonPods:
        known = {id(one.pod): one for pods in self.placed.values() for one in pods}
        placed: dict[str, list[DaemonPod]] = {}
        for pod in objects:
            one = known.get(id(pod)) or _read(pod)
            if not (one.going and one.ended):
                placed.setdefault(one.node, []).append(one)
        return DaemonPods(objects, placed)

    def unusual(self) -> set[str]:
        """The nodes with anything but one pod that neither goes nor has ended."""
        return {
            node
            for node, pods in self.placed.items()
            if len(pods) != 1 or pods[0].going or pods[0].ended
        }

    def oldest(self, nodes: Iterable[str]) -> list[DaemonPod]:
        """Of each of these nodes that has any the first of its pods."""
        found = map(self.placed.get, nodes)
        return [pods[0] if len(pods) == 1 else min(pods, key=_age) for pods in found if pods]

    def templates(self) -> set[Template]:
        """The templates that there are pods of."""
        return {one.template for pods in self.placed.values() for one in pods}


def tally(pods: Iterable[DaemonPod], digest: str, generation: str) -> tuple[int, int]:
    """How many of the pods are ready, and how many of the present template."""
    counts = Counter([(one.ready, one.template) for one in pods])
    ready = sum(count for (is_ready, _), count in counts.items() if is_ready)
    updated = sum(count for (_, one), count in counts.items() if one.is_present(digest, generation))
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
