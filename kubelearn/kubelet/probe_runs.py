"""What one look of a probe worker at its container does, whatever state that is in.

Source: `pkg/kubelet/prober/worker.go` (doProbe), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kubelearn.kubelet.probes import FAILURE, SUCCESS, Worker, runs


class Look(NamedTuple):
    """The worker afterwards, and whether it goes on looking at this container."""

    worker: Worker
    goes_on: bool
    result: str | None
    """The result that was set, None when none was."""


def look(
    worker: Worker,
    kind: str,
    probe: dict[str, Any],
    outcome: str,
    *,
    phase: str = "Running",
    state: str | None = "running",
    started: bool = True,
    deleting: bool = False,
    restartable: bool = True,
    age: int | None = None,
) -> Look:
    """One run; `state` is the container's, None when there is none, `age` its age in seconds."""
    if phase in ("Failed", "Succeeded"):
        return Look(worker, False, None)
    if state is None or worker.held:
        return Look(worker, True, None)
    if state != "running":
        goes_on = state != "terminated" or restartable
        return Look(worker._replace(result=FAILURE), goes_on, FAILURE)
    if deleting and kind != "readiness":
        return Look(worker._replace(result=SUCCESS), False, SUCCESS)
    early = age is not None and age < int(probe.get("initialDelaySeconds") or 0)
    if early or not runs(kind, started=started):
        return Look(worker, True, None)
    told = worker.told(kind, probe, outcome)
    return Look(told, True, told.result)
