"""Where a sidecar sends connections of which it reads nothing, or only the server's name (SNI).

The tcp and tls rules of VirtualServices for a service's host, in their order; without one that
fits, the service itself. Source: istio `pilot/pkg/networking/core/tls.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from kubelearn.balancing.weighted import choose
from kubelearn.mesh.clusters import BLACK_HOLE, PASSTHROUGH
from kubelearn.mesh.istio.matches import applies_to
from kubelearn.mesh.istio.routes import cluster_name
from kubelearn.mesh.istio.sidecar_hosts import overlap
from kubelearn.mesh.outbound import counts, destinations, visible
from kubelearn.mesh.push import MESH, Push, Scope
from kubelearn.mesh.registry import Port, Service
from kubelearn.traffic.call import Target
from kubelearn.traffic.proxying import Routed

Rule = Mapping[str, Any]


class Chain(NamedTuple):
    """Connections that are treated alike: what is asked of them, and where they go."""

    clusters: tuple[tuple[str, int], ...]
    """Names and weights."""
    names: tuple[str, ...] = ()
    """Of servers, maybe with a wildcard at the start; none = any."""
    subnets: tuple[str, ...] = ()
    """Of destinations; none = any."""


PASSES = Routed(f"no service of the mesh: on to the address unchanged ({PASSTHROUGH})")
BLOCKED = Routed(
    f"no service of the mesh, and outboundTrafficPolicy is REGISTRY_ONLY: closes ({BLACK_HOLE})",
    error="connection reset by peer",
    flag="UH",
)
Draw = Callable[[int], int]
"""One of so many outcomes."""


def route_tcp(push: Push, scope: Scope, address: str, target: Target, draw: Draw) -> Routed:
    """What a sidecar does with a connection."""
    otherwise = BLOCKED if push.registry_only(scope) else PASSES
    name = target.host if target.is_secure else ""
    service = push.by_address(address)
    if service is not None and not service.shown(scope.namespace):
        service = None
    if service is None and name:
        service = _nameless(push, scope, target.port, name)
    port = service.port(target.port) if service is not None else None
    if service is None or port is None:
        return otherwise
    chain = chain_for(chains(push, scope, service, port), address, name)
    return otherwise if chain is None else passed_on(chain, draw)


def passed_on(chain: Chain, draw: Draw) -> Routed:
    """A connection to one of the clusters of a chain, by their weights."""
    names, weights = zip(*chain.clusters, strict=True)
    cluster = names[choose(list(weights), draw(sum(weights)))] if len(names) > 1 else names[0]
    return Routed(f"TCP → {cluster}", cluster=cluster, tcp=True,
                  shares=chain.clusters if len(names) > 1 else ())  # fmt: skip


def _nameless(push: Push, scope: Scope, port: int, name: str) -> Service | None:
    """A service without an address, known by the name in the handshake."""
    for one in without_address(push, scope):
        found = one.port(port)
        if found is not None and found.tls:
            fitting = (chain for chain in chains(push, scope, one, found) if chain.names)
            if any(_exact(chain, name) >= 0 for chain in fitting):
                return one
    return None


def without_address(push: Push, scope: Scope) -> list[Service]:
    """The services with a port of TLS that a proxy cannot tell by their address."""
    plain = scope._replace(locality="")
    return push.memo(("without address", plain), lambda: [
        one for one in visible(push, plain)
        if not one.address and any(port.tls for port in one.ports)
    ])  # fmt: skip


def chains(push: Push, scope: Scope, service: Service, port: Port) -> tuple[Chain, ...]:
    """The chains of a port of a service that is not HTTP."""
    plain = scope._replace(locality="")
    key = ("chains", plain, service.host, port.number)
    return push.memo(key, lambda: _chains(push, plain, service, port))


def _chains(push: Push, scope: Scope, service: Service, port: Port) -> tuple[Chain, ...]:
    if port.http:  # only a connection that no proxy reads comes here
        return (Chain(((cluster_name(port.number, "", service.host), 1),)),)
    rules = [
        one for one in push.virtual_services
        if MESH in one["gateways"] and counts(one, scope.namespace)
        and any(overlap(service.host, host) for host in one["hosts"])
    ]  # fmt: skip
    asked = tls_chains if port.tls else _tcp_chains
    found = list(asked(push, scope, port, rules))
    if not found or (not port.tls and found[-1].subnets):
        names = (service.host,) if port.tls and not service.address else ()
        found.append(Chain(((cluster_name(port.number, "", service.host), 1),), names))
    return tuple(found)


def tls_chains(
    push: Push, scope: Scope, port: Port, services: Iterable[Rule], gateway: str = MESH
) -> Iterator[Chain]:  # fmt: skip
    """One for each block of names; of blocks that ask the same the first counts."""
    seen = set()
    for rule in (rule for one in services for rule in one["tls"]):
        for block in rule.get("match") or ():
            names = tuple(block.get("sniHosts") or ())
            subnets = tuple(block.get("destinationSubnets") or ())
            if _meant(block, scope, port, gateway) and (names, subnets) not in seen:
                seen.add((names, subnets))
                yield Chain(_clusters(push, port, rule), names, subnets)


def _tcp_chains(
    push: Push, scope: Scope, port: Port, services: Iterable[Rule]
) -> Iterator[Chain]:  # fmt: skip
    """The rules up to the first that takes everything."""
    for rule in (rule for one in services for rule in one["tcp"]):
        blocks = [block for block in rule.get("match") or () if _meant(block, scope, port)]
        if rule.get("match") and not blocks:
            continue
        subnets = tuple(one for block in blocks for one in block.get("destinationSubnets") or ())
        if not blocks or any(not block.get("destinationSubnets") for block in blocks):
            yield Chain(_clusters(push, port, rule))
            return
        yield Chain(_clusters(push, port, rule), (), subnets)


def _meant(block: Rule, scope: Scope, port: Port, gateway: str = MESH) -> bool:
    if block.get("port") and block["port"] != port.number:
        return False
    return applies_to(block, scope.namespace, dict(scope.labels), (gateway,))


def _clusters(push: Push, port: Port, rule: Rule) -> tuple[tuple[str, int], ...]:
    namer = destinations(push, port.number)
    routes = rule.get("route") or ()
    weighted = [one for one in routes if one.get("weight", 0) or len(routes) == 1]
    return tuple((namer(one["destination"]), one.get("weight") or 1) for one in weighted)


def chain_for(found: Sequence[Chain], address: str, name: str) -> Chain | None:
    """The chain of a connection: the narrowest network first, then the most exact name."""
    fitting = [one for one in found if _fits(one, address, name)]
    return max(fitting, key=lambda one: (_network(one, address), _exact(one, name)), default=None)


def _fits(chain: Chain, address: str, name: str) -> bool:
    if chain.subnets and _network(chain, address) < 0:
        return False
    return not chain.names or _exact(chain, name) >= 0


def _network(chain: Chain, address: str) -> int:
    """The length of the prefix that holds an address; -1 when none does."""
    lengths = [ip_network(one, strict=False).prefixlen for one in chain.subnets
               if ip_address(address) in ip_network(one, strict=False)]  # fmt: skip
    return max(lengths, default=-1)


def _exact(chain: Chain, name: str) -> int:
    """How exact the name is that fits; -1 when none does."""
    fitting = [one for one in chain.names
               if one == name or (one.startswith("*") and name.endswith(one[1:]))]  # fmt: skip
    return max((len(one) if one.startswith("*") else 1 << 16 for one in fitting), default=-1)
