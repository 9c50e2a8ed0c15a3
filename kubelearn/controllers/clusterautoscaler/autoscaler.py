"""The loop of the cluster autoscaler: every 10 s more nodes, else fewer.

Source: `cluster-autoscaler/FAQ.md` of kubernetes/autoscaler.

Unlike the real one: it reads the groups of its cloud from a ConfigMap; it never stops because too
many nodes are unready; unready nodes are not removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.api.eviction import evict
from kubelearn.api.objects import Key, Object, is_terminating, is_true, key_of, merge
from kubelearn.controllers.add_on import AddOn
from kubelearn.controllers.clusterautoscaler import cloud, expander, scale_down, scale_up
from kubelearn.controllers.clusterautoscaler.blocking import stays_with_its_node
from kubelearn.controllers.clusterautoscaler.cloud import Machines, Order, Ranges, group_of
from kubelearn.controllers.clusterautoscaler.expander import Option
from kubelearn.controllers.clusterautoscaler.scale_down import Verdict
from kubelearn.controllers.clusterautoscaler.settings import (
    NodeGroup,
    Settings,
    groups_of,
    settings_of,
)
from kubelearn.controllers.clusterautoscaler.simulation import Place, is_running, put
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import HOUR, MINUTE, SECOND
from kubelearn.sim.duration import format_duration

COMPONENT = "cluster-autoscaler"
PLACE: Key = ("kube-system", "cluster-autoscaler")
GROUPS: Key = ("kube-system", "cluster-autoscaler-node-groups")
SELECTOR = "app=cluster-autoscaler"
TAINT = "ToBeDeletedByClusterAutoscaler"
FIRST_BACKOFF, LAST_BACKOFF, BACKOFF_RESET = 5 * MINUTE, 30 * MINUTE, 3 * HOUR
EVICTION_RETRY = 2 * MINUTE


class Backoff(NamedTuple):
    """Until when a group is not asked again, and how long that is."""

    until: int
    delay: int


class Note(NamedTuple):
    """What was decided about a pod or a node."""

    time: int
    text: str
    table: tuple[dict[str, object], ...] = ()


class ClusterAutoscaler(AddOn):
    """A part that looks at the whole cluster again and again, while its Deployment runs."""

    name = "cluster-autoscaler"
    state: ClassVar[tuple[str, ...]] = (
        "orders", "unneeded", "draining", "backoffs", "_notes", "_told",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets", "ranges": "ipam"}
    explains: ClassVar[tuple[str, ...]] = ("pods", "nodes")
    place, selector, first = PLACE, SELECTOR, SECOND
    machines: Machines
    ranges: Ranges

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.orders: dict[str, Order] = {}
        """Machines that were ordered and are no ready nodes yet."""
        self.unneeded: dict[str, int] = {}
        """Node → since when nobody needs it."""
        self.draining: dict[str, int] = {}
        """Node → since when it is being emptied."""
        self.backoffs: dict[str, Backoff] = {}
        self._notes: dict[tuple[str, Key], Note] = {}
        self._told: dict[Key, str] = {}
        """Pod → what was last told about it."""
        self._added = self._failed = -(1 << 62)
        self._count = 0

    def pause(self, deployment: Object) -> int:
        """`--scan-interval`."""
        return settings_of(deployment).scan_interval

    def round(self, deployment: Object) -> None:
        """One round of the loop: machines that came, drains, scale-up, else scale-down."""
        settings, groups = settings_of(deployment), self._groups(deployment)
        self._receive(self.context.api.list("nodes"), settings)
        self._drain(settings)
        nodes = self.context.api.list("nodes")
        pods = scale_up.unschedulable(self.context.api.list("pods"), settings)
        if not self._scale_up(pods, nodes, groups, settings) and settings.scale_down_enabled:
            self._scale_down(nodes, groups, settings)

    def _groups(self, deployment: Object) -> tuple[NodeGroup, ...]:
        try:
            return groups_of(self.context.api.find("configmaps", *GROUPS))
        except ValueError as error:
            self.context.recorder.event(
                deployment, "Warning", "FailedToReadNodeGroups", str(error), COMPONENT
            )
            return ()

    def _receive(self, nodes: Sequence[Object], settings: Settings) -> None:
        """Cross off the machines that are ready; give up those that do not come."""
        now = self.context.clock.now
        ready = {node["metadata"]["name"] for node in nodes if is_true(node, "Ready")}
        for name, order in tuple(self.orders.items()):
            if name in ready:
                del self.orders[name]
            elif now - order.time >= settings.max_node_provision_time:
                del self.orders[name]
                self._back_off(order.group)

    def _back_off(self, group: str) -> None:
        now, old = self.context.clock.now, self.backoffs.get(group)
        delay = FIRST_BACKOFF
        if old is not None and now < old.until + BACKOFF_RESET:
            delay = min(2 * old.delay, LAST_BACKOFF)
        self.backoffs[group] = Backoff(now + delay, delay)

    # More

    def _scale_up(
        self,
        pods: Sequence[Object],
        nodes: Sequence[Object],
        groups: Sequence[NodeGroup],
        settings: Settings,
    ) -> bool:
        """Order machines for pods that find no place; False when there are no such pods."""
        pods = put(pods, self._coming(groups))
        if not pods:
            return False
        now = self.context.clock.now
        sizes = self._sizes(nodes, groups)
        rooms = {group.name: group.maximum - sizes[group.name] for group in groups}
        waiting = {name for name, backoff in self.backoffs.items() if backoff.until > now}
        options = [
            option
            for group in groups
            if group.name not in waiting
            and (option := scale_up.option_of(group, rooms[group.name], pods)) is not None
        ]
        choice = self._choose(options, settings)
        helped = {key_of(pod) for pod in choice.pods} if choice is not None else set()
        if choice is not None:
            self._order(choice, sizes[choice.group.name], options)
            rooms[choice.group.name] -= choice.nodes
        for pod in pods:
            if key_of(pod) not in helped:
                why = scale_up.refusals(pod, groups, rooms, waiting)
                if why is None:
                    continue  # its turn comes with the next round
                self._tell(pod, "NotTriggerScaleUp", f"pod didn't trigger scale-up: {why}")
        return True

    def _coming(self, groups: Sequence[NodeGroup]) -> list[Place]:
        """The machines that were ordered, as if they were there."""
        by_name = {group.name: group for group in groups}
        return [
            Place(by_name[order.group].template(name))
            for name, order in self.orders.items()
            if order.group in by_name
        ]

    def _sizes(self, nodes: Sequence[Object], groups: Sequence[NodeGroup]) -> dict[str, int]:
        """How many machines each group has or will have, without those that go."""
        sizes = {group.name: 0 for group in groups}
        names = {node["metadata"]["name"]: group_of(node) for node in nodes}
        names = {name: group for name, group in names.items() if name not in self.draining}
        names |= {name: order.group for name, order in self.orders.items()}
        for group in names.values():
            if group in sizes:
                sizes[group] += 1
        return sizes

    def _choose(self, options: list[Option], settings: Settings) -> Option | None:
        left = expander.best(options, settings.expander)
        if len(left) < 2:
            return left[0] if left else None
        subject = str(self.context.clock.now)
        return left[self.context.draws.below(len(left), "expander", subject)]

    def _order(self, choice: Option, size: int, options: Sequence[Option]) -> None:
        group, now = choice.group, self.context.clock.now
        for _ in range(choice.nodes):
            self._count += 1
            suffix = self.context.draws.suffix(5, "node", group.name, self._count)
            name = f"{group.name}-{suffix}"
            self.orders[name] = Order(group.name, now)
            if group.start is not None:
                self.context.clock.after(group.start, self.arrive, name, group)
        self._added = now
        change = f"{group.name} {size}->{size + choice.nodes} (max: {group.maximum})"
        table = tuple(_row(option, option is choice) for option in options)
        for pod in choice.pods:
            text = f"pod triggered scale-up: [{{{change}}}]"
            self._tell(pod, "TriggeredScaleUp", text, table)

    def arrive(self, name: str, group: NodeGroup) -> None:
        """A machine has come."""
        if name in self.orders:
            cloud.join(self.machines, self.ranges, group, name)

    def _tell(
        self, pod: Object, reason: str, text: str, table: tuple[dict[str, object], ...] = ()
    ) -> None:
        self._notes["pods", key_of(pod)] = Note(self.context.clock.now, text, table)
        if self._told.get(key_of(pod)) != text:
            self._told[key_of(pod)] = text
            self.context.recorder.event(pod, "Normal", reason, text, COMPONENT)

    # Fewer

    def _scale_down(
        self, nodes: Sequence[Object], groups: Sequence[NodeGroup], settings: Settings
    ) -> None:
        """Note which nodes are unneeded, and remove those that have been for long enough."""
        now, sizes = self.context.clock.now, self._sizes(nodes, groups)
        least = {group.name: group.minimum for group in groups}
        verdicts: dict[str, Verdict] = {}
        for node in nodes:
            name, group = node["metadata"]["name"], group_of(node)
            if group not in least or name in self.draining or not is_true(node, "Ready"):
                continue
            others = [one for one in nodes if one is not node]
            verdict = scale_down.verdict_of(self.context.api, node, others, settings)
            if not verdict.keeps and sizes[group] <= least[group]:
                verdict = verdict._replace(keeps=f"its group has its least size, {least[group]}")
            if not verdict.keeps:
                verdicts[name] = verdict
            self._note(name, verdict)
        self.unneeded = {name: self.unneeded.get(name, now) for name in verdicts}
        quiet = now - self._added >= settings.scale_down_delay_after_add
        if quiet and now - self._failed >= settings.scale_down_delay_after_failure:
            self._remove(verdicts, sizes, least, settings)

    def _note(self, name: str, verdict: Verdict) -> None:
        since = self.unneeded.get(name, self.context.clock.now)
        text = f"keeps this node: {verdict.keeps}"
        if not verdict.keeps:
            text = (
                f"needs this node no more since {format_duration(since)}: its requests are "
                f"{verdict.utilization:.0%} of it and its pods could go elsewhere"
            )
        self._notes["nodes", ("", name)] = Note(self.context.clock.now, text)

    def _remove(
        self,
        verdicts: dict[str, Verdict],
        sizes: dict[str, int],
        least: dict[str, int],
        settings: Settings,
    ) -> None:
        now = self.context.clock.now
        for name in scale_down.chosen(self.unneeded, verdicts, settings, now):
            node = self.context.api.get("nodes", None, name)
            group = group_of(node)
            if sizes[group] <= least[group] or (self.draining and verdicts[name].movable):
                continue
            sizes[group] -= 1
            self._begin_drain(node)

    def _begin_drain(self, node: Object) -> None:
        now, name = self.context.clock.now, node["metadata"]["name"]
        taint = {"key": TAINT, "value": str(now // SECOND), "effect": "NoSchedule"}
        taints = [*(node["spec"].get("taints") or ()), taint]
        self._write(node, {"unschedulable": True, "taints": taints})
        self.unneeded.pop(name, None)
        self.draining[name] = now
        text = "marked the node as toBeDeleted/unschedulable"
        self.context.recorder.event(node, "Normal", "ScaleDown", text, COMPONENT)
        self._empty(name)

    def _write(self, node: Object, spec: Object) -> None:
        self.context.api.store.put("nodes", key_of(node), merge(node, {"spec": spec}))

    def _drain(self, settings: Settings) -> None:
        """Go on with nodes that are being emptied."""
        for name, since in tuple(self.draining.items()):
            node = self.context.api.find("nodes", None, name)
            if node is None:
                del self.draining[name]
                continue
            left = self._empty(name)
            waited = self.context.clock.now - since
            patience = EVICTION_RETRY + settings.max_graceful_termination_sec * SECOND
            refused = [pod for pod in left if not is_terminating(pod)]
            if not left:
                self._give_back(node)
            elif (refused and waited > EVICTION_RETRY) or waited > patience:
                self._give_up(node)

    def _empty(self, name: str) -> list[Object]:
        """Ask the pods of a node to go; returns those that are still there."""
        pods = [pod for pod in self.context.api.on_node(name) if is_running(pod)]
        left = [pod for pod in pods if not stays_with_its_node(pod)]
        for pod in left:
            if not is_terminating(pod):
                try:
                    evict(self.context.api, *key_of(pod))
                except APIError:
                    continue  # its budget allows it later, or the node stays
        return left

    def _give_back(self, node: Object) -> None:
        name = node["metadata"]["name"]
        text = "node removed by cluster autoscaler"
        self.context.recorder.event(node, "Normal", "ScaleDown", text, COMPONENT)
        self.machines.stop(name)
        self.context.api.delete("nodes", None, name)
        del self.draining[name]
        self._notes.pop(("nodes", ("", name)), None)

    def _give_up(self, node: Object) -> None:
        name = node["metadata"]["name"]
        kept = [taint for taint in node["spec"].get("taints") or () if taint["key"] != TAINT]
        self._write(node, {"unschedulable": None, "taints": kept or None})
        text = "failed to drain the node, aborting ScaleDown"
        self.context.recorder.event(node, "Warning", "ScaleDownFailed", text, COMPONENT)
        del self.draining[name]
        self._failed = self.context.clock.now

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """What was last decided about a pod or a node."""
        note = self._notes.get((resource, key_of(obj)))
        return [] if note is None else [Reason(COMPONENT, note.text, note.time, note.table)]


def _row(option: Option, taken: bool) -> dict[str, object]:
    return {
        "group": option.group.name,
        "nodes": option.nodes,
        "pods": len(option.pods),
        "waste": round(option.waste, 3),
        "price": round(option.nodes * option.group.price, 3),
        "chosen": "←" if taken else "",
    }
