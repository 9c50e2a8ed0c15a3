"""The status of a pod, made from the kubelet's rows.

Equal parts are shared: pods of one template that started in the same second have the very same
lists of conditions and container states, whatever their number.

Source: `pkg/kubelet/kubelet_pods.go` (convertToAPIContainerStatuses, generateAPIPodStatus).

Unlike the real one: `containerID`, `volumeMounts` and `user` of container statuses are left out
(they would make every pod's status unlike every other's), and `imageID` is made up from the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.images import InvalidImageName, digest_of, parse_image
from kubelearn.api.objects import Object, condition
from kubelearn.api.times import timestamp
from kubelearn.kubelet import rows
from kubelearn.kubelet.conditions import (
    OWNED,
    Finding,
    containers_ready,
    pod_initialized,
    pod_ready,
)
from kubelearn.kubelet.never_ran import as_reported, never_ran
from kubelearn.kubelet.phase import pod_phase
from kubelearn.kubelet.rows import ContainerRow, PodRow, Termination
from kubelearn.sim.clock import SECOND

NONE: list[Object] = []
"""No conditions yet, no init containers: one list, so that it has one identity."""
SHARED_LIMIT = 50_000
"""Parts that are kept for sharing; then the collection begins anew."""


class Shared:
    """Equal values become one object. A cache: what it holds never changes what is read."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        """The shared value of a key, or None."""
        return self._values.get(key)

    def __reduce__(self) -> tuple[Any, ...]:
        """A saved world begins anew: identities, which many keys are made of, are other ones."""
        return Shared, ()

    def put(self, key: Any, value: Any) -> Any:
        """Share a value under a key."""
        if len(self._values) >= SHARED_LIMIT:
            self._values.clear()
        return self._values.setdefault(key, value)

    def same(self, value: Any) -> Any:
        """The first value that was equal to this one."""
        return self.put(value, value)


def containers_of(spec: Object) -> list[Object]:
    """Init containers, then regular ones: the order of a pod's container rows."""
    inits = spec.get("initContainers")
    return [*inits, *spec["containers"]] if inits else spec["containers"]


def pod_status(
    shared: Shared, pod: Object, row: PodRow, host: tuple[str, list[Object]], now: int
) -> Object:
    """The fields of the status that the kubelet writes, as a merge patch (None deletes)."""
    spec, old = pod["spec"], pod.get("status") or {}
    inits = len(spec.get("initContainers") or ())
    first = "PodInitializing" if inits else "ContainerCreating"
    init_statuses, reported = NONE, row.containers
    if inits:
        reported = as_reported(spec, row.containers)
        init_statuses = _statuses(shared, spec["initContainers"], reported[:inits], first)
    statuses = _statuses(shared, spec["containers"], reported[inits:], first)
    phase, findings = _judged(shared, pod, row, init_statuses, statuses)
    patch: Object = {
        "phase": phase,
        "conditions": _conditions(shared, pod, findings, timestamp(now)),
        "containerStatuses": statuses,
        "hostIP": host[0],
        "hostIPs": host[1],
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    if inits:
        patch["initContainerStatuses"] = init_statuses
    # What could still run has not failed yet (`status_manager.go`, mergePodStatus).
    if (row.reason and row.state == rows.STOPPED) or "reason" in old:
        patch["reason"], patch["message"] = row.reason or None, row.message or None
    if "startTime" not in old:
        patch["startTime"] = timestamp(row.begun)
    if row.ip and old.get("podIP") != row.ip:
        patch["podIP"], patch["podIPs"] = row.ip, [{"ip": row.ip}]
    return patch


Judged = tuple[str, tuple[Finding, ...]]
"""The phase and the kubelet's conditions without their times."""


def _judged(
    shared: Shared,
    pod: Object,
    row: PodRow,
    init_statuses: list[Object],
    statuses: list[Object],
) -> Judged:
    """What phase and conditions follow from; once for all pods of which all of it is the same."""
    spec, scheduled = pod["spec"], condition(pod, "PodScheduled") or {}
    if spec.get("readinessGates"):
        return _judge(pod, row, [*init_statuses, *statuses], scheduled)
    # Equal objects are the same object here; they are kept with the answer, so no other object
    # can get the identity of one of them.
    parts = (spec["containers"], spec.get("initContainers"), init_statuses, statuses)
    current = (pod.get("status") or {}).get("phase", "Pending")
    key = (
        *map(id, parts),
        current,
        spec.get("restartPolicy"),
        row.state,
        row.phase,
        row.initialized,
        _is_static(pod),
        scheduled.get("reason", ""),
        scheduled.get("message", ""),
    )
    found: tuple[Any, Judged] | None = shared.get(key)
    if found is None:
        judged = _judge(pod, row, [*init_statuses, *statuses], scheduled)
        found = shared.put(key, (parts, judged))
    return found[1]


def _judge(pod: Object, row: PodRow, statuses: Sequence[Object], scheduled: Object) -> Judged:
    spec, phase = pod["spec"], _phase(pod, row, statuses)
    sandboxed = row.state in (rows.SANDBOXED, rows.TERMINATING)
    known = (pod.get("status") or {}).get("conditions") or ()
    foreign = [condition for condition in known if condition["type"] not in OWNED]
    return phase, (
        Finding("PodReadyToStartContainers", "True" if sandboxed else "False"),
        pod_initialized(spec, statuses, phase),
        pod_ready(spec, foreign, statuses, phase),
        containers_ready(spec, statuses, phase),
        Finding("PodScheduled", "True", scheduled.get("reason", ""), scheduled.get("message", "")),
    )


def _is_static(pod: Object) -> bool:
    return "kubernetes.io/config.mirror" in (pod["metadata"].get("annotations") or {})


def _phase(pod: Object, row: PodRow, statuses: Sequence[Object]) -> str:
    current: str = (pod.get("status") or {}).get("phase", "Pending")
    if current in ("Succeeded", "Failed"):
        return current
    over = row.state == rows.STOPPED
    if row.phase and over:
        return row.phase
    static = _is_static(pod)
    phase = pod_phase(
        pod["spec"], statuses, terminal=over, initialized=row.initialized, static=static
    )
    # What is over has ended, though containers of it may wait (`status_manager.go`, TerminatePod).
    return "Failed" if over and not static and phase in ("Pending", "Running") else phase


def _statuses(
    shared: Shared, containers: Sequence[Object], own: Sequence[ContainerRow], first: str
) -> list[Object]:
    # Kept with the answer, so that the identity of the containers stays taken.
    key = (first, id(containers), *map(_visible, own))
    found: tuple[Any, list[Object]] | None = shared.get(key)
    if found is None:
        pairs = zip(containers, own, strict=True)
        made = [container_status(c, row, first) for c, row in pairs]
        # Equal ones of other pods, whose containers are not the very same, are shared too.
        found = shared.put(key, (containers, shared.put(repr(made), made)))
    return found[1]


def _visible(row: ContainerRow) -> tuple[Any, ...]:
    """All of a container's row that can be seen in its status."""
    return (
        row.state,
        row.image,
        row.reason,
        row.message,
        row.started_at // SECOND,
        row.started,
        row.ready,
        row.restarts,
        _ended_key(row.last),
        _ended_key(row.before),
    )


def _ended_key(end: Termination | None) -> tuple[Any, ...] | None:
    if end is None:
        return None
    return (end.code, end.reason, end.message, timestamp(end.started), timestamp(end.finished))


def container_status(container: Object, row: ContainerRow, first: str) -> Object:
    """One entry of `containerStatuses`; `first` is the reason of a wait for the first start."""
    state, last = _state(row, first)
    image, image_id = _image(container["image"], row)
    status: Object = {
        "name": container["name"],
        "state": state,
        "lastState": last,
        "ready": row.ready,
        "restartCount": row.restarts,
        "image": image,
        "imageID": image_id,
        "started": row.started,
    }
    resources = container.get("resources")
    if resources:
        status["resources"] = resources
        allocated = container.get("allocatedResources") or resources.get("requests")
        if allocated:
            status["allocatedResources"] = allocated
    return status


def _image(image: str, row: ContainerRow) -> tuple[str, str]:
    """The image as the runtime names it, and its ID, once there has been an instance."""
    if not row.image and (row.last is None or never_ran(row)):
        return image, ""
    try:
        return str(parse_image(row.image or image)), digest_of(row.image or image)
    except InvalidImageName:
        return image, ""


def _state(row: ContainerRow, first: str) -> tuple[Object, Object]:
    """(state, lastState)."""
    last = {"terminated": _terminated(row.last)} if row.last else {}
    if row.state in (rows.RUNNING, rows.STOPPING):
        return {"running": {"startedAt": timestamp(row.started_at)}}, last
    if row.state in (rows.BACK_OFF, rows.PULL_WAIT, rows.CONFIG_WAIT):
        waiting = {"reason": row.reason, "message": row.message}
        return {"waiting": {name: text for name, text in waiting.items() if text}}, last
    if row.last is not None:
        before = {"terminated": _terminated(row.before)} if row.before else {}
        return {"terminated": _terminated(row.last)}, before
    return {"waiting": {"reason": first}}, {}


def _terminated(end: Termination) -> Object:
    found: Object = {"exitCode": end.code, "reason": end.reason}
    if end.message:
        found["message"] = end.message
    if end.finished:
        found["startedAt"] = timestamp(end.started)
        found["finishedAt"] = timestamp(end.finished)
    else:
        found["startedAt"] = found["finishedAt"] = None
    return found


def _conditions(
    shared: Shared, pod: Object, findings: tuple[Finding, ...], now: str
) -> list[Object]:
    """The list after a write; once for all pods that have the very same list before it."""
    known: list[Object] = (pod.get("status") or {}).get("conditions") or NONE
    generation = pod["metadata"].get("generation", 1)
    # Both are kept with the answer, so that their identities stay taken.
    key = (id(known), id(findings), generation, now)
    found: tuple[Any, Any, list[Object]] | None = shared.get(key)
    if found is None:
        made = _made_conditions(shared, known, findings, generation, now)
        found = shared.put(key, (known, findings, made))
    return found[2]


def _made_conditions(
    shared: Shared, known: list[Object], findings: tuple[Finding, ...], generation: int, now: str
) -> list[Object]:
    old = {condition["type"]: condition for condition in known}
    foreign = [condition for condition in known if condition["type"] not in OWNED]
    times = tuple([_since(old.get(found.type), found, now) for found in findings])
    key = (findings, times, generation)
    owned: list[Object] | None = shared.get(key)
    if owned is None:
        made = [_condition(f, time, generation) for f, time in zip(findings, times, strict=True)]
        owned = shared.put(key, made)
    return [*foreign, *owned] if foreign else owned


def _since(old: Object | None, found: Finding, now: str) -> str:
    if old is not None and old["status"] == found.status and old.get("lastTransitionTime"):
        time: str = old["lastTransitionTime"]
        return time
    return now


def _condition(found: Finding, time: str, generation: int) -> Object:
    condition: Object = {
        "type": found.type,
        "observedGeneration": generation,
        "status": found.status,
        "lastProbeTime": None,
        "lastTransitionTime": time,
    }
    if found.reason:
        condition["reason"] = found.reason
    if found.message:
        condition["message"] = found.message
    return condition
