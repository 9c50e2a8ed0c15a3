"""What the ports of a Service mean to kube-proxy: which addresses lead to which endpoints, and how.

Source: `pkg/proxy/serviceport.go`, `pkg/proxy/topology.go`, `pkg/proxy/iptables/proxier.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.network.endpoints import Backend, Endpoint, Policy, categorize, has_hints
from kubelearn.sim.clock import SECOND

CLUSTER_IP, NODE_PORT = "ClusterIP", "NodePort"
EXTERNAL_IP, LOAD_BALANCER = "externalIP", "LoadBalancer"
ANY_NODE = "*"
"""In place of an address: every address of the node."""
HEALTH = "healthz"
"""In place of an address: where kube-proxy itself answers a balancer's health checks."""
AFFINITY = 10800
"""Seconds for which a client keeps its endpoint, by default."""

PortKey = tuple[str, int]
"""Protocol and number."""


class Sender(NamedTuple):
    """Where packets come from, as a node sees them."""

    kind: str = "pod"
    """Of the cluster's pods: "pod"; of the node itself: "node"; of anybody else: "outside"."""
    address: str = ""


class Rule(NamedTuple):
    """What happens to new connections to one Service address and port."""

    service: Key
    port_name: str
    backends: tuple[Backend, ...]
    any_endpoints: bool
    """Whether there are usable endpoints anywhere; without backends here: DROP, not REJECT."""
    place: str = CLUSTER_IP
    """By which kind of address it is reached."""
    masquerade: bool = False
    """Whether the node puts its own address in place of the sender's."""
    affinity: int = 0
    """Nanoseconds for which a sender keeps its endpoint; 0 = each connection is drawn anew."""
    local: bool = False
    """Whether only endpoints of the node itself were taken."""
    forbidden: bool = False
    """Whether `loadBalancerSourceRanges` leaves the sender out."""


class ServicePort(NamedTuple):
    """One port of a Service, at one kind of address, as every node knows it."""

    rule: Rule
    """The rule of all nodes and senders, unless they differ."""
    endpoints: tuple[Endpoint, ...] = ()
    """All endpoints, where nodes or senders differ."""
    policy: Policy = Policy()
    sources: tuple[str, ...] = ()
    """The ranges from which a load balancer's address may be asked; () = all."""

    def rule_for(self, node: str, zone: str, sender: Sender) -> Rule:
        """What a node in a zone does with this sender's connections."""
        if self.sources and sender.address and not _within(sender.address, self.sources):
            return self.rule._replace(backends=(), forbidden=True)
        if not self.endpoints:
            return self.rule
        choice = categorize(self.endpoints, self.policy, node, zone)
        inside = sender.kind != "outside"
        outer = self.rule.place != CLUSTER_IP
        local = self.policy.internal_local
        if outer:
            # Senders of the cluster take a short cut: policy Local is for those outside.
            local = self.policy.external_local and not inside
        chosen = choice.local if local else choice.cluster
        return self.rule._replace(
            backends=_sorted(chosen),
            any_endpoints=choice.any_endpoints,
            local=local,
            masquerade=outer and not local and not (self._keeps and sender.kind == "pod"),
        )

    @property
    def _keeps(self) -> bool:
        """Whether pods are seen with their own address although the way is an outer one."""
        return self.policy.external_local


Table: TypeAlias = Mapping[str, Mapping[PortKey, ServicePort]]
"""Address → (protocol, port) → what is there. Tables are never changed, only replaced."""


class Entry(NamedTuple):
    """One line of the table."""

    address: str
    port: PortKey
    leads_to: ServicePort


def entries(key: Key, service: Object | None, slices: list[Object]) -> Iterator[Entry]:
    """All lines that a Service brings; none when it is headless or only a name."""
    spec = service["spec"] if service is not None else {}
    own = spec.get("clusterIP")
    if not own or own == "None" or spec.get("type") == "ExternalName":
        return
    for port in spec.get("ports") or ():
        endpoints = _endpoints(port.get("name", ""), slices)
        protocol = port.get("protocol", "TCP")
        for place, address, number in _places(service or {}, spec, port):
            made = _service_port(key, spec, port.get("name", ""), endpoints, place)
            yield Entry(address, (protocol, number), made)
    if spec.get("healthCheckNodePort"):
        names = [port.get("name", "") for port in spec.get("ports") or ()]
        every = tuple(dict.fromkeys(one for name in names for one in _endpoints(name, slices)))
        asked = ServicePort(Rule(key, HEALTH, (), bool(every), HEALTH), every)
        yield Entry(HEALTH, ("TCP", spec["healthCheckNodePort"]), asked)


def _places(service: Object, spec: Object, port: Object) -> Iterator[tuple[str, str, int]]:
    """(kind, address, port number) of each way to a port of a Service."""
    yield CLUSTER_IP, spec["clusterIP"], port["port"]
    for address in spec.get("externalIPs") or ():
        yield EXTERNAL_IP, address, port["port"]
    for one in get_path(service, "status", "loadBalancer", "ingress", default=()) or ():
        if one.get("ip") and one.get("ipMode", "VIP") == "VIP":
            yield LOAD_BALANCER, one["ip"], port["port"]
    if port.get("nodePort"):
        yield NODE_PORT, ANY_NODE, port["nodePort"]


def policy_of(spec: Object) -> Policy:
    """The traffic policies of a Service."""
    ports = spec.get("ports") or ()
    exposed = spec.get("externalIPs") or any(port.get("nodePort") for port in ports)
    return Policy(
        spec.get("internalTrafficPolicy") == "Local",
        spec.get("externalTrafficPolicy") == "Local",
        bool(exposed) or spec.get("type") == "LoadBalancer",
    )


def affinity_of(spec: Object) -> int:
    """Nanoseconds for which a client keeps its endpoint; 0 without session affinity."""
    if spec.get("sessionAffinity") != "ClientIP":
        return 0
    given = get_path(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
    return int(given or AFFINITY) * SECOND


def _service_port(
    service: Key, spec: Object, name: str, endpoints: tuple[Endpoint, ...], place: str
) -> ServicePort:
    policy = policy_of(spec)
    choice = categorize(endpoints, Policy(), "", "")
    affinity = affinity_of(spec)
    outer = place != CLUSTER_IP
    rule = Rule(
        service, name, _sorted(choice.cluster), choice.any_endpoints, place, outer, affinity
    )
    sources = tuple(spec.get("loadBalancerSourceRanges") or ()) if place == LOAD_BALANCER else ()
    local = policy.external_local if outer else policy.internal_local
    if local or has_hints(endpoints):
        return ServicePort(rule, endpoints, policy, sources)
    return ServicePort(rule, sources=sources)


def _endpoints(name: str, slices: list[Object]) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint.of(endpoint, number)
        for one in slices
        if one.get("addressType", "IPv4") == "IPv4"
        and (number := _port_number(one, name)) is not None
        for endpoint in one.get("endpoints") or ()
    )


def _sorted(endpoints: tuple[Endpoint, ...]) -> tuple[Backend, ...]:
    return tuple(sorted({endpoint.backend for endpoint in endpoints}))


def _port_number(one: Object, name: str) -> int | None:
    for port in one.get("ports") or ():
        if (port.get("name") or "") == name and port.get("port"):
            return int(port["port"])
    return None


def _within(address: str, ranges: tuple[str, ...]) -> bool:
    found = ipaddress.ip_address(address)
    return any(found in ipaddress.ip_network(one, strict=False) for one in ranges)
