"""Node-pressure eviction: a node short of memory says so and gets rid of one pod after the other.

Source: `pkg/kubelet/eviction/eviction_manager.go`, `helpers.go`, Kubernetes 1.36: hard threshold
`memory.available<100Mi`, evictionPressureTransitionPeriod 5 m, grace of a hard eviction 1 s.

Unlike the real one: only memory that annotations tell (`kubelearn.dev/memory`) is used at all, only
memory runs short (no disk, no PIDs, no soft thresholds, no kernel that kills first), and the
kubelet looks with its heartbeat every 10 s, not again as soon as an evicted pod is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.app import PREFIX
from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.qos import qos_class
from kubelearn.api.quantity import of_value, value
from kubelearn.api.resources import pod_requests
from kubelearn.api.taints import tolerated
from kubelearn.api.times import timestamp
from kubelearn.kubelet import rows
from kubelearn.kubelet.admission import Refusal
from kubelearn.kubelet.advancing import advance, tell
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.eviction import Usage, memory_eviction_order
from kubelearn.kubelet.pod_steps import terminated
from kubelearn.kubelet.rows import PodRow
from kubelearn.kubelet.situation import POD
from kubelearn.kubelet.static_pods import is_mirror
from kubelearn.kubelet.statuses import containers_of
from kubelearn.sim.clock import MINUTE

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

THRESHOLD = 100 * 2**20
TRANSITION = 5 * MINUTE
GRACE = 1
"""Seconds that a pod gets which a hard threshold evicts."""
CRITICAL = 2_000_000_000
"""Pods of this priority are never evicted by their kubelet."""
TAINT = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
TELLS = f"{PREFIX}memory"


class Pressure(NamedTuple):
    """A node that was short of memory within the last five minutes."""

    observed: int
    """When it was short last."""
    available: int
    ranking: tuple[Usage, ...] = ()
    """Its pods when it evicted last, the victim first."""


def tells_memory(pod: Object) -> bool:
    """Whether annotations say how much memory a program of the pod uses."""
    annotations = pod["metadata"].get("annotations")
    return bool(annotations) and any(name.startswith(TELLS) for name in annotations)


def note(kubelet: Kubelets, key: Key, pod: Object) -> None:
    """Remember a pod of which it is told how much memory it uses, when all of it runs."""
    node = pod["spec"]["nodeName"]
    if node in kubelet.hungry:
        forget(kubelet, key, node)
    if tells_memory(pod):
        apps = [kubelet.behaviour(pod, index) for index in range(len(containers_of(pod["spec"])))]
        most = sum(app.memory for app in apps if app.memory_said)
        kubelet.hungry[node] = (*kubelet.hungry.get(node, ()), (key, most))


def forget(kubelet: Kubelets, key: Key, node: str) -> None:
    """A pod is gone, or no longer known by what it uses."""
    kept = tuple(one for one in kubelet.hungry.get(node, ()) if one[0] != key)
    if kept:
        kubelet.hungry[node] = kept
    else:
        kubelet.hungry.pop(node, None)


def used_by(kubelet: Kubelets, pod: Object, row: PodRow | None) -> dict[str, int]:
    """Container → bytes that its program uses now, as far as it is told."""
    if row is None or row.uid != pod["metadata"]["uid"]:
        return {}
    found = {}
    for index, container in enumerate(containers_of(pod["spec"])):
        app = kubelet.behaviour(pod, index)
        if row.containers[index].listening and app.memory_said:
            found[container["name"]] = app.memory
    return found


def _known_row(kubelet: Kubelets, key: Key, pod: Object) -> PodRow | None:
    """The row of a pod, which stays settled when it is."""
    row = kubelet.rows.get(key)
    settled = kubelet.settled.get(key)
    if row is None and settled is not None:
        metadata = pod["metadata"]
        node = pod["spec"]["nodeName"]
        return PodRow(metadata["uid"], node, settled.state, 0, 0, settled.containers)
    return row


def _hungry(kubelet: Kubelets, node: str) -> Iterator[tuple[Key, dict[str, int]]]:
    """The pods of a node that use memory which is told, in the order of their names."""
    for key, _ in sorted(kubelet.hungry.get(node, ())):
        pod = kubelet.context.api.find("pods", *key)
        if pod is None or pod["spec"].get("nodeName") != node:
            forget(kubelet, key, node)
            continue
        used = used_by(kubelet, pod, _known_row(kubelet, key, pod))
        if used:
            yield key, used


def available_on(kubelet: Kubelets, node: Object) -> int:
    """Bytes of memory that a node has left."""
    name = node["metadata"]["name"]
    used = sum(sum(amounts.values()) for _, amounts in _hungry(kubelet, name))
    return max(value(node["status"]["capacity"]["memory"]) - used, 0)


def check(kubelet: Kubelets, name: str) -> None:
    """One look of a node's eviction manager."""
    hungry, pressed = kubelet.hungry.get(name, ()), name in kubelet.pressed
    if not hungry and not pressed:
        return
    node, now = kubelet.context.api.find("nodes", None, name), kubelet.context.clock.now
    if node is None or not (pressed or _may_be_short(node, hungry)):
        return
    available, known = available_on(kubelet, node), kubelet.pressed.get(name)
    if available < THRESHOLD:
        ranking = _reclaim(kubelet, node, available)
        kept = known.ranking if known is not None else ()
        kubelet.pressed[name] = Pressure(now, available, ranking or kept)
    elif known is not None and now - known.observed >= TRANSITION:
        del kubelet.pressed[name]
    if (known is None) != (name not in kubelet.pressed):
        kubelet.nodes[name] = kubelet.nodes[name]._replace(dirty=True)
        word = "Insufficient" if name in kubelet.pressed else "Sufficient"
        _tell_node(kubelet, node, "Normal", f"NodeHas{word}Memory")


def _may_be_short(node: Object, hungry: tuple[tuple[Key, int], ...]) -> bool:
    """Whether the node would be short of memory if everything ran at once."""
    most = sum(amount for _, amount in hungry)
    return value(node["status"]["capacity"]["memory"]) - most < THRESHOLD


def _tell_node(kubelet: Kubelets, node: Object, kind: str, reason: str, text: str = "") -> None:
    name = node["metadata"]["name"]
    text = text or f"Node {name} status is now: {reason}"
    kubelet.context.recorder.event(node, kind, reason, text, "kubelet", host=name)


def _reclaim(kubelet: Kubelets, node: Object, available: int) -> tuple[Usage, ...]:
    """Evict the first pod that may be; returns how its pods were ranked."""
    text = "Attempting to reclaim memory"
    _tell_node(kubelet, node, "Warning", "EvictionThresholdMet", text)
    usages = dict(_hungry(kubelet, node["metadata"]["name"]))
    candidates = {}
    for pod in kubelet.context.api.on_node(node["metadata"]["name"]):
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        row = kubelet.rows.get(key) or kubelet.settled.get(key)
        if row is not None and row.state == rows.SANDBOXED:
            candidates["/".join(key)] = _usage(pod, sum(usages.get(key, {}).values()))
    ranking = memory_eviction_order(candidates.values())
    for one in ranking:
        namespace, name = one.name.split("/")
        pod = kubelet.context.api.get("pods", namespace, name)
        if not is_critical(pod):
            used = usages.get((namespace, name), {})
            _evict(kubelet, pod, evicted_text(pod, used, available))
            return tuple(ranking)
    return ()


def _usage(pod: Object, used: int) -> Usage:
    metadata = pod["metadata"]
    requested = pod_requests(pod).get("memory", 0)
    priority = pod["spec"].get("priority", 0)
    return Usage(f"{metadata['namespace']}/{metadata['name']}", priority, requested, used)


def is_critical(pod: Object) -> bool:
    """Whether a kubelet never evicts a pod (`pkg/kubelet/types`, IsCriticalPod)."""
    return is_mirror(pod) or pod["spec"].get("priority", 0) >= CRITICAL


def evicted_text(pod: Object, used: dict[str, int], available: int) -> str:
    """The message of an evicted pod."""
    text = (
        "The node was low on resource: memory. "
        f"Threshold quantity: {of_value(THRESHOLD)}, available: {of_value(available)}. "
    )
    for container in containers_of(pod["spec"]):
        name = container["name"]
        asked = get_path(container, "resources", "requests", "memory", default="0")
        if used.get(name, 0) > value(asked):
            text += f"Container {name} was using {of_value(used[name])}, request is {asked}, "
            text += "has larger consumption of memory. "
    return text


def _evict(kubelet: Kubelets, pod: Object, message: str) -> None:
    """The pod has Failed: it gets a second to stop."""
    now, metadata = kubelet.context.clock.now, pod["metadata"]
    key = (metadata["namespace"], metadata["name"])
    row = kubelet.row_of(key, pod)
    assert row is not None
    tell(kubelet, pod, row, POD, (Event("Warning", "Evicted", message),))
    patch = {"conditions": _with_target(pod, message, now)}
    pod = kubelet.context.api.patch_status("pods", *key, patch)
    row = row._replace(phase="Failed", reason="Evicted", message=message)
    row, told = terminated(kubelet, pod, row, now, GRACE)
    tell(kubelet, pod, row, POD, told)
    kubelet.rows[key] = row
    advance(kubelet, key)


def _with_target(pod: Object, message: str, now: int) -> list[Object]:
    """The pod's conditions with the one that says why it goes."""
    condition: dict[str, Any] = {
        "type": "DisruptionTarget",
        "observedGeneration": pod["metadata"].get("generation", 1),
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(now),
        "reason": "TerminationByKubelet",
        "message": message,
    }
    kept = pod["status"].get("conditions") or ()
    return [condition, *(one for one in kept if one["type"] != "DisruptionTarget")]


def refused(kubelet: Kubelets, pod: Object) -> Refusal | None:
    """Why a node under pressure does not take a pod; None when it does."""
    if pod["spec"]["nodeName"] not in kubelet.pressed or is_critical(pod):
        return None
    if qos_class(pod) != "BestEffort" or tolerated(TAINT, pod["spec"].get("tolerations") or ()):
        return None
    return Refusal("Evicted", "The node had condition: [MemoryPressure]. ")
