"""Node lifecycle: notices nodes that fall silent, taints them, paces evictions zone by zone.

Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, Kubernetes 1.36.

Unlike the real one: the next node of a zone gets its NoExecute taint at a check of the heartbeats,
every five seconds, and not between two of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object, condition, is_true
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers import node_health, node_taints
from kubelearn.controllers.node_health import Seen
from kubelearn.controllers.zones import (
    Standing,
    ZoneState,
    eviction_interval,
    zone_of,
    zone_states,
)
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

MONITOR_PERIOD = 5 * SECOND
LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
COMPONENT = "node-controller"


class NodeLifecycleController:
    """A part with a periodic check; NoSchedule taints follow conditions at once."""

    name = "node-lifecycle"
    state: ClassVar[tuple[str, ...]] = (
        "_known",
        "_seen",
        "_reached",
        "_standing",
        "_states",
        "_to_evict",
        "_next_eviction",
    )
    explains: ClassVar[tuple[str, ...]] = ("nodes",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._known: dict[str, Object] = {}
        self._seen: dict[str, Seen] = {}
        self._reached: dict[str, Object] = {}
        """Nodes as they were when nothing evicted from them."""
        self._standing: dict[str, Standing] = {}
        self._states: dict[str, ZoneState] = {}
        self._to_evict: dict[str, str] = {}
        """Node → zone, in the order in which they became not ready."""
        self._next_eviction: dict[str, int] = {}
        """When the pace of each zone allows the next one."""
        self._started = False
        context.api.store.watch(self.name, ("nodes",), self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:
        """Bring the NoSchedule taints of changed nodes in line with their conditions."""
        if not self._started:
            self._started = True
            self.context.clock.after(MONITOR_PERIOD, self.monitor)
        for name in dict.fromkeys(record.key[1] for record in records):
            node = self.context.api.find("nodes", None, name)
            if node is not None:
                self._set_taints(node, node_taints.with_no_schedule(node, self._now()))

    # The periodic check

    def monitor(self) -> None:
        """Look at the heartbeats of all nodes, then at the zones, then evict."""
        self.context.clock.after(MONITOR_PERIOD, self.monitor)
        nodes = self.context.api.list("nodes")
        self._note_membership(nodes)
        for node in nodes:
            self._check(node)
        self._handle_disruption()
        self._evict()

    def _note_membership(self, nodes: Sequence[Object]) -> None:
        """Tell of nodes that are new or gone."""
        present = {node["metadata"]["name"]: node for node in nodes}
        for name, node in present.items():
            if name not in self._known:
                text = f"Node {name} event: Registered Node {name} in Controller"
                self._event(node, "Normal", "RegisteredNode", text)
        for name in [name for name in self._known if name not in present]:
            text = f"Node {name} event: Removing Node {name} from Controller"
            self._event(self._known[name], "Normal", "RemovingNode", text)
            for known in (self._seen, self._reached, self._to_evict):
                known.pop(name, None)
        self._known = present

    def _check(self, node: Object) -> None:
        """Judge one node by what was known of it before; say Unknown when it is silent."""
        name, now = node["metadata"]["name"], self.context.clock.now
        lease, seen = self.context.api.find(LEASES, LEASE_NAMESPACE, name), self._seen.get(name)
        stood = self._standing.get(name)
        if seen is None or stood is None or stood.node is not node:
            self._seen[name] = seen = node_health.look(seen, node, lease, now)
        else:
            self._seen[name] = seen = node_health.look_at_lease(seen, lease, now)
        # A node is evicted for what this check found, not for what it is about to write.
        self._sort(node)
        if node_health.is_silent(seen, node, now):
            self._mark_unknown(node)

    def _sort(self, node: Object) -> None:
        """Mark a node for eviction, or take that back."""
        name = node["metadata"]["name"]
        if self._reached.get(name) is node:
            return
        key = node_taints.no_execute_key(node)
        if key is None:
            self._reach(node)
        elif node_taints.has_no_execute(node) and not node_taints.has_no_execute(node, (key,)):
            self._set_taints(node, node_taints.with_no_execute(node, self._now()))
        elif not node_taints.has_no_execute(node):
            self._to_evict.setdefault(name, zone_of(node))

    def _reach(self, node: Object) -> None:
        """Nobody has to leave this node."""
        name, taints = node["metadata"]["name"], node_taints.without_no_execute(node)
        self._to_evict.pop(name, None)
        if taints == node_taints.taints_of(node):
            self._reached[name] = node
        else:
            self._set_taints(node, taints)

    def _mark_unknown(self, node: Object) -> None:
        was_ready = is_true(node, "Ready")
        conditions = node_health.unknown_conditions(node, self._now())
        if conditions == node["status"].get("conditions"):
            return
        name = node["metadata"]["name"]
        self.context.api.patch_status("nodes", None, name, {"conditions": conditions})
        if was_ready:
            text = f"Node {name} status is now: NodeNotReady"
            self._event(node, "Normal", "NodeNotReady", text)
            for pod in self.context.api.on_node(name):
                self._mark_pod(pod)

    def _mark_pod(self, pod: Object) -> None:
        """Take a pod on a silent node out of its Services: nobody knows whether it answers."""
        if not is_true(pod, "Ready"):
            return
        change = {"status": "False", "lastTransitionTime": self._now()}
        conditions = [
            {**one, **change} if one["type"] == "Ready" else one
            for one in pod["status"]["conditions"]
        ]
        metadata = pod["metadata"]
        patch = {"conditions": conditions}
        self.context.api.patch_status("pods", metadata["namespace"], metadata["name"], patch)
        self._event(pod, "Warning", "NodeNotReady", "Node is not ready")

    # Zones and eviction

    def _handle_disruption(self) -> None:
        """When no node anywhere answers, the controller doubts itself first and evicts nobody."""
        stands = [Standing.of(node, self._standing) for node in self.context.api.list("nodes")]
        self._standing = {one.node["metadata"]["name"]: one for one in stands}
        states = zone_states(stands)
        was = _all_disrupted({zone: self._states.get(zone) for zone in states})
        self._states, cut_off = states, _all_disrupted(states)
        if cut_off and not was:
            for zone in states:
                for one in stands:
                    if one.zone == zone:
                        self._reach(one.node)
        elif was and not cut_off:
            now = self.context.clock.now
            self._seen = {name: seen._replace(since=now) for name, seen in self._seen.items()}

    def _evict(self) -> None:
        """Put the NoExecute taint on the next node of each zone whose pace allows it."""
        if not self._to_evict or _all_disrupted(self._states):
            return
        now, sizes = self.context.clock.now, self._zone_sizes()
        for name, zone in list(self._to_evict.items()):
            pace = eviction_interval(self._states[zone], sizes[zone])
            if pace is None or now < self._next_eviction.get(zone, 0):
                continue
            self._to_evict.pop(name)
            node = self.context.api.get("nodes", None, name)
            if node_taints.no_execute_key(node) is not None:
                self._next_eviction[zone] = now + pace
                self._set_taints(node, node_taints.with_no_execute(node, self._now()))

    def _zone_sizes(self) -> Mapping[str, int]:
        return Counter(one.zone for one in self._standing.values())

    # Writing

    def _set_taints(self, node: Object, taints: Sequence[Object]) -> None:
        if list(taints) == node_taints.taints_of(node):
            return
        name, patch = node["metadata"]["name"], {"taints": list(taints) or None}
        try:
            self.context.api.patch_status("nodes", None, name, patch, section="spec")
        except NotFound:
            return

    def _event(self, obj: Object, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(obj, kind, reason, text, COMPONENT)

    def _now(self) -> str:
        return timestamp(self.context.clock.now)

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What the controller thinks of a node."""
        name = obj["metadata"]["name"]
        ready = condition(obj, "Ready") or {"status": "missing"}
        reasons = [Reason(COMPONENT, f"Ready={ready['status']}: {ready.get('message', '')}")]
        if name in self._to_evict:
            state = self._states[self._to_evict[name]].value
            text = f"waits for its turn to have its pods evicted; its zone is in state {state}"
            reasons.append(Reason(COMPONENT, text))
        taints = [f"{taint['key']}:{taint['effect']}" for taint in node_taints.taints_of(obj)]
        if taints:
            reasons.append(Reason(COMPONENT, f"taints: {', '.join(taints)}"))
        return reasons


def _all_disrupted(states: Mapping[str, ZoneState | None]) -> bool:
    """Whether there are zones and no node of any of them is ready."""
    return bool(states) and all(one is ZoneState.FULL_DISRUPTION for one in states.values())
