"""kube-proxy in iptables mode: each node's own copy of Service address → pod addresses.

Source: `pkg/proxy/iptables/proxier.go`, Kubernetes 1.36. A proxy syncs at most once a second and
rewrites the rules of changed Services only; a node whose machine is dead keeps the rules that it
had, and reads everything anew when it is back.

Unlike the real one: ClusterIP only, no session affinity; all proxies that run sync at the same
moment, and a proxy runs as long as its machine does, whatever becomes of its pod.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, Protocol, TypeAlias

from kubelearn.api.objects import Key, Object, get_path, key_of
from kubelearn.api.store import Record
from kubelearn.network.endpoints import Backend, Endpoint, Policy, categorize, has_hints
from kubelearn.network.links import ZONE
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

MIN_SYNC_PERIOD = SECOND
WATCH_LATENCY = 10 * MILLISECOND
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


class Rule(NamedTuple):
    """What happens to new connections to one Service address and port."""

    service: tuple[str, str]
    port_name: str
    backends: tuple[Backend, ...]
    any_endpoints: bool
    """Whether there are usable endpoints anywhere; without backends here: DROP, not REJECT."""


class ServicePort(NamedTuple):
    """One port of a Service as every node knows it."""

    rule: Rule
    """The rule of all nodes, unless they differ."""
    endpoints: tuple[Endpoint, ...] = ()
    """All endpoints, where nodes differ by hints or by internalTrafficPolicy Local."""
    policy: Policy = Policy()


Table: TypeAlias = Mapping[str, Mapping[tuple[str, int], ServicePort]]
"""Address → (protocol, port) → what is there. Tables are never changed, only replaced."""


class Machines(Protocol):
    """Which machines run."""

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""


class KubeProxies:
    """The kube-proxies of all nodes."""

    name = "kube-proxy"
    state: ClassVar[tuple[str, ...]] = ("tables", "synced", "addresses", "changed")
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets"}
    explains: ClassVar[tuple[str, ...]] = ("services",)
    machines: Machines

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tables: dict[str, Table] = {}
        """Node → its rules."""
        self.synced: dict[str, int] = {}
        self.addresses: dict[Key, str] = {}
        """Service → its address in the rules."""
        self.changed: dict[Key, None] = {}
        """Services whose rules have to be written again."""
        self._table: Table = {}
        self._due = False
        self._last = -(1 << 62)
        context.api.store.watch(
            self.name, ("services", SLICES, "nodes"), self.deliver, WATCH_LATENCY
        )

    def deliver(self, records: list[Record]) -> None:
        """Note what changed, and sync as soon as it is allowed."""
        restarted = []
        for record in records:
            if record.resource == "nodes":
                restarted.append(record)
            else:
                self.changed.update(dict.fromkeys(_services_of(record)))
        if self.changed and not self._due:
            self._due = True
            now = self.context.clock.now
            self.context.clock.at(max(now, self._last + MIN_SYNC_PERIOD), self.sync)
        for record in restarted:
            self._node_changed(record)

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
            table.pop(self.addresses.pop(key, ""), None)
        for key in self.changed:
            address, ports = self._ports(key)
            if ports:
                table[address] = ports
                self.addresses[key] = address
        self._table = table
        self.changed = {}

    def _ports(self, key: Key) -> tuple[str, Mapping[tuple[str, int], ServicePort]]:
        """The address of a Service and what its ports mean now; no ports when it is headless."""
        service = self.context.api.find("services", *key)
        spec = service["spec"] if service is not None else {}
        address = spec.get("clusterIP")
        if not address or address == "None" or spec.get("type") == "ExternalName":
            return "", {}
        slices = self.context.api.store.select(SLICES, "service", "/".join(key))
        return address, {
            (port.get("protocol", "TCP"), port["port"]): _service_port(key, spec, port, slices)
            for port in spec.get("ports") or ()
        }

    def rule(self, node: str, address: str, port: int, protocol: str = "TCP") -> Rule | None:
        """The rule of a node for an address, None when it has none."""
        found = self.tables.get(node, {}).get(address, {}).get((protocol, port))
        if found is None or not found.endpoints:
            return None if found is None else found.rule
        labels = get_path(
            self.context.api.find("nodes", None, node), "metadata", "labels", default={}
        )
        choice = categorize(found.endpoints, found.policy, node, labels.get(ZONE, ""))
        chosen = choice.local if found.policy.internal_local else choice.cluster
        return found.rule._replace(backends=_sorted(chosen), any_endpoints=choice.any_endpoints)

    def knows(self, node: str, address: str) -> bool:
        """Whether an address is that of a Service on this node, whatever the port."""
        return address in self.tables.get(node, {})

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """On how many nodes the rules for a Service are what its endpoints say now."""
        address, ports = self._ports(key_of(obj))
        if not ports:
            return [Reason("kube-proxy", "the Service is headless: there are no rules for it")]
        current = sum(table.get(address) == ports for table in self.tables.values())
        count = len(next(iter(ports.values())).rule.backends)
        outcome = f"goes to one of {count} endpoints at random" if count else "is rejected"
        text = (
            f"{current} of {len(self.tables)} nodes have the present rules for {address}: "
            f"each new connection {outcome}"
        )
        return [Reason("kube-proxy", text)]


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


def _service_port(
    service: tuple[str, str], spec: Object, port: Object, slices: list[Object]
) -> ServicePort:
    name = port.get("name", "")
    endpoints = tuple(
        Endpoint.of(endpoint, number)
        for one in slices
        if one.get("addressType", "IPv4") == "IPv4"
        and (number := _port_number(one, name)) is not None
        for endpoint in one.get("endpoints") or ()
    )
    policy = Policy(spec.get("internalTrafficPolicy") == "Local")
    choice = categorize(endpoints, Policy(), "", "")
    rule = Rule(service, name, _sorted(choice.cluster), choice.any_endpoints)
    if policy.internal_local or has_hints(endpoints):
        return ServicePort(rule, endpoints, policy)
    return ServicePort(rule)


def _sorted(endpoints: tuple[Endpoint, ...]) -> tuple[Backend, ...]:
    return tuple(sorted({endpoint.backend for endpoint in endpoints}))


def _port_number(one: Object, name: str) -> int | None:
    for port in one.get("ports") or ():
        if (port.get("name") or "") == name and port.get("port"):
            return int(port["port"])
    return None
