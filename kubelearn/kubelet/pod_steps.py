"""Stages of the pod itself: volumes and sandbox at its beginning, the order of its end.

Source: `pkg/kubelet/kubelet.go` (SyncPod, SyncTerminatingPod, SyncTerminatedPod),
`pkg/kubelet/kuberuntime/kuberuntime_termination_order.go`, Kubernetes 1.36.

Unlike the real one: readiness is not probed while a pod terminates.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.kubelet import rows
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.grace import KILLED, MINIMUM, ending
from kubelearn.kubelet.hooks import hook_time
from kubelearn.kubelet.mounted import set_up
from kubelearn.kubelet.references import missing_volumes
from kubelearn.kubelet.rows import ContainerRow, PodRow, Termination
from kubelearn.kubelet.situation import Outcome, Situation
from kubelearn.kubelet.starting import SYNC_GAP
from kubelearn.kubelet.volume_mounts import unmounted
from kubelearn.sim.clock import MILLISECOND, SECOND

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

SANDBOX = (300 * MILLISECOND, 700 * MILLISECOND)
UNMOUNT = (100 * MILLISECOND, 500 * MILLISECOND)
MOUNT_RETRY, MOUNT_RETRY_LIMIT = 500 * MILLISECOND, 122 * SECOND
"""`pkg/util/goroutinemap/exponentialbackoff`."""
ATTACH_POLL = 300 * MILLISECOND
"""`pkg/kubelet/volumemanager/volume_manager.go`, podAttachAndMountRetryInterval."""
ATTACH_POLLS = 410
"""So many until it is told (podAttachAndMountTimeout, 2 minutes 3 seconds)."""
AT_HAND = frozenset({"name", "projected", "emptyDir", "hostPath", "downwardAPI"})
"""Kinds of volumes (and their name) that nothing has to be waited for."""
LOST = "The container could not be located when the pod was terminated"


def may_wait_for_volumes(s: Situation) -> bool:
    """Whether any volume is of a kind that may not be there."""
    volumes = s.pod["spec"].get("volumes") or ()
    return any(field not in AT_HAND for volume in volumes for field in volume)


def has_its_volumes(s: Situation) -> bool:
    """Whether all volumes are there with the pod."""
    return not may_wait_for_volumes(s)


def lacks_volume(s: Situation) -> bool:
    """Whether a volume cannot be mounted."""
    return bool(missing_volumes(s.kubelet.context.api, s.pod))


def until_mount_retry(s: Situation) -> int:
    """The n-th try comes 0.5 s * 2^n after the one before, 2 minutes 2 seconds at most."""
    return min(MOUNT_RETRY << min(s.row.retries, 8), MOUNT_RETRY_LIMIT)


def fail_mount(s: Situation) -> Outcome:
    """FailedMount for each volume."""
    told = tuple(
        Event("Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{name}" : {problem}')
        for name, problem in missing_volumes(s.kubelet.context.api, s.pod)
    )
    return Outcome(pod=s.row._replace(since=s.now, retries=s.row.retries + 1), events=told)


def awaits_volume(s: Situation) -> bool:
    """Whether a claim is not bound, or its volume not attached, yet."""
    return bool(unmounted(s.kubelet.context.api, s.pod))


def until_attach_poll(s: Situation) -> int:  # noqa: ARG001
    """To the next look."""
    return ATTACH_POLL


def await_volume(s: Situation) -> Outcome:
    """Look again; after 2 minutes and 3 seconds of it, FailedMount."""
    retries = s.row.retries + 1
    told: tuple[Event, ...] = ()
    if retries % ATTACH_POLLS == 0:
        names = " ".join(name for name, _ in unmounted(s.kubelet.context.api, s.pod))
        text = (
            f"Unable to attach or mount volumes: unmounted volumes=[{names}], unattached "
            "volumes=[], failed to process volumes=[]: context deadline exceeded"
        )
        told = (Event("Warning", "FailedMount", text),)
    return Outcome(pod=s.row._replace(since=s.now, retries=retries), events=told)


def can_mount(s: Situation) -> bool:
    """Whether all volumes are there."""
    return not lacks_volume(s) and not awaits_volume(s)


def sandbox_time(s: Situation) -> int:
    """To the pod's network; a pod of the host's network needs none of its own."""
    if s.row.deadline:
        return s.row.deadline - s.row.since
    return s.draw("sandbox", *SANDBOX)


def get_sandbox(s: Situation) -> Outcome:
    """The pod has its sandbox and its address."""
    ip = s.kubelet.address_for(s.pod, s.row)
    if not ip:
        return without_address(s)
    set_up(s.kubelet, s.pod)
    row = s.row._replace(
        state=rows.SANDBOXED, since=s.now, ip=ip, sandbox=s.row.sandbox + 1, retries=0, deadline=0
    )
    return Outcome(pod=row)


def without_address(s: Situation) -> Outcome:
    """The network plugin has no address left: FailedCreatePodSandBox, and again a sync later."""
    again = s.now + s.draw(f"sync-{s.now}", *SYNC_GAP)
    name = blake2b(f"{s.row.uid}/{s.now}".encode(), digest_size=32).hexdigest()
    ranges = s.kubelet.cni.range_set(s.row.node)
    text = (
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network "
        f'for sandbox "{name}": plugin type="flannel" failed (add): failed to allocate for range '
        f"0: no IP addresses available in range set: {ranges}"
    )
    told = (Event("Warning", "FailedCreatePodSandBox", text),)
    return Outcome(pod=s.row._replace(since=s.now, deadline=again), events=told)


def has_deadline(s: Situation) -> bool:
    """Whether the pod may run only so long."""
    return s.pod["spec"].get("activeDeadlineSeconds") is not None


def until_deadline(s: Situation) -> int:
    """To `activeDeadlineSeconds` after the pod's start time."""
    return max(s.row.begun + int(s.pod["spec"]["activeDeadlineSeconds"]) * SECOND - s.row.since, 0)


def exceed_deadline(s: Situation) -> Outcome:
    """The pod has Failed, whatever its containers do."""
    text = "Pod was active on the node longer than the specified deadline"
    row = s.row._replace(phase="Failed", reason="DeadlineExceeded", message=text)
    grace = int(s.pod["spec"].get("terminationGracePeriodSeconds", 30))
    row, told = terminated(s.kubelet, s.pod, row, s.now, grace)
    return Outcome(pod=row, events=(Event("Normal", "DeadlineExceeded", text), *told))


def may_complete(s: Situation) -> bool:
    """Whether containers can end for good: not when each is always started again."""
    spec = s.pod["spec"]
    if spec.get("restartPolicy", "Always") != "Always" or spec.get("initContainers"):
        return True
    return any("restartPolicy" in container for container in spec["containers"])


def is_complete(s: Situation) -> bool:
    """Whether all regular containers have ended for good, or an init container failed for good."""
    containers, inits = s.row.containers, s.inits
    if inits and any(row.state == rows.DONE and not row.ready for row in containers[:inits]):
        return True
    # The last one starts last: as long as it has not ended the others need no look.
    return containers[-1].state == rows.DONE and all(
        row.state == rows.DONE for row in containers[inits:]
    )


def complete(s: Situation) -> Outcome:
    """Stop what is left (sidecars)."""
    grace = int(s.pod["spec"].get("terminationGracePeriodSeconds", 30))
    row, told = terminated(s.kubelet, s.pod, s.row, s.now, grace)
    return Outcome(pod=row, events=told)


def nothing_runs(s: Situation) -> bool:
    """Whether every container has ended."""
    return all(row.state == rows.DONE for row in s.row.containers)


def stop_pod(s: Situation) -> Outcome:
    """The sandbox goes, and with it the address."""
    return Outcome(pod=s.row._replace(state=rows.STOPPED, since=s.now), release=True)


def must_go(s: Situation) -> bool:
    """Whether the object was asked to go."""
    return "deletionTimestamp" in s.pod["metadata"]


def unmount_time(s: Situation) -> int:
    """To the end of the volumes."""
    return s.draw("unmount", *UNMOUNT)


def remove(s: Situation) -> Outcome:
    """The last that the kubelet does: it deletes the object with grace 0."""
    return Outcome(pod=s.row, delete=True)


def terminated(
    kubelet: Kubelets, pod: Object, row: PodRow, now: int, grace: int
) -> tuple[PodRow, tuple[Event, ...]]:
    """A pod's row when all its containers are told to stop, and the events of that.

    Regular containers stop together; sidecars then, one after the other, the last defined first.
    """
    deadline = now + grace * SECOND
    inits = len(pod["spec"].get("initContainers") or ())
    changed = [_halted(own) for own in row.containers]
    told: list[Event] = []
    turn = now
    order = [*range(inits, len(changed)), *reversed(range(inits))]
    for index in order:
        if changed[index].state not in (rows.RUNNING, rows.STOPPING):
            continue
        s = Situation(kubelet, pod, row, index, now)
        begins = turn if s.is_sidecar else None
        changed[index] = own = _told_to_stop(s, deadline, grace, begins)
        text = f"Stopping container {s.container['name']}"
        told.append(Event("Normal", "Killing", text, index))
        if not s.is_sidecar or own.due > turn:
            turn = max(turn, own.due)
    row = row._replace(
        state=rows.TERMINATING, since=now, deadline=deadline, containers=tuple(changed)
    )
    return row, tuple(told)


def _halted(own: ContainerRow) -> ContainerRow:
    """A container's row when nothing more is started."""
    if own.state in (rows.RUNNING, rows.STOPPING, rows.EXITED, rows.DONE):
        return own
    lost = Termination(KILLED, "ContainerStatusUnknown", LOST, 0, 0)
    return own._replace(state=rows.DONE, reason="", message="", last=own.last or lost)


def _told_to_stop(s: Situation, deadline: int, grace: int, turn: int | None) -> ContainerRow:
    own = s.own
    if own.state == rows.STOPPING:
        return cut_short(own, max(deadline, s.now + MINIMUM * SECOND))
    hook = hook_time(s.container, "preStop") if grace > 0 else 0
    end = ending(s.now, deadline, hook, s.app.stop, turn)
    return own._replace(state=rows.STOPPING, since=s.now, due=end.time, code=end.code)


def cut_short(own: ContainerRow, kill: int) -> ContainerRow:
    """A stopping container's row when SIGKILL comes at `kill` at the latest."""
    if own.state != rows.STOPPING or own.due <= kill:
        return own
    return own._replace(due=kill, code=KILLED)
