"""An edge gateway's routes: servers of Gateways and the VirtualServices that are bound to them.

Source: istio `pilot/pkg/networking/core/gateway.go` (buildGatewayHTTPRouteConfig), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.mesh.istio.matches import is_catch_all
from kubelearn.mesh.istio.routes import Proxy, destination_cluster, http_routes
from kubelearn.mesh.istio.sidecar_hosts import overlap

Json = dict[str, Any]
Given = Mapping[str, Any]


def intersection(server: str, wanted: str) -> str | None:
    """The host that a server and a VirtualService have in common: the narrower of the two."""
    if not overlap(server, wanted):
        return None
    if "*" not in wanted or server == "*":
        return wanted
    return server if "*" not in server or len(server) >= len(wanted) else wanted


def gateway_hosts(
    servers: Sequence[Given], virtual_services: Sequence[Given], port: int, gateway: str = "gateway"
) -> list[Json]:
    """The virtual hosts on a port; VirtualServices (oldest first) on one host are put together.

    Without any VirtualService one place holder answers 404 for everything.
    """
    proxy = Proxy(gateways=(gateway,), port=port)
    found: dict[str, list[Json]] = {}
    redirects: dict[str, bool] = {}
    for server in servers:
        for host in map(plain_host, server["hosts"]):
            secured = bool((server.get("tls") or {}).get("httpsRedirect"))
            if secured:
                found.setdefault(host, [])
                redirects[host] = True
            for one in virtual_services:
                for wanted in one["hosts"]:
                    name = intersection(host, wanted)
                    if name is None:
                        continue
                    redirects.setdefault(name, secured)
                    rules = one.get("http") or ()
                    cluster = destination_cluster(port)
                    found.setdefault(name, []).extend(http_routes(rules, proxy, cluster))
    if not found:
        return [{"name": f"blackhole:{port}", "domains": ["*"], "routes": []}]
    return [_host(name, port, routes, secured=redirects[name]) for name, routes in found.items()]


def plain_host(host: str) -> str:
    """A server's host without the namespace before it ("ns/host")."""
    return host.rpartition("/")[2]


def _host(name: str, port: int, routes: list[Json], *, secured: bool) -> Json:
    ordered = sorted(routes, key=lambda route: is_catch_all(route["match"]))
    made: Json = {"name": f"{name}:{port}", "domains": [name], "routes": ordered}
    if secured:
        made["require_tls"] = "ALL"
    return made
