"""The phase of a pod, from its spec and the states of its containers.

Source: `pkg/kubelet/kubelet_pods.go` (getPhase), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.kubelet.restarts import ALL_RESTARTING, is_sidecar, restarts_after

Statuses = Mapping[str, Mapping[str, Any]]


class Count(NamedTuple):
    """How many containers are in which state."""

    pending_init: int = 0
    pending_sidecars: int = 0
    failed_init: int = 0
    unknown: int = 0
    running: int = 0
    waiting: int = 0
    stopped: int = 0
    stopped_for_good: int = 0
    succeeded: int = 0

    def plus(self, **more: int) -> Count:
        """A count with some numbers higher."""
        return self._replace(**{name: getattr(self, name) + n for name, n in more.items()})


def pod_phase(
    spec: Mapping[str, Any],
    statuses: Sequence[Mapping[str, Any]],
    *,
    terminal: bool,
    initialized: bool,
    static: bool = False,
) -> str:
    """The phase; `statuses` are those of all containers, init containers included.

    `terminal`: the kubelet will never start anything of this pod again. `initialized`: a regular
    container has run, so that restarting sidecars do not make the pod Pending again.
    """
    by_name = {status["name"]: status for status in reversed(statuses)}
    count = Count()
    for container in spec.get("initContainers") or ():
        counted = _count_sidecar if is_sidecar(container) else _count_init
        count = counted(count, container, spec, by_name)
    for container in spec.get("containers") or ():
        count = _count_regular(count, container, spec, by_name)
    return _phase(count, terminal=terminal and not static, initialized=initialized)


def _phase(count: Count, *, terminal: bool, initialized: bool) -> str:
    if count.failed_init:
        return "Failed"
    uninitialized = count.pending_init or (count.pending_sidecars and not initialized)
    if uninitialized or count.waiting or count.unknown:
        return "Pending"
    if count.running:
        return "Running"
    if not count.stopped:
        return "Pending"
    if not terminal and count.stopped != count.stopped_for_good:
        return "Running"
    return "Succeeded" if count.stopped == count.succeeded else "Failed"


def ended(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The termination of a container that does not run: its state's, or else its last one."""
    state = status.get("state") or {}
    if "terminated" in state:
        return state["terminated"] or {}
    last: Mapping[str, Any] | None = (status.get("lastState") or {}).get("terminated")
    return last if "waiting" in state else None


def _restarting(container: Mapping[str, Any], spec: Mapping[str, Any], end: Any) -> bool:
    return end.get("reason") == ALL_RESTARTING or restarts_after(
        container, spec, end.get("exitCode", 0)
    )


def _count_init(
    count: Count, container: Mapping[str, Any], spec: Mapping[str, Any], by_name: Statuses
) -> Count:
    end = ended(by_name.get(container["name"], {}))
    if end is None:
        return count.plus(pending_init=1)
    if end.get("exitCode", 0) == 0 or _restarting(container, spec, end):
        return count
    return count.plus(failed_init=1)


def _count_sidecar(
    count: Count, container: Mapping[str, Any], _spec: Mapping[str, Any], by_name: Statuses
) -> Count:
    status = by_name.get(container["name"])
    if status is None:
        return count.plus(unknown=1)
    state = status.get("state") or {}
    if "running" in state:
        return count.plus(running=1, pending_sidecars=0 if status.get("started") else 1)
    if "terminated" in state or ended(status) is not None:
        # A sidecar that has ended says nothing about the phase: it is always restarted.
        return count
    return count.plus(pending_sidecars=1, **{"waiting" if "waiting" in state else "unknown": 1})


def _count_regular(
    count: Count, container: Mapping[str, Any], spec: Mapping[str, Any], by_name: Statuses
) -> Count:
    status = by_name.get(container["name"])
    state = (status or {}).get("state") or {}
    if status is None or not state:
        return count.plus(unknown=1)
    if "running" in state:
        return count.plus(running=1)
    end = ended(status)
    if end is None:
        return count.plus(waiting=1)
    succeeded = "terminated" in state and end.get("exitCode", 0) == 0
    for_good = not _restarting(container, spec, end)
    return count.plus(stopped=1, stopped_for_good=int(for_good), succeeded=int(succeeded))
