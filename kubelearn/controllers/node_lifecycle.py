"""Node lifecycle: notices nodes that fall silent, taints them, paces evictions zone by zone.

Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, Kubernetes 1.36; delays as
seen on a real 1.36.2 control plane (NotReady 46 to 55 s after the last heartbeat).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Object, condition, is_true
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers.zones import ZoneState, eviction_interval, zone_of, zone_state
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

MONITOR_PERIOD = 5 * SECOND
GRACE_PERIOD = 50 * SECOND
STARTUP_GRACE_PERIOD = 60 * SECOND
LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
READY_TAINTS = (NOT_READY, UNREACHABLE)
CONDITION_TAINTS: dict[str, dict[str, str]] = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
}
"""Condition type → status → key of the NoSchedule taint."""
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
MANAGED = frozenset(
    {UNSCHEDULABLE, *(key for keys in CONDITION_TAINTS.values() for key in keys.values())}
)
COMPONENT = "node-controller"


class Seen(NamedTuple):
    """What the controller remembers of a node's heartbeats: its own times, not the node's."""

    sign: tuple[str, str]
    """Renew time of the lease and last heartbeat of the status, as last seen."""
    since: int
    """When that sign was first seen."""


class NodeLifecycleController:
    """A part with a periodic check; taints follow conditions at once."""

    name = "node-lifecycle"
    state: ClassVar[tuple[str, ...]] = ("_seen", "_states", "_to_evict", "_next_eviction")
    explains: ClassVar[tuple[str, ...]] = ("nodes",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._seen: dict[str, Seen] = {}
        self._states: dict[str, ZoneState] = {}
        self._to_evict: dict[str, str] = {}
        """Node → zone, in the order in which they became not ready."""
        self._next_eviction: dict[str, int] = {}
        self._started = False
        context.api.store.watch(self.name, ("nodes",), self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:
        """Bring the NoSchedule taints of changed nodes in line with their conditions."""
        if not self._started:
            self._started = True
            self.context.clock.after(MONITOR_PERIOD, self.monitor)
        names = dict.fromkeys(record.key[1] for record in records if record.new is not None)
        for name in names:
            node = self.context.api.find("nodes", None, name)
            if node is not None:
                self._taint_by_condition(node)
        for record in records:
            if record.new is None:
                self._forget(record.key[1])

    def _forget(self, name: str) -> None:
        self._seen.pop(name, None)
        self._to_evict.pop(name, None)

    # Heartbeats

    def monitor(self) -> None:
        """Look at the heartbeats of all nodes, then at the zones."""
        self.context.clock.after(MONITOR_PERIOD, self.monitor)
        for node in self.context.api.list("nodes"):
            silent = self._silence(node)
            ready = condition(node, "Ready")
            known = ready is not None and ready["status"] != "Unknown"
            if silent > self._grace(node) and known:
                self._mark_unknown(node)
        self._handle_zones()
        self._evict()

    def _silence(self, node: Object) -> int:
        """Nanoseconds since the node last gave a sign of life."""
        name, now = node["metadata"]["name"], self.context.clock.now
        lease = self.context.api.find(LEASES, LEASE_NAMESPACE, name)
        ready = condition(node, "Ready") or {}
        renewed = lease["spec"].get("renewTime", "") if lease is not None else ""
        heard = "" if ready.get("status") == "Unknown" else ready.get("lastHeartbeatTime", "")
        sign = (renewed, heard)
        seen = self._seen.get(name)
        if seen is None or sign[0] != seen.sign[0] or (heard and heard != seen.sign[1]):
            seen = Seen(sign, now)
            self._seen[name] = seen
        return now - seen.since

    def _grace(self, node: Object) -> int:
        posted = condition(node, "Ready") is not None
        return GRACE_PERIOD if posted else STARTUP_GRACE_PERIOD

    def _mark_unknown(self, node: Object) -> None:
        now = timestamp(self.context.clock.now)
        conditions = [_unknown(found, now) for found in node["status"].get("conditions") or ()]
        name = node["metadata"]["name"]
        self.context.api.patch_status("nodes", None, name, {"conditions": conditions})
        text = f"Node {name} status is now: NodeNotReady"
        self._event(node, "Normal", "NodeNotReady", text)
        for pod in self.context.api.on_node(name):
            self._mark_pod(pod, now)

    def _mark_pod(self, pod: Object, now: str) -> None:
        """Take a pod on a silent node out of its Services: nobody knows whether it answers."""
        if not is_true(pod, "Ready"):
            return
        conditions = [
            {**one, "status": "False", "lastTransitionTime": now} if one["type"] == "Ready" else one
            for one in pod["status"]["conditions"]
        ]
        metadata = pod["metadata"]
        patch = {"conditions": conditions}
        self.context.api.patch_status("pods", metadata["namespace"], metadata["name"], patch)
        self._event(pod, "Warning", "NodeNotReady", "Node is not ready")

    # Taints

    def _taint_by_condition(self, node: Object) -> None:
        wanted = dict.fromkeys(_condition_taints(node))
        taints = node["spec"].get("taints") or []
        kept = [
            taint
            for taint in taints
            if not (taint["effect"] == "NoSchedule" and taint["key"] in MANAGED - wanted.keys())
        ]
        have = {taint["key"] for taint in kept if taint["effect"] == "NoSchedule"}
        now = timestamp(self.context.clock.now)
        added = [_taint(key, "NoSchedule", now) for key in wanted if key not in have]
        self._set_taints(node, [*kept, *added])

    def _set_taints(self, node: Object, taints: Sequence[Object]) -> None:
        if list(taints) == (node["spec"].get("taints") or []):
            return
        patch = {"spec": {"taints": list(taints) or None}}
        self.context.api.patch("nodes", None, node["metadata"]["name"], patch)

    # Zones and eviction

    def _handle_zones(self) -> None:
        zones: dict[str, list[Object]] = {}
        for node in self.context.api.list("nodes"):
            zones.setdefault(zone_of(node), []).append(node)
        self._states = {zone: zone_state(nodes) for zone, nodes in zones.items()}
        self._sort_nodes(zones)

    def _sort_nodes(self, zones: Mapping[str, Sequence[Object]]) -> None:
        cut_off = self._cut_off()
        for zone, nodes in zones.items():
            for node in nodes:
                name = node["metadata"]["name"]
                ready = condition(node, "Ready")
                if ready is None or ready["status"] == "True" or cut_off:
                    self._to_evict.pop(name, None)
                    self._lift(name)
                elif name not in self._to_evict and not _no_execute_fits(node, ready):
                    self._to_evict[name] = zone

    def _cut_off(self) -> bool:
        """Whether no node anywhere answers: then the control plane trusts itself the least."""
        states = self._states.values()
        return bool(states) and all(state is ZoneState.FULL_DISRUPTION for state in states)

    def _lift(self, name: str) -> None:
        node = self.context.api.get("nodes", None, name)
        kept = [
            taint
            for taint in node["spec"].get("taints") or ()
            if not (taint["effect"] == "NoExecute" and taint["key"] in READY_TAINTS)
        ]
        self._set_taints(node, kept)

    def _evict(self) -> None:
        """Put the NoExecute taint on the next node of each zone whose pace allows it."""
        now = self.context.clock.now
        sizes = self._zone_sizes()
        for name, zone in list(self._to_evict.items()):
            pace = eviction_interval(self._states[zone], sizes[zone])
            if pace is None or now < self._next_eviction.get(zone, 0):
                continue
            self._next_eviction[zone] = now + pace
            self._to_evict.pop(name)
            self._taint_no_execute(name)

    def _zone_sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for node in self.context.api.list("nodes"):
            sizes[zone_of(node)] = sizes.get(zone_of(node), 0) + 1
        return sizes

    def _taint_no_execute(self, name: str) -> None:
        node = self.context.api.find("nodes", None, name)
        ready = condition(node, "Ready") if node is not None else None
        if node is None or ready is None or ready["status"] == "True":
            return
        key = CONDITION_TAINTS["Ready"][ready["status"]]
        kept = [
            taint
            for taint in node["spec"].get("taints") or ()
            if not (taint["effect"] == "NoExecute" and taint["key"] in READY_TAINTS)
        ]
        taint = _taint(key, "NoExecute", timestamp(self.context.clock.now))
        self._set_taints(node, [*kept, taint])

    def _event(self, obj: Object, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(obj, kind, reason, text, COMPONENT)

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What the controller thinks of a node."""
        name = obj["metadata"]["name"]
        ready = condition(obj, "Ready") or {"status": "missing", "reason": "", "message": ""}
        reasons = [Reason(COMPONENT, f"Ready={ready['status']}: {ready.get('message', '')}")]
        if name in self._to_evict:
            state = self._states[self._to_evict[name]].value
            text = f"waits for its turn to have its pods evicted; its zone is in state {state}"
            reasons.append(Reason(COMPONENT, text))
        taints = [f"{t['key']}:{t['effect']}" for t in obj["spec"].get("taints") or ()]
        if taints:
            reasons.append(Reason(COMPONENT, f"taints: {', '.join(taints)}"))
        return reasons


def _unknown(found: Object, now: str) -> Object:
    """A condition that nobody has vouched for in time."""
    watched = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
    if found["type"] not in watched or found["status"] == "Unknown":
        return found
    return {
        **found,
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": now,
    }


def _condition_taints(node: Object) -> Iterable[str]:
    for kind, keys in CONDITION_TAINTS.items():
        found = condition(node, kind)
        if found is not None and found["status"] in keys:
            yield keys[found["status"]]
    if node["spec"].get("unschedulable"):
        yield UNSCHEDULABLE


def _taint(key: str, effect: str, now: str) -> Object:
    return {"key": key, "effect": effect, "timeAdded": now}


def _no_execute_fits(node: Object, ready: Object) -> bool:
    """Whether the node has the NoExecute taint of its present condition."""
    key = CONDITION_TAINTS["Ready"][ready["status"]]
    taints = node["spec"].get("taints") or ()
    return any(taint["key"] == key and taint["effect"] == "NoExecute" for taint in taints)


