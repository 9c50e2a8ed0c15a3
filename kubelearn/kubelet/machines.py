"""The machines of the nodes: they register, beat, die, and start again.

Source: `pkg/kubelet/kubelet_node_status.go`, Kubernetes 1.36.

Unlike the real one: a machine that starts again is back at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.images import full_name
from kubelearn.api.objects import Object
from kubelearn.kubelet import heartbeats, node_object, pressure, reboots, rows
from kubelearn.kubelet.advancing import advance, tell
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.pod_changes import accept, mirror
from kubelearn.kubelet.rows import NodeRow
from kubelearn.kubelet.situation import POD
from kubelearn.runtime.machine import Machine

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

PRELOADED = ("registry.k8s.io/pause:3.10.1", "registry.k8s.io/kube-proxy:v1.36.2")
"""Images that a node has from its installation."""
NODE_EVENTS = (
    "NodeHasSufficientMemory",
    "NodeHasNoDiskPressure",
    "NodeHasSufficientPID",
    "NodeReady",
)


def register(kubelet: Kubelets, name: str, machine: Machine) -> Object:
    """Register a machine as a node and begin with its heartbeats; returns the Node."""
    now, number = kubelet.context.clock.now, len(kubelet.nodes)
    address = f"172.18.{(number + 2) // 254}.{(number + 2) % 254 + 1}"
    ready_at = now if machine.ready_at_once else now + heartbeats.RENEWAL
    row = NodeRow(name, number, address, posted=now, ready_at=ready_at)
    size = (str(machine.cpu), str(machine.memory), machine.pods)
    status = node_object.first_status(row, size, PRELOADED, now)
    made = node_object.node_object(
        name,
        labels=node_object.node_labels(name, machine.zone, size[:2], machine.labels),
        taints=machine.taints,
        pod_cidr=machine.pod_cidr,
        status=status,
    )
    node = kubelet.context.api.create(made, user=f"system:node:{name}")
    kubelet.cni.join(name, machine.pod_cidr)
    kubelet.nodes[name] = row
    kubelet.images[name] = frozenset(map(full_name, PRELOADED))
    tell_node(kubelet, name, "Starting", "Starting kubelet.")
    for reason in NODE_EVENTS[: 4 if ready_at <= now else 3]:
        tell_node(kubelet, name, reason, f"Node {name} status is now: {reason}")
    heartbeats.renew_lease(kubelet, name)
    first = kubelet.context.draws.below(heartbeats.RENEWAL, "heartbeat", name)
    beat_at(kubelet, name, now + 1 + first)
    return node


def power_off(kubelet: Kubelets, node: str) -> None:
    """The machine dies: no heartbeats, nothing runs, nothing is confirmed."""
    row = known_node(kubelet, node)
    if row.alive:
        kubelet.nodes[node] = row._replace(alive=False, stopped=kubelet.context.clock.now)


def power_on(kubelet: Kubelets, node: str) -> None:
    """The machine that died starts again: it reports, and its pods begin anew or go."""
    row = known_node(kubelet, node)
    if row.alive:
        return
    now = kubelet.context.clock.now
    kubelet.nodes[node] = row = row._replace(alive=True, boots=row.boots + 1)
    kubelet.pullers.pop(node, None)
    kubelet.coming.pop(node, None)
    kubelet.pressed.pop(node, None)
    tell_node(kubelet, node, "Starting", "Starting kubelet.")
    boot_id = node_object.node_info(node, row.boots)["bootID"]
    text = f"Node {node} has been rebooted, boot id: {boot_id}"
    tell_node(kubelet, node, "Rebooted", text, kind="Warning")
    heartbeats.renew_lease(kubelet, node)
    kubelet.nodes[node] = heartbeats.post_status(kubelet, row, ready=True)
    for reason in NODE_EVENTS:
        tell_node(kubelet, node, reason, f"Node {node} status is now: {reason}")
    beat_at(kubelet, node, now + heartbeats.RENEWAL)
    bury(kubelet, node)
    for key, (place, manifest) in kubelet.static.items():
        if place == node and kubelet.context.api.find("pods", *key) is None:
            mirror(kubelet, key, node, manifest)
    for pod in kubelet.context.api.on_node(node):
        resume(kubelet, pod, now)
    kubelet.resume_resizes(node)


def known_node(kubelet: Kubelets, name: str) -> NodeRow:
    """The row of a node; ValueError names those that there are."""
    if name not in kubelet.nodes:
        known = ", ".join(sorted(kubelet.nodes)[:10]) or "none"
        raise ValueError(f"there is no node {name!r}: the nodes are {known}")
    return kubelet.nodes[name]


def tell_node(
    kubelet: Kubelets, node: str, reason: str, message: str, kind: str = "Normal"
) -> None:
    """Tell something about a node."""
    found = kubelet.context.api.find("nodes", None, node)
    if found is not None:
        kubelet.context.recorder.event(found, kind, reason, message, "kubelet", host=node)


def beat_at(kubelet: Kubelets, node: str, time: int) -> None:
    """Put a node's next heartbeat on the clock."""
    kubelet.nodes[node] = kubelet.nodes[node].beating(time)
    if kubelet.beats.add(time, node):
        kubelet.context.clock.at(time, kubelet.beat, time)


def beat_once(kubelet: Kubelets, row: NodeRow, now: int) -> None:
    """One heartbeat: the lease, and the status when it is time."""
    heartbeats.renew_lease(kubelet, row.name)
    beat_at(kubelet, row.name, now + heartbeats.RENEWAL)
    pressure.check(kubelet, row.name)
    row = kubelet.nodes[row.name]
    becomes_ready = row.posted < row.ready_at <= now
    if heartbeats.is_due(row, now, becomes_ready=becomes_ready):
        posted = heartbeats.post_status(kubelet, kubelet.nodes[row.name], ready=row.ready_at <= now)
        kubelet.nodes[row.name] = posted
    if becomes_ready:
        tell_node(kubelet, row.name, "NodeReady", f"Node {row.name} status is now: NodeReady")


def bury(kubelet: Kubelets, node: str) -> None:
    """Forget the pods of a node that died and whose objects are gone."""
    for key in [key for key in kubelet.ghosts if kubelet.rows[key].node == node]:
        kubelet.cni.release(node, kubelet.rows[key].uid)
        del kubelet.ghosts[key], kubelet.rows[key]
    gone = [
        key
        for key, row in kubelet.rows.items()
        if row.node == node and kubelet.uid_of(key) != row.uid
    ]
    for key in gone:
        kubelet.cni.release(node, kubelet.rows.pop(key).uid)


def resume(kubelet: Kubelets, pod: Object, now: int) -> None:
    """Take up a pod again after its machine has started."""
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    row = kubelet.row_of(key, pod)
    if row is None:
        accept(kubelet, key, pod)
        return
    if row.state == rows.STOPPED:
        pass
    elif row.state == rows.TERMINATING or "deletionTimestamp" in pod["metadata"]:
        kubelet.cni.release(row.node, row.uid)
        row = reboots.found_dead(row, now)
    else:
        kubelet.cni.release(row.node, row.uid)
        row = reboots.rebooted(pod, row, now)
        tell(kubelet, pod, row, POD, (Event("Normal", "SandboxChanged", reboots.SANDBOX_CHANGED),))
    kubelet.rows[key] = row
    advance(kubelet, key, post=True)
