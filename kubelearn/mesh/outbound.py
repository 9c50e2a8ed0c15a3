"""A sidecar's route tables: for each HTTP port the virtual hosts, in Envoy's JSON.

Source: istio `pilot/pkg/networking/core/httproute.go` (buildSidecarOutboundVirtualHosts), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubelearn.mesh.clusters import PASSTHROUGH, policy_for, split_name
from kubelearn.mesh.istio.export_to import exported
from kubelearn.mesh.istio.retries import retry_policy
from kubelearn.mesh.istio.routes import Cluster, Proxy, cluster_name, concerns, http_routes
from kubelearn.mesh.istio.sidecar_hosts import Hosts, imports, virtual_hosts
from kubelearn.mesh.istio.sidecar_hosts import Service as Known
from kubelearn.mesh.istio.traffic_policy import hash_policies
from kubelearn.mesh.push import MESH, Push, Scope
from kubelearn.mesh.registry import DOMAIN, Service

Json = dict[str, Any]
BLOCK_ALL = "block_all"
"""The virtual host that refuses, and its route."""
UNKNOWN_SERVICE = "UnknownService"
"""The cluster of a backend that is none; no proxy has it."""


def route_tables(push: Push, scope: Scope) -> dict[int, list[Json]]:
    """Port → virtual hosts, for all HTTP ports that a proxy knows of."""
    # Routes do not depend on the place of a proxy, so proxies of all places share them.
    plain = scope._replace(locality="")
    return push.memo(("tables", plain), lambda: _route_tables(push, plain))


def _route_tables(push: Push, scope: Scope) -> dict[int, list[Json]]:
    services = visible(push, scope)
    ports = {port.number for service in services for port in service.ports if port.http}
    return {port: hosts_on(push, scope, port) for port in sorted({*ports, 80})}


def visible(push: Push, scope: Scope) -> Iterator[Service]:
    """The services that a proxy imports."""
    egress = push.egress(scope)
    for service in push.services.values():
        shown = service.shown(scope.namespace)
        if shown and imports(egress, service.namespace, service.host, scope.namespace):
            yield service


def hosts_on(push: Push, scope: Scope, port: int) -> list[Json]:
    """The virtual hosts of a port, the last of which takes what no other does."""
    services = {one.host: one for one in visible(push, scope) if _serves(one, port)}
    proxy = Proxy(scope.namespace, dict(scope.labels), (MESH,), port)
    rules = [one for one in push.virtual_services
             if MESH in one["gateways"] and counts(one, scope.namespace)
             and concerns(one["http"], proxy)]  # fmt: skip
    # Where a consumer has routes of its own, they come before all others.
    rules.sort(key=lambda one: not one.get("consumer"))
    egress = push.egress(scope)
    named = [Hosts(one["name"], one["namespace"], tuple(one["hosts"])) for one in rules]
    known = [Known(one.host, one.namespace) for one in services.values()]
    table = virtual_hosts(known, named, port, egress, scope.namespace)
    # A port that is not HTTP has a listener of its own: its hosts are no virtual hosts.
    elsewhere = {one.host for one in visible(push, scope)} - set(services)
    by_name = {(one["namespace"], one["name"]): one for one in rules}
    made = []
    for host, found in table.items():
        if host in elsewhere:
            continue
        own = by_name[found.namespace, found.name] if found is not None else None
        routes = routes_for(push, scope, port, host, own)
        made.append(_virtual_host(host, services.get(host), scope, port, routes))
    return [*made, _any_host(blocked=push.registry_only(scope))]


def _serves(service: Service, port: int) -> bool:
    found = service.port(port)
    return found is not None and found.http


def routes_for(
    push: Push, scope: Scope, port: int, host: str, rule: Mapping[str, Any] | None
) -> list[Json]:
    """The routes of a virtual host: a VirtualService's, or straight to the service.

    They are the same for all proxies unless something in them asks who it is that sends.
    """
    if not push.meddles(scope.namespace) and not _asks_who(rule):
        scope = EVERYBODY
    name = None if rule is None else (rule["namespace"], rule["name"])
    key = ("own routes", scope, port, host, name)
    return push.memo(key, lambda: _routes_for(push, scope, port, host, rule))


EVERYBODY = Scope("")


def counts(rule: Mapping[str, Any], namespace: str) -> bool:
    """Whether a VirtualService is exported to a namespace."""
    return exported(rule.get("exportTo") or (), rule["namespace"], namespace)


def _asks_who(rule: Mapping[str, Any] | None) -> bool:
    blocks = (block for one in (rule or {}).get("http") or () for block in one.get("match") or ())
    return any(block.get("sourceLabels") or block.get("sourceNamespace") for block in blocks)


def _routes_for(
    push: Push, scope: Scope, port: int, host: str, rule: Mapping[str, Any] | None
) -> list[Json]:
    if rule is None:
        routes = [_straight(cluster_name(port, "", host))]
    else:
        proxy = Proxy(scope.namespace, dict(scope.labels), (MESH,), port)
        namer = destinations(push, port)
        rules = [_with_hosts_again(push, scope, one, namer) for one in rule["http"]]
        routes = http_routes(rules, proxy, namer)
    return [hashed(push, scope.namespace, route) for route in routes]


def _straight(cluster: str) -> Json:
    action = {"cluster": cluster, "timeout": "0s", "retry_policy": retry_policy(None)}
    return {"name": "default", "match": {"prefix": "/"}, "route": action}


def destinations(push: Push, port: int) -> Cluster:
    """The namer of clusters: the destination's own port, the service's only one, or this one."""

    def name(destination: Mapping[str, Any]) -> str:
        host = destination["host"]
        if not host:
            return UNKNOWN_SERVICE
        own = (destination.get("port") or {}).get("number")
        service = push.services.get(host)
        if not own and service is not None and len(service.ports) == 1:
            own = service.ports[0].number
        return cluster_name(own or port, destination.get("subset") or "", host)

    return name


def _with_hosts_again(
    push: Push, scope: Scope, rule: Mapping[str, Any], namer: Cluster
) -> Mapping[str, Any]:
    """The rule; to a cluster that is chosen by hash a retry asks the same host again."""
    names = [namer(one["destination"]) for one in rule.get("route") or ()]
    if not any(_hash_of(push, scope.namespace, name) for name in names):
        return rule
    retries = rule.get("retries")
    if retries is None:
        return {**rule, "retries": {"attempts": 2, "retryIgnorePreviousHosts": False}}
    return {**rule, "retries": {"retryIgnorePreviousHosts": False, **retries}}


def hashed(push: Push, namespace: str, route: Json) -> Json:
    """A route with the hash policies of its clusters."""
    action = route.get("route")
    if action is None:
        return route
    names = [one["name"] for one in (action.get("weighted_clusters") or {}).get("clusters") or ()]
    found: list[Json] = []
    for name in names or [action.get("cluster", "")]:
        found += [one for one in _hash_of(push, namespace, name) if one not in found]
    return {**route, "route": {**action, "hash_policy": found}} if found else route


def _hash_of(push: Push, namespace: str, name: str) -> list[Json]:
    if name.count("|") != 3:
        return []
    port, subset, host = split_name(name)
    return push.memo(("hash", namespace, name), lambda: hash_policies(
        policy_for(push, namespace, host, port, subset)
    ))  # fmt: skip


def _virtual_host(
    host: str, service: Service | None, scope: Scope, port: int, routes: Sequence[Json]
) -> Json:
    return {
        "name": f"{host}:{port}",
        "domains": domains(host, service, scope.namespace),
        "routes": list(routes),
        "include_request_attempt_count": True,
    }


def domains(host: str, service: Service | None, namespace: str) -> list[str]:
    """All names of a host in a namespace: the shorter ones as resolvers would complete them."""
    suffix = f".svc.{DOMAIN}"
    found = [host]
    if service is not None and host.endswith(suffix):
        name = f"{service.name}.{service.namespace}"
        found += [service.name] if service.namespace == namespace else []
        found += [f"{name}.svc", name]
    if service is not None and service.address:
        found.append(service.address)
    return found


def _any_host(*, blocked: bool) -> Json:
    """Whatever no virtual host takes: on unchanged, or refused (outboundTrafficPolicy)."""
    if blocked:
        return {
            "name": BLOCK_ALL,
            "domains": ["*"],
            "routes": [
                {"name": BLOCK_ALL, "match": {"prefix": "/"}, "direct_response": {"status": 502}}
            ],
            "include_request_attempt_count": True,
        }
    action = {"cluster": PASSTHROUGH, "timeout": "0s"}
    route = {"name": "allow_any", "match": {"prefix": "/"}, "route": action}
    return {"name": "allow_any", "domains": ["*"], "routes": [route]}
