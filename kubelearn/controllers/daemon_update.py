"""The rolling update of a DaemonSet: whom to delete, where to put a second pod.

Source: `pkg/controller/daemon/update.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kubelearn.api.objects import Object, is_terminating, labels_of
from kubelearn.controllers.deployment.budget import scaled
from kubelearn.controllers.pods import TERMINAL, is_available, is_ready

REVISION_LABEL = "controller-revision-hash"
GENERATION_LABEL = "pod-template-generation"
GENERATION = "deprecated.daemonset.template.generation"


ByNode: TypeAlias = Mapping[str, Sequence[Object]]
"""Node → the pods there."""


class Limits(NamedTuple):
    """How many nodes may have two pods, or none that is available."""

    surge: int
    unavailable: int


class Steps(NamedTuple):
    """What a sync of the update does."""

    delete: list[Object]
    create: list[str]
    """Nodes that get a new pod beside the old one."""


class OnNode(NamedTuple):
    """The pods of a node by template."""

    new: Object | None
    old: Object | None


def limits_of(daemonset: Object, desired: int) -> Limits:
    """The limits, both rounded up; of `desired` nodes at least one may be unavailable."""
    rolling = (daemonset["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    surge = scaled(rolling.get("maxSurge") or 0, desired, up=True)
    unavailable = scaled(rolling.get("maxUnavailable") or 0, desired, up=True)
    if desired and not surge and not unavailable:
        unavailable = 1
    return Limits(surge, unavailable)


def allows_surge(daemonset: Object) -> bool:
    """Whether a node may have two pods for a while."""
    strategy = daemonset["spec"].get("updateStrategy") or {}
    rolling = strategy.get("type") == "RollingUpdate"
    return rolling and bool(scaled((strategy.get("rollingUpdate") or {}).get("maxSurge") or 0,
                                   100, up=True))  # fmt: skip


def is_updated(pod: Object, digest: str, generation: str = "") -> bool:
    """Whether a pod is of the present template."""
    labels = labels_of(pod)
    same = bool(generation) and labels.get(GENERATION_LABEL) == generation
    return same or (bool(digest) and labels.get(REVISION_LABEL) == digest)


def on_node(pods: Sequence[Object], digest: str, generation: str = "") -> OnNode | None:
    """The new and the old pod of a node; None when there are two of a sort."""
    found: dict[bool, Object] = {}
    for pod in pods:
        if is_terminating(pod):
            continue
        new = is_updated(pod, digest, generation)
        if new in found:
            return None
        found[new] = pod
    return OnNode(found.get(True), found.get(False))


class Update:
    """One look at all nodes of a DaemonSet."""

    def __init__(self, daemonset: Object, digest: str, now: int) -> None:
        self.digest, self.now = digest, now
        self.min_ready: int = daemonset["spec"].get("minReadySeconds", 0)
        annotations = daemonset["metadata"].get("annotations") or {}
        self.generation: str = annotations.get(GENERATION, "")

    def _available(self, pod: Object) -> bool:
        return is_available(pod, self.min_ready, self.now)

    def _nodes(self, by_node: ByNode) -> list[tuple[str, OnNode | None]]:
        return [
            (name, on_node(by_node[name], self.digest, self.generation)) for name in sorted(by_node)
        ]

    def replace(self, by_node: ByNode, most: int) -> Steps:
        """Without surge: old pods that are no use go, and of the others as many as may."""
        gone, useless, candidates = 0, [], []
        for _, found in self._nodes(by_node):
            if found is None or (found.old is None) == (found.new is None):
                gone += 1  # the other loop creates or deletes a pod there first
            elif found.new is not None:
                gone += not self._available(found.new)
            elif found.old is not None and not self._available(found.old):
                useless.append(found.old)
                gone += 1
            elif found.old is not None and gone < most:
                candidates.append(found.old)
        return Steps([*useless, *candidates[: max(0, most - gone)]], [])

    def surge(self, by_node: ByNode, most: int, eligible: frozenset[str]) -> Steps:
        """With surge: new pods beside old ones; the old one goes when the new one is available."""
        used, delete, needed, candidates = 0, [], [], []
        for name, found in self._nodes(by_node):
            if found is None:
                used += 1
            elif found.old is None:
                continue
            elif name not in eligible:
                delete.append(found.old)
            elif found.new is not None:
                if self._available(found.new):
                    delete.append(found.old)
                else:
                    used += 1
            elif not self._available(found.old):
                needed.append(name)
            elif used < most:
                candidates.append(name)
        return Steps(delete, [*needed, *candidates[: max(0, most - used)]])

    def surplus(self, pods: Sequence[Object]) -> list[Object]:
        """With surge: of a node's running pods, by age, those that are one too many."""
        if len(pods) <= 1:
            return []
        groups: dict[bool, list[Object]] = {True: [], False: []}
        for pod in pods:
            groups[labels_of(pod).get(REVISION_LABEL) == self.digest].append(pod)
        new, old = groups[True], groups[False]
        found = [*new[1:], *old[1:]]
        if new and old and (not is_ready(old[0]) or self._available(new[0])):
            found.append(old[0])
        return found


def running(pods: Sequence[Object]) -> list[Object]:
    """Pods that neither go nor have ended, by age; those that are bound first."""
    alive = [p for p in pods if not is_terminating(p) and p["status"].get("phase") not in TERMINAL]
    return sorted(alive, key=age)


def age(pod: Object) -> tuple[bool, str, str]:
    """Sorts bound pods first, then by creation."""
    metadata = pod["metadata"]
    return (not pod["spec"].get("nodeName"), metadata["creationTimestamp"], metadata["name"])
