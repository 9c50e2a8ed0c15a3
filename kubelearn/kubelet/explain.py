"""Why a pod or a node is as it is, told by its kubelet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelearn.api.app import PROBES
from kubelearn.api.objects import Object, condition
from kubelearn.api.quantity import of_value
from kubelearn.api.times import parse_timestamp
from kubelearn.kubelet import resizing, rows
from kubelearn.kubelet.pressure import THRESHOLD, TRANSITION
from kubelearn.kubelet.probes import FAILURE, failure_text, resolved, succeeds
from kubelearn.kubelet.references import missing_volumes
from kubelearn.kubelet.rows import ContainerRow, PodRow
from kubelearn.kubelet.statuses import containers_of
from kubelearn.kubelet.volume_mounts import unmounted
from kubelearn.runtime.explain import Reason, amount
from kubelearn.sim.duration import format_duration

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets


def explain_node(kubelet: Kubelets, node: Object) -> list[Reason]:
    """What the kubelet of a node does."""
    name = node["metadata"]["name"]
    row = kubelet.nodes.get(name)
    if row is None:
        return []
    by = f"kubelet on {name}"
    if not row.alive:
        text = "the machine is dead: no heartbeats, and its pods neither answer nor report"
        return [Reason(by, text, row.stopped)]
    if row.ready_at > kubelet.context.clock.now:
        return [Reason(by, "the container network is not ready yet", row.posted)]
    pods = len(kubelet.context.api.on_node(name))
    text = f"runs {amount(pods, 'pod')}; renews its lease every 10s, the next time {_at(row.beat)}"
    return [Reason(by, text, row.posted), *_pressure_reasons(kubelet, by, node)]


def _pressure_reasons(kubelet: Kubelets, by: str, node: Object) -> Iterator[Reason]:
    """What a node short of memory has, and how it ranked its pods when it evicted one."""
    known = kubelet.pressed.get(node["metadata"]["name"])
    if known is None:
        return
    had, wanted = of_value(known.available), of_value(THRESHOLD)
    text = (
        f"MemoryPressure: {had} of memory were available, the threshold is {wanted}; it ends when "
        f"there was enough for 5m, {_at(known.observed + TRANSITION)} at the earliest"
    )
    table = tuple(
        {
            "pod": one.name,
            "uses": of_value(one.used or 0),
            "requests": of_value(one.requested),
            "priority": one.priority,
        }
        for one in known.ranking
    )
    yield Reason(by, text, known.observed, table)


def explain_pod(kubelet: Kubelets, pod: Object) -> list[Reason]:
    """What the kubelet of a pod's node does with it, and what it waits for."""
    name = pod["spec"].get("nodeName")
    if name not in kubelet.nodes:
        return []
    by, node = f"kubelet on {name}", kubelet.nodes[name]
    if not node.alive:
        text = f"the machine is dead since {format_duration(node.stopped)}: "
        going = "deletionTimestamp" in pod["metadata"]
        text += "nobody confirms that the containers have stopped" if going else "nothing answers"
        return [Reason(by, text, node.stopped)]
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    row = kubelet.rows.get(key)
    if row is None:
        return [*_settled(kubelet, by, pod), *resizing.explain(kubelet, by, pod)]
    told = list(_pod_reasons(kubelet, by, pod, row))
    for container, own in zip(containers_of(pod["spec"]), row.containers, strict=True):
        told.extend(_container_reasons(kubelet, by, pod, container, own))
    return [*told, *resizing.explain(kubelet, by, pod)]


def _settled(kubelet: Kubelets, by: str, pod: Object) -> list[Reason]:
    found = kubelet.settled.get((pod["metadata"]["namespace"], pod["metadata"]["name"]))
    if found is None:
        return []
    since = _last_change(pod)
    if found.state == rows.STOPPED:
        return [Reason(by, "all containers have ended and are not started again", since)]
    return [Reason(by, "all containers run; nothing is to be done", since)]


def _last_change(pod: Object) -> int | None:
    """When its readiness changed last."""
    ready = condition(pod, "Ready") or {}
    moment = ready.get("lastTransitionTime")
    return parse_timestamp(moment) if moment else None


def _pod_reasons(kubelet: Kubelets, by: str, pod: Object, row: PodRow) -> Iterator[Reason]:
    if row.state == rows.ACCEPTED:
        for volume, problem in missing_volumes(kubelet.context.api, pod):
            text = f'volume "{volume}" cannot be mounted: {problem}; tried again {_at(row.wake)}'
            yield Reason(by, text, row.since)
            return
        for volume, problem in unmounted(kubelet.context.api, pod):
            yield Reason(by, f'waits for volume "{volume}": {problem}', row.begun)
            return
        text = "prepares the pod's sandbox and network"
        if row.deadline:
            ranges = kubelet.cni.range_set(row.node)
            text = f"no address of {ranges} is free; tried again {_at(row.deadline)}"
        yield Reason(by, text, row.since)
    if row.state == rows.TERMINATING:
        text = f"stops the containers; what still runs is killed {_at(row.deadline)}"
        yield Reason(by, text, row.since)
    if row.state == rows.STOPPED:
        yield Reason(by, "all containers have ended", row.since)


def _container_reasons(
    kubelet: Kubelets, by: str, pod: Object, container: Object, own: ContainerRow
) -> Iterator[Reason]:
    name = container["name"]
    if own.state == rows.PULLING:
        yield Reason(by, f'{name}: pulls the image "{container["image"]}"', own.since)
    elif own.state == rows.PULL_WAIT:
        text = f"{name}: {own.reason}: {own.message}"
        if own.reason in ("ErrImagePull", "ImagePullBackOff"):
            retry = own.pulls.backoff.until(own.pulls.failed)
            text += f"; next pull {_at(retry)}"
        yield Reason(by, text, own.pulls.failed or own.since)
    elif own.state == rows.CONFIG_WAIT:
        yield Reason(by, f"{name}: cannot be created: {own.message}", own.since)
    elif own.state in (rows.BACK_OFF, rows.EXITED) and own.last is not None:
        again = _at(own.backoff.until(own.last.finished))
        text = f"{name}: ended with exit code {own.last.code} ({own.last.reason}) "
        yield Reason(by, f"{text}after start {own.restarts + 1}; started again {again}",
                     own.last.finished)  # fmt: skip
    elif own.state == rows.STOPPING:
        yield Reason(by, f"{name}: was told to stop and is gone {_at(own.due)}", own.since)
    elif own.state == rows.RUNNING:
        yield from _probe_reasons(kubelet, by, pod, container, own)


def _probe_reasons(
    kubelet: Kubelets, by: str, pod: Object, container: Object, own: ContainerRow
) -> Iterator[Reason]:
    index = containers_of(pod["spec"]).index(container)
    app, age = kubelet.behaviour(pod, index), kubelet.context.clock.now - own.started_at
    ip = pod["status"].get("podIP", "")
    for kind, worker, ran in zip(PROBES, own.workers, own.probed, strict=True):
        if worker is None or worker.last != FAILURE:
            continue
        probe = resolved(container[f"{kind}Probe"], container)
        why = succeeds(app, kind, probe, age)
        if why:
            text = failure_text(kind, probe, why, ip)
            yield Reason(by, f"{container['name']}: {text} ({worker.run} in a row)", ran)


def _at(moment: int | None) -> str:
    return "when it is asked to" if moment is None else f"at {format_duration(moment)}"
