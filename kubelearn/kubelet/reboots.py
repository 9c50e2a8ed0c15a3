"""What becomes of a pod when its machine, that had died, starts again.

The runtime reports what ran as ended with 255 "Unknown" (containerd
`internal/cri/server/restart.go`); the sandbox is new, so init containers run again. What was asked
to go meanwhile goes.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.kubelet import rows
from kubelearn.kubelet.pod_steps import LOST
from kubelearn.kubelet.restarts import is_sidecar, restarts_after
from kubelearn.kubelet.rows import ContainerRow, PodRow, Termination
from kubelearn.kubelet.statuses import containers_of

LOST_CODE = 255
SANDBOX_CHANGED = "Pod sandbox changed, it will be killed and re-created."


def found_dead(row: PodRow, now: int) -> PodRow:
    """The row of a pod that was to go while its machine was dead: nothing of it is left."""
    lost = Termination(137, "ContainerStatusUnknown", LOST, 0, 0)
    containers = tuple(_gone(own, lost) for own in row.containers)
    return row._replace(state=rows.STOPPED, since=now, containers=containers)


def _gone(own: ContainerRow, lost: Termination) -> ContainerRow:
    if own.state == rows.DONE:
        return own
    return own._replace(
        state=rows.DONE, started=False, ready=False, listening=False, last=own.last or lost
    )


def rebooted(pod: Object, row: PodRow, now: int) -> PodRow:
    """The row of a pod whose containers begin anew."""
    spec = pod["spec"]
    inits = len(spec.get("initContainers") or ())
    containers = tuple(
        _begun_anew(spec, container, own, now, init=index < inits)
        for index, (container, own) in enumerate(
            zip(containers_of(spec), row.containers, strict=True)
        )
    )
    return row._replace(
        state=rows.ACCEPTED, since=now, begun=now, ip="", containers=containers, initialized=False
    )


def _begun_anew(
    spec: Object, container: Object, own: ContainerRow, now: int, *, init: bool
) -> ContainerRow:
    if own.state in (rows.RUNNING, rows.STOPPING):
        own = own._replace(
            before=own.last, last=Termination(LOST_CODE, "Unknown", "", own.started_at, now)
        )
    own = own._replace(
        since=now, started=False, ready=False, listening=False, reason="", message=""
    )
    code = own.last.code if own.last else None
    again = code is None or init or is_sidecar(container) or restarts_after(container, spec, code)
    return own._replace(state=rows.WAITING if again else rows.DONE)
