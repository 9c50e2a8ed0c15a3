"""kube-proxy in iptables mode: each node's own copy of Service address → pod addresses.

Source: `pkg/proxy/iptables/proxier.go`, `pkg/proxy/topology.go`, Kubernetes 1.36. A proxy syncs at
most once a second; a node whose machine is dead keeps the rules that it had.

Unlike the real one: ClusterIP only; nodes that sync at the same moment share one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, Protocol

from kubelearn.api.objects import Object, is_true
from kubelearn.api.store import Record
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

MIN_SYNC_PERIOD = SECOND
WATCH_LATENCY = 10 * MILLISECOND
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


class Backend(NamedTuple):
    """One endpoint of a Service port."""

    address: str
    port: int
    node: str
    pod: tuple[str, str]
    """Namespace and name."""


class Rule(NamedTuple):
    """What happens to new connections to one Service address and port."""

    service: tuple[str, str]
    port_name: str
    backends: tuple[Backend, ...]
    any_endpoints: bool
    """Whether the Service has endpoints at all, ready or not."""


Table = Mapping[tuple[str, int], Rule]
"""(address, port) → rule."""


class Machines(Protocol):
    """Which machines run."""

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""


class KubeProxies:
    """The kube-proxies of all nodes."""

    name = "kube-proxy"
    state: ClassVar[tuple[str, ...]] = ("tables", "synced")
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets"}
    explains: ClassVar[tuple[str, ...]] = ("services",)
    machines: Machines

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tables: dict[str, Table] = {}
        """Node → its rules; tables are never changed, only replaced."""
        self.synced: dict[str, int] = {}
        self._due = False
        self._last = -(1 << 62)
        context.api.store.watch(
            self.name, ("services", SLICES, "nodes"), self.deliver, WATCH_LATENCY
        )

    def deliver(self, records: list[Record]) -> None:
        """Sync soon when a Service or its endpoints changed, or a node came."""
        if not any(_matters(record) for record in records):
            return
        if not self._due:
            self._due = True
            now = self.context.clock.now
            self.context.clock.at(max(now, self._last + MIN_SYNC_PERIOD), self.sync)

    def sync(self) -> None:
        """Write the rules of all nodes whose machine runs."""
        self._due = False
        now = self._last = self.context.clock.now
        table = self._table()
        for node in self.context.api.list("nodes"):
            name = node["metadata"]["name"]
            if self.machines.alive(name):
                self.tables[name] = table
                self.synced[name] = now

    def _table(self) -> Table:
        rules: dict[tuple[str, int], Rule] = {}
        slices = self._slices_by_service()
        for service in self.context.api.list("services"):
            metadata, spec = service["metadata"], service["spec"]
            address = spec.get("clusterIP")
            if not address or address == "None" or spec.get("type") == "ExternalName":
                continue
            key = (metadata["namespace"], metadata["name"])
            for port in spec.get("ports") or ():
                rules[address, port["port"]] = _rule(key, port, slices.get(key, []))
        return rules

    def _slices_by_service(self) -> dict[tuple[str, str], list[Object]]:
        found: dict[tuple[str, str], list[Object]] = {}
        for one in self.context.api.list(SLICES):
            name = (one["metadata"].get("labels") or {}).get(SERVICE_NAME)
            if name is not None:
                found.setdefault((one["metadata"]["namespace"], name), []).append(one)
        return found

    def rule(self, node: str, address: str, port: int) -> Rule | None:
        """The rule of a node for an address, None when it has none."""
        return self.tables.get(node, {}).get((address, port))

    def knows(self, node: str, address: str) -> bool:
        """Whether an address is that of a Service on this node, whatever the port."""
        return any(known == address for known, _ in self.tables.get(node, {}))

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """On how many nodes the rules for a Service are what its endpoints say now."""
        address = obj["spec"].get("clusterIP")
        ports = obj["spec"].get("ports") or ()
        if not address or address == "None" or not ports:
            return [Reason("kube-proxy", "the Service is headless: there are no rules for it")]
        fresh = self._table()
        key = (address, ports[0]["port"])
        current = sum(table.get(key) == fresh.get(key) for table in self.tables.values())
        rule = fresh.get(key)
        count = len(rule.backends) if rule is not None else 0
        outcome = f"goes to one of {count} endpoints at random" if count else "is rejected"
        text = (
            f"{current} of {len(self.tables)} nodes have the present rules for {address}: "
            f"each new connection {outcome}"
        )
        return [Reason("kube-proxy", text)]


def _matters(record: Record) -> bool:
    if record.resource != "nodes":
        return True
    if record.old is None or record.new is None:
        return True
    # A machine that is back has a proxy that reads everything anew.
    return is_true(record.new, "Ready") and not is_true(record.old, "Ready")


def _rule(service: tuple[str, str], port: Object, slices: list[Object]) -> Rule:
    """Ready endpoints; when there is none, those that still serve while they terminate."""
    name = port.get("name", "")
    ready: list[Backend] = []
    fallback: list[Backend] = []
    for one in slices:
        number = _port_number(one, name)
        if number is None:
            continue
        for endpoint in one.get("endpoints") or ():
            conditions = endpoint.get("conditions") or {}
            backend = _backend(endpoint, number)
            if conditions.get("ready", True):
                ready.append(backend)
            elif conditions.get("serving") and conditions.get("terminating"):
                fallback.append(backend)
    chosen = sorted(ready or fallback)
    return Rule(service, name, tuple(chosen), any(one.get("endpoints") for one in slices))


def _port_number(one: Object, name: str) -> int | None:
    for port in one.get("ports") or ():
        if port.get("name", "") == name:
            return int(port["port"])
    return None


def _backend(endpoint: Object, port: int) -> Backend:
    target = endpoint.get("targetRef") or {}
    pod = (target.get("namespace", ""), target.get("name", ""))
    return Backend(endpoint["addresses"][0], port, endpoint.get("nodeName", ""), pod)
