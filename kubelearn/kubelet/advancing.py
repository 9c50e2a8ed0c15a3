"""How a pod goes on: whatever is due in it happens, then it waits for what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kubelearn.api.images import full_name
from kubelearn.api.objects import Key, Object
from kubelearn.kubelet import rows
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.possible import Possible, possible_stages
from kubelearn.kubelet.rows import ContainerRow, PodRow
from kubelearn.kubelet.settling import settled
from kubelearn.kubelet.situation import POD, Outcome, Situation, Stage
from kubelearn.kubelet.statuses import containers_of, pod_status

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets


def advance(kubelet: Kubelets, key: Key, *, post: bool = False) -> None:
    """Let everything happen in a pod that is due now, then wait for what comes next."""
    pod = kubelet.ghosts.get(key) or kubelet.context.api.find("pods", *key)
    if pod is None:
        return
    row, now, wake = kubelet.rows[key], kubelet.context.clock.now, None
    possible = possible_stages(kubelet, pod, row)
    while True:
        found = _next(kubelet, pod, row, now, possible)
        if found is None:
            break
        moment, stage, situation = found
        if moment > now:
            wake = moment
            break
        outcome = stage.next(situation)
        # While a pod is being killed its worker is busy and writes nothing.
        busy = row.state == rows.TERMINATING
        row = _applied(kubelet, pod, row, situation.index, outcome)
        post = post or (stage.posts and (not busy or row.state != rows.TERMINATING))
        if outcome.delete:
            _finish(kubelet, key, pod, row, post=post)
            return
    kubelet.rows[key] = row
    if post:
        _post(kubelet, key, pod, row)
    _wait(kubelet, key, row, wake)


def _next(
    kubelet: Kubelets, pod: Object, row: PodRow, now: int, possible: Possible
) -> tuple[int, Stage, Situation] | None:
    """The stage that is due first, whether now or later."""
    best: tuple[int, Stage, Situation] | None = None
    due = 0
    containers = containers_of(pod["spec"])
    owners: tuple[PodRow | ContainerRow, ...] = (row, *row.containers)
    for index, own in enumerate(owners, POD):
        choice = possible[index].get(own.state)
        if choice is None:
            continue
        situation = Situation(kubelet, pod, row, index, now, containers)
        for stage, when, after in choice:
            if when is None or when(situation):
                delay = 0 if after is None else after(situation)
                if delay is not None and (best is None or own.since + delay < due):
                    due = own.since + delay
                    best = (due, stage, situation)
    return best


def _applied(kubelet: Kubelets, pod: Object, row: PodRow, index: int, outcome: Outcome) -> PodRow:
    """A pod's row after an outcome, and what the outcome does outside of it."""
    if outcome.pod is not None:
        row = outcome.pod
    if outcome.container is not None:
        before = row.containers
        row = row.holding((*before[:index], outcome.container, *before[index + 1 :]))
    node = row.node
    if outcome.puller:
        kubelet.pullers[node] = outcome.puller
    if outcome.coming:
        coming = kubelet.coming.get(node, frozenset())
        kubelet.coming[node] = coming | {full_name(outcome.coming)}
    if outcome.image:
        name = full_name(outcome.image)
        kubelet.images[node] = kubelet.images[node] | {name}
        kubelet.coming[node] = kubelet.coming.get(node, frozenset()) - {name}
        kubelet.nodes[node] = kubelet.nodes[node]._replace(dirty=True)
    if outcome.release and not pod["spec"].get("hostNetwork"):
        kubelet.cni.release(node, row.uid)
    tell(kubelet, pod, row, index, outcome.events)
    return row


def tell(kubelet: Kubelets, pod: Object, row: PodRow, index: int, events: Iterable[Event]) -> None:
    """Tell events of a pod, or of one of its containers."""
    for event in events:
        place = index if event.container is None else event.container
        told(kubelet, pod, event, _path(pod, place), row.node)


def told(kubelet: Kubelets, pod: Object, event: Event, path: str, node: str = "") -> None:
    """Tell one event of a part of a pod, as the kubelet of its node."""
    host = node or pod["spec"]["nodeName"]
    kubelet.context.recorder.event(
        pod, event.kind, event.reason, event.message, "kubelet", host=host, path=path
    )


def _path(pod: Object, index: int) -> str:
    """The field path of a container: "spec.containers{web}"; "" for the pod itself."""
    if index == POD:
        return ""
    inits = len(pod["spec"].get("initContainers") or ())
    field = "initContainers" if index < inits else "containers"
    return f"spec.{field}{{{containers_of(pod['spec'])[index]['name']}}}"


def _post(kubelet: Kubelets, key: Key, pod: Object, row: PodRow) -> None:
    """Write the pod's status, if it is still the same pod and something changed."""
    if key in kubelet.ghosts or pod["metadata"]["uid"] != row.uid:
        return
    host = kubelet.nodes[row.node].address
    shared = kubelet.shared.get(host) or kubelet.shared.put(host, [{"ip": host}])
    if kubelet.resizes:
        pod = kubelet.as_given(key, pod)
    status = pod_status(kubelet.shared, pod, row, (host, shared), kubelet.context.clock.now)
    kubelet.context.api.patch_status("pods", *key, status)


def _finish(kubelet: Kubelets, key: Key, pod: Object, row: PodRow, *, post: bool) -> None:
    """Delete the object and forget the pod."""
    if post:
        _post(kubelet, key, pod, row)
    del kubelet.rows[key]
    if kubelet.ghosts.pop(key, None) is None:
        delete(kubelet, key, pod)


def delete(kubelet: Kubelets, key: Key, pod: Object) -> None:
    """Delete the object of a pod with grace 0, if it is still that pod."""
    uid = pod["metadata"]["uid"]
    if kubelet.uid_of(key) == uid:
        kubelet.context.api.delete("pods", *key, grace=0, uid=uid)


def _wait(kubelet: Kubelets, key: Key, row: PodRow, wake: int | None) -> None:
    if wake is None:
        rest = settled(row)
        if rest is not None and key not in kubelet.ghosts:
            del kubelet.rows[key]
            if not kubelet.rows:
                kubelet.rows.clear()
            kubelet.settled[key] = kubelet.shared.same(rest)
            return
        if row.state == rows.STOPPED and key in kubelet.ghosts:
            del kubelet.rows[key], kubelet.ghosts[key]
            return
    kubelet.rows[key] = row if row.wake == wake else row.waking(wake)
    if wake is not None and kubelet.agenda.add(wake, key):
        kubelet.context.clock.at(wake, kubelet.wake, wake)
