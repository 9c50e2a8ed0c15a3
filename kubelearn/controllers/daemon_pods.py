"""What the DaemonSet controller reads of its pods: once for each revision of a pod.

A large DaemonSet has a pod on each of thousands of nodes, and a sync looks at all of them because
one has changed. Objects are never changed in place, so what was read of one holds while it is the
very same object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kubelearn.api.objects import Object, is_terminating, labels_of
from kubelearn.controllers.daemon_nodes import target_node
from kubelearn.controllers.daemon_update import GENERATION_LABEL, REVISION_LABEL
from kubelearn.controllers.pods import TERMINAL, is_ready


class DaemonPod(NamedTuple):
    """A pod and what was read of it."""

    pod: Object
    node: str
    """The node that it is on or is made for."""
    ended: bool
    going: bool
    ready: bool
    revision: str
    generation: str

    def is_updated(self, digest: str, generation: str) -> bool:
        """Whether the pod is of the present template."""
        same = bool(generation) and self.generation == generation
        return same or (bool(digest) and self.revision == digest)


DaemonPods = dict[str, DaemonPod]
"""By name."""


def look_at(known: Mapping[str, DaemonPod], pods: Iterable[Object]) -> DaemonPods:
    """Read the pods that have changed since they were looked at last."""
    found = {}
    for pod in pods:
        name = pod["metadata"]["name"]
        look = known.get(name)
        found[name] = look if look is not None and look.pod is pod else _read(pod)
    return found


def _read(pod: Object) -> DaemonPod:
    labels = labels_of(pod)
    return DaemonPod(
        pod,
        target_node(pod),
        pod["status"].get("phase") in TERMINAL,
        is_terminating(pod),
        is_ready(pod),
        labels.get(REVISION_LABEL, ""),
        labels.get(GENERATION_LABEL, ""),
    )


def by_node(pods: DaemonPods) -> dict[str, list[DaemonPod]]:
    """Node → its daemon pods; one that goes and has ended leaves room for the next."""
    found: dict[str, list[DaemonPod]] = {}
    for one in pods.values():
        if not (one.going and one.ended):
            found.setdefault(one.node, []).append(one)
    return found
