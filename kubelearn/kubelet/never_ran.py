"""Containers that never ran in a pod that is over: which of them are said to be lost.

Source: `pkg/kubelet/status/status_manager.go` (TerminatePod, hasPodInitialized,
initializedContainers), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.kubelet import rows
from kubelearn.kubelet.restarts import is_sidecar
from kubelearn.kubelet.rows import ContainerRow

UNKNOWN = "ContainerStatusUnknown"
"""The reason of a container that was not found when its pod ended."""
Rows = tuple[ContainerRow, ...]


def never_ran(own: ContainerRow) -> bool:
    """Whether the pod has ended before the container began."""
    last = own.last
    return own.state == rows.DONE and last is not None and (last.reason, last.finished) == (
        UNKNOWN, 0,
    )  # fmt: skip


def as_reported(spec: Object, containers: Rows) -> Rows:
    """The rows of a pod's containers as its status shows them.

    Before the init containers are through, those that come later still wait: they are not lost.
    """
    inits: list[Object] = spec.get("initContainers") or []
    if not inits or not any(map(never_ran, containers)):
        return containers
    first, regular = containers[: len(inits)], containers[len(inits) :]
    begun = _begun(first)
    shown = (*first[:begun], *map(_waiting, first[begun:]))
    if _is_initialized(inits, first, regular):
        return (*shown, *regular)
    return (*shown, *map(_waiting, regular))


def _begun(first: Rows) -> int:
    """How many init containers have had their turn; one at least."""
    ran = [number for number, own in enumerate(first, 1) if not never_ran(own)]
    return max(ran, default=1)


def _is_initialized(inits: list[Object], first: Rows, regular: Rows) -> bool:
    """Whether a regular container has run, or the last init container has ended well.

    A sidecar that comes last tells nothing any more: it has been stopped.
    """
    if not all(map(never_ran, regular)):
        return True
    last = first[-1].last
    return not is_sidecar(inits[-1]) and last is not None and last.code == 0


def _waiting(own: ContainerRow) -> ContainerRow:
    return ContainerRow(since=own.since)
