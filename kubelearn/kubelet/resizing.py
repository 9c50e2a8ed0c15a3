"""In-place resize: what a kubelet does when containers of a running pod ask for other resources.

Source: `pkg/kubelet/allocation/allocation_manager.go`, `pkg/kubelet/events/event.go`,
`pkg/kubelet/kuberuntime/kuberuntime_manager.go` (computePodResizeAction), Kubernetes 1.36.

Unlike the real one: a cgroup is changed at the next listing of containers after the allocation,
only memory that annotations tell can be in the way of a lower limit, and what throttles a program
is the CPU limit with which it started.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.pod_resources import pod_requests
from kubelearn.api.qos import qos_class
from kubelearn.api.quantity import milli, value
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.kubelet import rows
from kubelearn.kubelet.admission import refusal
from kubelearn.kubelet.advancing import advance, tell
from kubelearn.kubelet.backoff import Backoff
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.grace import grace_period
from kubelearn.kubelet.pressure import used_by
from kubelearn.kubelet.rows import PodRow
from kubelearn.kubelet.running import stopping
from kubelearn.kubelet.situation import Situation
from kubelearn.kubelet.statuses import containers_of
from kubelearn.runtime.explain import Reason
from kubelearn.sim.clock import MINUTE, SECOND
from kubelearn.sim.duration import format_duration

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

RETRY = 3 * MINUTE
RESTARTING = (rows.STOPPING, rows.EXITED, rows.IMAGE, rows.PULLING, rows.CREATING)
ENDED = ("Succeeded", "Failed")
PENDING, IN_PROGRESS = "PodResizePending", "PodResizeInProgress"
Resources = tuple[Object, ...]


class Resize(NamedTuple):
    """A pod whose containers do not have what its spec asks for."""

    uid: str
    node: str
    since: int
    allocated: Resources
    """What the node has promised, by container."""
    actual: Resources
    """What the containers run with."""
    reason: str = ""
    """Why it is pending: Deferred or Infeasible; "" while it is in progress."""
    message: str = ""
    retry: int = 0
    """When a pending one is looked at again."""


def resources_of(pod: Object) -> Resources:
    """The resources in the spec, init containers first."""
    return tuple(container.get("resources") or {} for container in containers_of(pod["spec"]))


def as_given(kubelet: Kubelets, key: Key, pod: Object) -> Object:
    """The pod with the resources that its containers have, not those that it asks for."""
    known = kubelet.resizes.get(key)
    if known is None or known.uid != pod["metadata"]["uid"]:
        return pod
    pairs = zip(known.actual, known.allocated, strict=True)
    given = [
        {"resources": actual, "allocatedResources": allocated.get("requests") or {}}
        for actual, allocated in pairs
    ]
    spec = pod["spec"]
    inits = len(spec.get("initContainers") or ())
    named = [{**c, **own} for c, own in zip(containers_of(spec), given, strict=True)]
    changed = {**spec, "containers": named[inits:]}
    if inits:
        changed["initContainers"] = named[:inits]
    return {**pod, "spec": changed}


def _with(pod: Object, resources: Resources) -> Object:
    """The pod as if its spec asked for these resources."""
    spec = pod["spec"]
    inits = len(spec.get("initContainers") or ())
    named = [{**c, "resources": own} for c, own in zip(containers_of(spec), resources, strict=True)]
    return {**pod, "spec": {**spec, "containers": named[inits:], "initContainers": named[:inits]}}


def asked(kubelet: Kubelets, key: Key, old: Object, pod: Object) -> None:
    """A pod asks for other resources than before."""
    known = kubelet.resizes.get(key)
    if known is None:
        have = resources_of(old)
        if have == resources_of(pod) or resources_of(old) == ():
            return
        now, metadata = kubelet.context.clock.now, pod["metadata"]
        known = Resize(metadata["uid"], pod["spec"]["nodeName"], now, have, have)
    handle(kubelet, key, pod, known)


def handle(kubelet: Kubelets, key: Key, pod: Object, known: Resize) -> None:
    """Allocate what a pod asks for, or say why not."""
    now, wanted = kubelet.context.clock.now, resources_of(pod)
    if wanted == known.allocated:
        _say(kubelet, key, pod, PENDING, None)
        if known.actual == known.allocated:
            kubelet.resizes.pop(key, None)
        else:
            kubelet.resizes[key] = known._replace(reason="", message="", retry=0)
        return
    reason, message = _obstacle(kubelet, pod)
    if not reason:
        _allocate(kubelet, key, pod, known, wanted)
        return
    retry = now + RETRY
    if (reason, message) != (known.reason, known.message):
        word = "ResizeInfeasible" if reason == "Infeasible" else "ResizeDeferred"
        text = f"Pod resize {reason}: {_summary(pod, message)}"
        _tell(kubelet, pod, Event("Warning", word, text))
        known = known._replace(since=now)
    kubelet.resizes[key] = known._replace(reason=reason, message=message, retry=retry)
    _say(kubelet, key, pod, PENDING, (reason, message))
    if reason == "Deferred":
        kubelet.context.clock.at(retry, kubelet.retry_resizes, known.node)


def _obstacle(kubelet: Kubelets, pod: Object) -> tuple[str, str]:
    """(reason, message) of what keeps a node from giving a pod what it asks for; ("", "")."""
    node = kubelet.context.api.find("nodes", None, pod["spec"]["nodeName"])
    if node is None:
        return "", ""  # as for a new pod, nothing is known of its room
    amounts, allocatable = pod_requests(pod["spec"]), node["status"]["allocatable"]
    for name, count in (("memory", value), ("cpu", milli)):
        needs = count(str(amounts[name])) if name in amounts else 0
        if needs > count(allocatable[name]):
            text = f"{name}, requested: {needs}, capacity: {count(allocatable[name])}"
            return "Infeasible", f"Node didn't have enough capacity: {text}"
    metadata = pod["metadata"]
    found = refusal(pod, node, _others(kubelet, pod["spec"]["nodeName"], metadata["uid"]))
    return ("Deferred", found.message) if found is not None else ("", "")


def _others(kubelet: Kubelets, node: str, but: str) -> Iterable[Object]:
    """The other pods of a node with what they have been promised."""
    for pod in kubelet.context.api.on_node(node):
        metadata = pod["metadata"]
        known = kubelet.resizes.get((metadata["namespace"], metadata["name"]))
        if metadata["uid"] != but:
            yield pod if known is None else _with(pod, known.allocated)


def _allocate(kubelet: Kubelets, key: Key, pod: Object, known: Resize, wanted: Resources) -> None:
    """The node promises it; containers that need it start again, the others get it at once."""
    now = kubelet.context.clock.now
    kubelet.resizes[key] = known._replace(
        since=now, allocated=wanted, reason="", message="", retry=0
    )
    _tell(kubelet, pod, Event("Normal", "ResizeStarted", f"Pod resize started: {_summary(pod)}"))
    _say(kubelet, key, pod, PENDING, None)
    _say(kubelet, key, pod, IN_PROGRESS, ("", ""))
    row = kubelet.row_of(key, pod)
    if row is not None and row.state == rows.SANDBOXED:
        kubelet.rows[key] = _restarted(kubelet, pod, row, known.actual, wanted)
        advance(kubelet, key, post=True)
    kubelet.context.clock.at(kubelet.relist(known.node, now + 1), kubelet.resized, key)


def _restarted(
    kubelet: Kubelets, pod: Object, row: PodRow, have: Resources, wanted: Resources
) -> PodRow:
    """The row of a pod of which some containers stop, to start with other resources."""
    changed = list(row.containers)
    for index, container in enumerate(containers_of(pod["spec"])):
        own = changed[index]
        if own.state != rows.RUNNING or not _needs_restart(container, have[index], wanted[index]):
            continue
        s = Situation(kubelet, pod, row, index, kubelet.context.clock.now)
        changed[index] = stopping(s, own, grace_period(pod, container))._replace(backoff=Backoff())
        text = f"Container {container['name']} resize requires restart"
        tell(kubelet, pod, row, index, (Event("Normal", "Killing", text),))
    return row._replace(containers=tuple(changed))


def _needs_restart(container: Object, have: Object, wanted: Object) -> bool:
    for policy in container.get("resizePolicy") or ():
        name = policy["resourceName"]
        sides = ("requests", "limits") if name == "cpu" else ("limits",)
        differs = any(get_path(have, side, name) != get_path(wanted, side, name) for side in sides)
        if differs and policy.get("restartPolicy") == "RestartContainer":
            return True
    return False


def complete(kubelet: Kubelets, key: Key) -> None:
    """The containers run with what was promised, if nothing is in the way."""
    known, pod = kubelet.resizes.get(key), kubelet.context.api.find("pods", *key)
    if known is None or known.actual == known.allocated:
        return
    if pod is None or pod["metadata"]["uid"] != known.uid:
        del kubelet.resizes[key]
        return
    row, now = kubelet.row_of(key, pod), kubelet.context.clock.now
    if row is None or row.state not in (rows.ACCEPTED, rows.SANDBOXED):
        return
    error = _too_low(kubelet, pod, row, known)
    if error:
        if get_path(_condition(pod, IN_PROGRESS), "message") != error:
            text = f"Pod resize error: {_summary(_with(pod, known.allocated), error)}"
            _tell(kubelet, pod, Event("Warning", "ResizeError", text))
        _say(kubelet, key, pod, IN_PROGRESS, ("Error", error))
    if error or any(own.state in RESTARTING for own in row.containers):
        advance(kubelet, key)
        kubelet.context.clock.at(kubelet.relist(known.node, now + SECOND), kubelet.resized, key)
        return
    _finished(kubelet, key, pod, known)


def _finished(kubelet: Kubelets, key: Key, pod: Object, known: Resize) -> None:
    text = f"Pod resize completed: {_summary(_with(pod, known.allocated))}"
    _tell(kubelet, pod, Event("Normal", "ResizeCompleted", text))
    if known.reason:
        kubelet.resizes[key] = known._replace(actual=known.allocated)
    else:
        del kubelet.resizes[key]
    _say(kubelet, key, pod, IN_PROGRESS, None)
    advance(kubelet, key, post=True)


def _too_low(kubelet: Kubelets, pod: Object, row: PodRow, known: Resize) -> str:
    """Why a memory limit cannot be lowered: the program uses more."""
    used, problems = used_by(kubelet, pod, row), []
    for container, allocated in zip(containers_of(pod["spec"]), known.allocated, strict=True):
        limit, name = get_path(allocated, "limits", "memory"), container["name"]
        if limit is not None and used.get(name, 0) > value(limit):
            text = f'attempting to set container "{name}" memory limit ({value(limit)})'
            problems.append(f"{text} below current usage ({used[name]})")
    return problems[0] if len(problems) < 2 and problems else ", ".join(problems)


def retry(kubelet: Kubelets, node: str) -> None:
    """Look at the pending resizes of a node again, in their order."""
    pending = [
        (key, pod)
        for key, known in kubelet.resizes.items()
        if known.node == node
        and known.reason == "Deferred"
        and (pod := kubelet.context.api.find("pods", *key)) is not None
        and pod["metadata"]["uid"] == known.uid
    ]
    for key, pod in sorted(pending, key=lambda one: _urgency(kubelet, *one)):
        handle(kubelet, key, pod, kubelet.resizes[key])


def resume(kubelet: Kubelets, node: str) -> None:
    """A machine has started again: what was promised is given, what was pending looked at."""
    now = kubelet.context.clock.now
    for key, known in kubelet.resizes.items():
        if known.node == node:
            kubelet.context.clock.at(kubelet.relist(node, now + 1), kubelet.resized, key)
    retry(kubelet, node)


def explain(kubelet: Kubelets, by: str, pod: Object) -> list[Reason]:
    """What a pod's resize waits for."""
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    known = kubelet.resizes.get(key)
    if known is None or known.uid != pod["metadata"]["uid"]:
        return []
    if known.reason == "Infeasible":
        return [Reason(by, f"resize is Infeasible: {known.message}", known.since)]
    if known.reason:
        again = format_duration(known.retry)
        text = f"resize is {known.reason}: {known.message}; tried again when a pod of the node "
        return [Reason(by, f"{text}goes or shrinks, and at {again}", known.since)]
    error = get_path(_condition(pod, IN_PROGRESS), "message", default="") or "the runtime's answer"
    return [Reason(by, f"resize is in progress, waits for: {error}", known.since)]


def freed(kubelet: Kubelets, record: Record) -> str:
    """The node on which a write has made room; "" when on none."""
    old, new = record.old, record.new
    if old is None:
        return ""
    if new is None:
        kubelet.resizes.pop(record.key, None)
        return str(old["spec"].get("nodeName", ""))
    ended = new["status"].get("phase") in ENDED and old["status"].get("phase") not in ENDED
    shrunk = old["spec"] is not new["spec"] and resources_of(old) != resources_of(new)
    return str(new["spec"].get("nodeName", "")) if ended or shrunk else ""


def _urgency(kubelet: Kubelets, key: Key, pod: Object) -> tuple[Any, ...]:
    """What asks for less first; then by priority, Guaranteed before others, longest pending."""
    known = kubelet.resizes[key]
    have, wants = pod_requests(_with(pod, known.allocated)["spec"]), pod_requests(pod["spec"])
    grows = any(
        wants[name].nano > (have[name].nano if name in have else 0)
        for name in ("cpu", "memory")
        if name in wants
    )
    priority = pod["spec"].get("priority", 0)
    return (grows, -priority, qos_class(pod) != "Guaranteed", known.since, key)


def _condition(pod: Object, kind: str) -> Object | None:
    found = pod["status"].get("conditions") or ()
    return next((one for one in found if one["type"] == kind), None)


def _say(kubelet: Kubelets, key: Key, pod: Object, kind: str, why: tuple[str, str] | None) -> None:
    """Set a condition of the pod, True with (reason, message), or take it away."""
    pod = kubelet.context.api.get("pods", *key)
    old, kept = _condition(pod, kind), pod["status"].get("conditions") or []
    if why is None and old is None:
        return
    others = [one for one in kept if one["type"] != kind]
    if why is not None:
        made: Object = {
            "type": kind,
            "observedGeneration": pod["metadata"].get("generation", 1),
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": (old or {}).get("lastTransitionTime")
            or timestamp(kubelet.context.clock.now),
        }
        made |= {name: text for name, text in zip(("reason", "message"), why, strict=True) if text}
        others = [made, *others]
    kubelet.context.api.patch_status("pods", *key, {"conditions": others})


def _tell(kubelet: Kubelets, pod: Object, event: Event) -> None:
    host = pod["spec"]["nodeName"]
    kubelet.context.recorder.event(
        pod, event.kind, event.reason, event.message, "kubelet", host=host
    )


def _summary(pod: Object, error: str = "") -> str:
    """The JSON of a resize's events."""
    spec, found = pod["spec"], {}
    for field in ("initContainers", "containers"):
        listed = [_entry(container) for container in spec.get(field) or ()]
        if listed:
            found[field] = listed
    told: Object = {**found, "generation": pod["metadata"].get("generation", 1)}
    if error:
        told["error"] = error
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _entry(container: Object) -> Object:
    resources = container.get("resources") or {}
    sides = {
        side: dict(sorted(resources[side].items()))
        for side in ("limits", "requests")
        if resources.get(side)
    }
    return {"name": container["name"], "resources": sides}
