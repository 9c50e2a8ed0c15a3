"""Rows of waiting pods, read once for all pods of a template.

Pods of one template share spec and labels as Python objects; their rows then differ in name and
object only.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, key_of
from kubelearn.scheduler.info import PodInfo, pod_info, pod_row

LIMIT = 4096
"""Templates that are remembered; at the limit all are forgotten."""

Shared = tuple[int, int, str]
"""Identities of spec and labels, and the namespace."""


class PodRows:
    """Makes rows of pods."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Shared, PodInfo] = {}

    def row(self, obj: Object) -> PodInfo:
        """The row of a pod, as `pod_info` makes it."""
        spec, metadata = obj["spec"], obj["metadata"]
        if spec.get("nodeName"):
            return pod_info(obj)
        labels = metadata.get("labels")
        shared = (id(spec), id(labels), metadata.get("namespace", ""))
        known = self._known.get(shared)
        # The kept row holds on to spec and labels, so that their identities stay taken.
        if known is not None:
            terminating = "deletionTimestamp" in metadata
            return pod_row((key_of(obj), obj, *known[2:-1], terminating))
        made = pod_info(obj)
        if len(self._known) >= LIMIT:
            self._known.clear()
        self._known[shared] = made
        return made

    def fork(self) -> PodRows:
        """A copy."""
        twin = PodRows()
        twin._known = self._known.copy()
        return twin
