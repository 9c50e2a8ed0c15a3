"""kube-proxy: each node's own copy of Service address → pod addresses, and the picks it makes.

Source: `pkg/proxy/iptables/proxier.go`, Kubernetes 1.36. A proxy syncs at most once a second and
rewrites the rules of changed Services only; a node whose machine is dead keeps the rules that it
had, and reads everything anew when it is back.

Unlike the real one: all proxies that run sync at the same moment, and a proxy runs as long as its
machine does, whatever becomes of its pod; a change of its mode (ConfigMap `kube-proxy`) takes
effect at the next sync, without a new pod.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from kubelearn.api.objects import Key, Object, get_path, key_of
from kubelearn.api.store import Record
from kubelearn.network.addresses import node_address
from kubelearn.network.endpoints import Backend
from kubelearn.network.links import ZONE
from kubelearn.network.proxy_modes import iptables
from kubelearn.network.proxy_modes.configuration import CONFIG_MAP, Mode, mode_of
from kubelearn.network.proxy_modes.ipvs import SCHEDULERS, Connection
from kubelearn.network.service_ports import (
    ANY_NODE,
    HEALTH,
    Entry,
    PortKey,
    Rule,
    Sender,
    Table,
    entries,
)
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

MIN_SYNC_PERIOD = SECOND
WATCH_LATENCY = 10 * MILLISECOND
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


class Machines(Protocol):
    """Which machines run."""

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""


class KubeProxies:
    """The kube-proxies of all nodes."""

    name = "kube-proxy"
    state: ClassVar[tuple[str, ...]] = (
        "tables", "synced", "addresses", "changed", "turns", "kept",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets"}
    explains: ClassVar[tuple[str, ...]] = ("services",)
    machines: Machines

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tables: dict[str, Table] = {}
        """Node → its rules."""
        self.synced: dict[str, int] = {}
        self.addresses: dict[Key, tuple[tuple[str, PortKey], ...]] = {}
        """Service → its lines in the rules."""
        self.changed: dict[Key, None] = {}
        """Services whose rules have to be written again."""
        self.turns: dict[tuple[str, Key, str, str], int] = {}
        """(node, Service, port, place) → connections taken, for IPVS."""
        self.kept: dict[tuple[str, Key, str, str], tuple[Backend, int]] = {}
        """(node, Service, port, sender) → endpoint and time of the last connection."""
        self.mode = Mode()
        self.complaint = ""
        """Why the ConfigMap is not followed."""
        self._table: Table = {}
        self._due = False
        self._last = -(1 << 62)
        watched = ("services", SLICES, "nodes", "configmaps")
        context.api.store.watch(self.name, watched, self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:
        """Note what changed, and sync as soon as it is allowed."""
        restarted = []
        for record in records:
            if record.resource == "nodes":
                restarted.append(record)
            elif record.resource == "configmaps":
                self._configured(record)
            else:
                self.changed.update(dict.fromkeys(_services_of(record)))
        if self.changed and not self._due:
            self._due = True
            now = self.context.clock.now
            self.context.clock.at(max(now, self._last + MIN_SYNC_PERIOD), self.sync)
        for record in restarted:
            self._node_changed(record)

    def _configured(self, record: Record) -> None:
        """The ConfigMap of kube-proxy has another content: write all rules in its mode."""
        if record.key != CONFIG_MAP:
            return
        try:
            self.mode, self.complaint = mode_of(record.new), ""
        except ValueError as error:
            self.complaint = str(error)
            return
        self.changed.update(dict.fromkeys(self.addresses))

    def _node_changed(self, record: Record) -> None:
        """A machine that came or started again has a proxy that reads everything anew."""
        name = record.key[1]
        if record.new is None:
            self.tables.pop(name, None)
            self.synced.pop(name, None)
        elif _boot(record.new) != _boot(record.old) and self.machines.alive(name):
            self._rewrite()
            self._write(name)

    def sync(self) -> None:
        """Write the rules of all nodes whose machine runs."""
        self._due = False
        self._last = self.context.clock.now
        self._rewrite()
        for node in self.context.api.list("nodes"):
            name = node["metadata"]["name"]
            if self.machines.alive(name):
                self._write(name)

    def _write(self, node: str) -> None:
        self.tables[node] = self._table
        self.synced[node] = self.context.clock.now

    def _rewrite(self) -> None:
        """Make the table anew, as far as Services have changed."""
        if not self.changed:
            return
        table = dict(self._table)
        for key in self.changed:
            for address, port in self.addresses.pop(key, ()):
                table[address] = {k: v for k, v in table.get(address, {}).items() if k != port}
        for key in self.changed:
            lines = self._lines(key)
            for line in lines:
                table[line.address] = {**table.get(line.address, {}), line.port: line.leads_to}
            if lines:
                self.addresses[key] = tuple((line.address, line.port) for line in lines)
        self._table = {address: ports for address, ports in table.items() if ports}
        self.changed = {}

    def _lines(self, key: Key) -> list[Entry]:
        """What the Service means now; nothing when it is headless or gone."""
        service = self.context.api.find("services", *key)
        slices = self.context.api.store.select(SLICES, "service", "/".join(key))
        return list(entries(key, service, slices))

    def rule(
        self,
        node: str,
        address: str,
        port: int,
        protocol: str = "TCP",
        sender: Sender = Sender(),  # noqa: B008  (a NamedTuple never changes)
    ) -> Rule | None:
        """The rule of a node for an address, None when it has none."""
        table = self.tables.get(node, {})
        found = table.get(address, {}).get((protocol, port))
        if found is None and ANY_NODE in table and self.own_address(node) == address:
            found = table[ANY_NODE].get((protocol, port))
        if found is None or not (found.endpoints or found.sources):
            return None if found is None else found.rule
        labels = get_path(
            self.context.api.find("nodes", None, node), "metadata", "labels", default={}
        )
        return found.rule_for(node, labels.get(ZONE, ""), sender)

    def own_address(self, node: str) -> str:
        """The address of a node; "" when it has none."""
        return node_address(self.context.api.find("nodes", None, node))

    def health(self, node: str, port: int) -> bool | None:
        """What a node answers on a healthCheckNodePort: whether it has ready endpoints.

        None when the port is no such one.
        """
        found = self.tables.get(node, {}).get(HEALTH, {}).get(("TCP", port))
        if found is None:
            return None
        return any(each.ready and each.backend.node == node for each in found.endpoints)

    def pick(
        self,
        node: str,
        rule: Rule,
        target: str,
        source: str,
        draw: Callable[[int], int],
        active: Callable[[Backend], int],
    ) -> Backend:
        """The endpoint that a node's proxy gives a new connection from a source address."""
        now, count = self.context.clock.now, len(rule.backends)
        place = (node, rule.service, rule.port_name, source)
        if rule.affinity:
            kept = self.kept.get(place)
            if kept and kept[0] in rule.backends and now - kept[1] <= rule.affinity:
                self.kept[place] = (kept[0], now)
                return kept[0]
        index = draw(count) if self.mode.name != "ipvs" else self._turn(
            node, rule, Connection(source, target, 0, tuple(map(active, rule.backends)))
        )  # fmt: skip
        if rule.affinity:
            self.kept[place] = (rule.backends[index], now)
        return rule.backends[index]

    def _turn(self, node: str, rule: Rule, connection: Connection) -> int:
        server = (node, rule.service, rule.port_name, rule.place)
        turn = self.turns.get(server, 0)
        self.turns[server] = turn + 1
        choose = SCHEDULERS[self.mode.scheduler]
        return choose(connection._replace(turn=turn), len(rule.backends))

    def chains(self, rule: Rule, backend: Backend) -> tuple[str, ...]:
        """The chains of iptables that a packet has walked to an endpoint; () in other modes."""
        return iptables.walked(rule, backend) if self.mode.name == "iptables" else ()

    def remembers(self, rule: Rule) -> bool:
        """Whether a pick depends on the picks before it."""
        return bool(rule.affinity) or self.mode.name == "ipvs"

    def knows(self, node: str, address: str) -> bool:
        """Whether an address is that of a Service on this node, whatever the port."""
        return address in self.tables.get(node, {})

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """On how many nodes the rules for a Service are what its endpoints say now."""
        lines = self._lines(key_of(obj))
        if not lines:
            return [Reason("kube-proxy", "the Service is headless: there are no rules for it")]
        address = lines[0].address
        current = sum(
            all(table.get(a, {}).get(port) == leads_to for a, port, leads_to in lines)
            for table in self.tables.values()
        )
        count = len(lines[0].leads_to.rule.backends)
        how = f"by {self.mode.scheduler}" if self.mode.name == "ipvs" else "at random"
        outcome = f"goes to one of {count} endpoints {how}" if count else "is rejected"
        text = (
            f"{current} of {len(self.tables)} nodes have the present rules for {address}: "
            f"each new connection {outcome}"
        )
        warned = [Reason("kube-proxy", self.complaint)] if self.complaint else []
        return [Reason("kube-proxy", text), *warned]


def _services_of(record: Record) -> list[Key]:
    """The Services whose rules a write touches."""
    if record.resource == "services":
        return [record.key]
    labels = [
        obj["metadata"].get("labels") or {} for obj in (record.old, record.new) if obj is not None
    ]
    return [(record.key[0], each[SERVICE_NAME]) for each in labels if SERVICE_NAME in each]


def _boot(node: Object | None) -> str:
    return str(get_path(node, "status", "nodeInfo", "bootID", default=""))
