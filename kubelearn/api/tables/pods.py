"""The rows of pods and pod templates: READY, STATUS, RESTARTS and the wide columns.

Source: `pkg/printers/internalversion/printers.go`, printPod, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kubelearn.api.objects import Object, is_true
from kubelearn.api.tables.age import since
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    comma,
    label_pairs,
    name_of,
    number,
    part,
    text,
)

TERMINAL: Final = ("Succeeded", "Failed")


@dataclass(slots=True)
class Tally:
    """What the walk through the containers of a pod has found so far."""

    reason: str
    ready: int = 0
    restarts: int = 0
    last_restart: str = ""

    def restarted(self, status: Object) -> None:
        """Count the restarts of one container and remember the latest end of a run."""
        self.restarts += status.get("restartCount", 0)
        ended = text(status, "lastState", "terminated", "finishedAt")
        self.last_restart = max(self.last_restart, ended)


def _ended(state: Object, prefix: str = "") -> str:
    """Why a container ended: its reason, its signal, or its exit code."""
    if reason := state.get("reason"):
        return f"{prefix}{reason}"
    if signal := state.get("signal"):
        return f"{prefix}Signal:{signal}"
    return f"{prefix}ExitCode:{state.get('exitCode', 0)}"


def _sidecars(pod: Object) -> set[str]:
    containers = part(pod, "spec", "initContainers") or ()
    return {c.get("name", "") for c in containers if c.get("restartPolicy") == "Always"}


def _initial_reason(pod: Object) -> str:
    reason = text(pod, "status", "reason") or text(pod, "status", "phase")
    for condition in part(pod, "status", "conditions") or ():
        if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            reason = "SchedulingGated"
    return reason


def _init_reason(status: Object, index: int, total: int) -> str:
    """What an init container that is not done yet makes of the pod's status."""
    state = status.get("state") or {}
    if "terminated" in state:
        return _ended(state["terminated"], "Init:")
    waiting = text(state, "waiting", "reason")
    if waiting and waiting != "PodInitializing":
        return f"Init:{waiting}"
    return f"Init:{index}/{total}"


def _walk_init(pod: Object, tally: Tally, sidecars: Tally) -> bool:
    """Go through the init containers in order; True if one of them is still to finish."""
    names = _sidecars(pod)
    total = len(part(pod, "spec", "initContainers") or ())
    for index, status in enumerate(part(pod, "status", "initContainerStatuses") or ()):
        sidecar = status.get("name", "") in names
        tally.restarted(status)
        if sidecar:
            sidecars.restarted(status)
        ended = part(status, "state").get("terminated")
        if ended is not None and not ended.get("exitCode"):
            continue
        if sidecar and status.get("started"):
            tally.ready += bool(status.get("ready"))
            continue
        tally.reason = _init_reason(status, index, total)
        return True
    return False


def _walk_containers(pod: Object, tally: Tally) -> None:
    """Go through the containers from last to first; the first one's reason wins."""
    running, failed = False, ""
    for status in reversed(part(pod, "status", "containerStatuses") or []):
        tally.restarted(status)
        state = status.get("state") or {}
        if waiting := text(state, "waiting", "reason"):
            tally.reason = waiting
        elif state.get("terminated") is not None:
            tally.reason = _ended(state["terminated"])
            if state["terminated"].get("exitCode") or state["terminated"].get("signal"):
                failed = tally.reason
        elif status.get("ready") and state.get("running") is not None:
            running = True
            tally.ready += 1
    if tally.reason != "Completed":
        return
    if running and is_true(pod, "Ready"):
        tally.reason = "Running"
    elif failed:
        tally.reason = failed
    elif running:
        tally.reason = "NotReady"


def pod_tally(pod: Object) -> Tally:
    """STATUS, ready containers and restarts of a pod, as `kubectl get pods` counts them."""
    tally, sidecars = Tally(_initial_reason(pod)), Tally("")
    initializing = _walk_init(pod, tally, sidecars)
    if not initializing or is_true(pod, "Initialized"):
        tally.restarts, tally.last_restart = sidecars.restarts, sidecars.last_restart
        _walk_containers(pod, tally)
    if "deletionTimestamp" in pod["metadata"]:
        if text(pod, "status", "reason") == "NodeLost":
            tally.reason = "Unknown"
        elif text(pod, "status", "phase") not in TERMINAL:
            tally.reason = "Terminating"
    return tally


def pod_status(pod: Object) -> str:
    """The STATUS cell of a pod, such as `Running`, `CrashLoopBackOff` or `Init:0/1`."""
    return pod_tally(pod).reason


def _gates(pod: Object) -> str:
    gates = part(pod, "spec", "readinessGates") or ()
    if not gates:
        return "<none>"
    return f"{sum(is_true(pod, gate['conditionType']) for gate in gates)}/{len(gates)}"


def _pod(pod: Object, now: int) -> list[Cell]:
    tally = pod_tally(pod)
    total = len(part(pod, "spec", "containers") or ()) + len(_sidecars(pod))
    restarts = str(tally.restarts)
    if tally.restarts and tally.last_restart:
        restarts = f"{restarts} ({since(tally.last_restart, now)} ago)"
    addresses = part(pod, "status", "podIPs") or ()
    return [
        name_of(pod),
        f"{tally.ready}/{total}",
        tally.reason,
        restarts,
        age_of(pod, now),
        (addresses[0].get("ip") if addresses else "") or "<none>",
        text(pod, "spec", "nodeName") or "<none>",
        text(pod, "status", "nominatedNodeName") or "<none>",
        _gates(pod),
    ]


def _completed(pod: Object) -> list[Object]:
    texts = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}
    phase = text(pod, "status", "phase")
    if phase not in texts:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": texts[phase]}]


def container_names(template: Object) -> str:
    """Names of the containers of a pod template, joined."""
    return comma(c.get("name", "") for c in part(template, "spec", "containers") or ())


def container_images(template: Object) -> str:
    """Images of the containers of a pod template, joined."""
    return comma(c.get("image", "") for c in part(template, "spec", "containers") or ())


def _pod_template(obj: Object, _now: int) -> list[Cell]:
    template = part(obj, "template")
    labels = label_pairs(part(template, "metadata", "labels"))
    return [name_of(obj), container_names(template), container_images(template), labels]


PODS: Final = Printer(
    (
        NAME,
        Column("Ready", text="The aggregate readiness state of this pod for accepting traffic."),
        Column("Status", text="The aggregate status of the containers in this pod."),
        Column(
            "Restarts",
            text="The number of times the containers in this pod have been restarted and when "
            "the last container in this pod has restarted.",
        ),
        AGE,
        Column("IP", wide=True, doc="core.v1.PodStatus.podIP"),
        Column("Node", wide=True, doc="core.v1.PodSpec.nodeName"),
        Column("Nominated Node", wide=True, doc="core.v1.PodStatus.nominatedNodeName"),
        Column("Readiness Gates", wide=True, doc="core.v1.PodSpec.readinessGates"),
    ),
    _pod,
    _completed,
)

CONTAINERS: Final = Column("Containers", text="Names of each container in the template.")
IMAGES: Final = Column("Images", text="Images referenced by each container in the template.")
WIDE_CONTAINERS: Final = Column(CONTAINERS.name, wide=True, text=CONTAINERS.text)
WIDE_IMAGES: Final = Column(IMAGES.name, wide=True, text=IMAGES.text)

POD_TEMPLATES: Final = Printer(
    (NAME, CONTAINERS, IMAGES, Column("Pod Labels", text="The labels for the pod template.")),
    _pod_template,
)


def replicas(obj: Object) -> int:
    """Desired replicas of a workload; 0 when the field is not there."""
    return number(obj, "spec", "replicas")
