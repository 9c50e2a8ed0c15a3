"""TLS that a gateway passes on unopened: servers with mode PASSTHROUGH, by the server's name (SNI).

The tls rules of VirtualServices that are bound to the Gateway say where it goes; a name that fits
none, or no server, has no filter chain, so Envoy closes the connection. Source: istio
`pilot/pkg/networking/core/gateway.go` (buildGatewayNetworkFiltersFromTLSRoutes), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kubelearn.api.objects import Object, get_path
from kubelearn.mesh.edge import gateways_of
from kubelearn.mesh.istio.gateways import plain_host
from kubelearn.mesh.istio.sidecar_hosts import overlap
from kubelearn.mesh.outbound import counts
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.registry import Port
from kubelearn.mesh.tcp_routes import Chain, Draw, chain_for, passed_on, tls_chains
from kubelearn.traffic.proxying import Routed

RESET = "connection reset by peer"
MODE = "PASSTHROUGH"
PROTOCOLS = ("TLS", "HTTPS")
CLOSED = Routed("no Gateway takes TLS for {name} here: closes the connection", error=RESET)


def route_passing(
    push: Push, scope: Scope, labels: Mapping[str, str], ports: Mapping[int, int],
    wanted: tuple[int, str], draw: Draw,
) -> Routed | None:  # fmt: skip
    """What a gateway does with TLS at a port for a name; None = it passes nothing on there.

    `ports` is what the gateway's Service makes of a port.
    """
    port, name = wanted
    servers = [one for one in _servers(push, labels) if ports.get(one[2], one[2]) == port]
    if not servers:
        return None
    found = [chain for one in servers for chain in _chains(push, scope, *one)]
    chain = chain_for(found, "", name)
    if chain is None:
        return CLOSED._replace(text=CLOSED.text.format(name=name))
    routed = passed_on(chain, draw)
    return routed._replace(text=f"TLS for {name} passes unopened: {routed.text}")


def _servers(push: Push, labels: Mapping[str, str]) -> Iterator[tuple[str, Object, int]]:
    """(Gateway, server, port) of those that pass on what comes."""
    for gateway in gateways_of(push, labels):
        metadata = gateway["metadata"]
        for server in get_path(gateway, "spec", "servers", default=[]):
            mode = get_path(server, "tls", "mode", default="")
            if str(server["port"].get("protocol", "")).upper() in PROTOCOLS and mode == MODE:
                name = f"{metadata['namespace']}/{metadata['name']}"
                yield name, server, int(server["port"]["number"])


def _chains(push: Push, scope: Scope, name: str, server: Object, port: int) -> list[Chain]:
    hosts = [plain_host(host) for host in server["hosts"]]
    bound = [one for one in push.virtual_services
             if name in one["gateways"] and counts(one, scope.namespace)]  # fmt: skip
    made = tls_chains(push, scope, Port("", port, http=False, tls=True), bound, name)
    return [chain._replace(names=kept) for chain in made
            if (kept := tuple(sni for sni in chain.names
                              if any(overlap(host, sni) for host in hosts)))]  # fmt: skip
