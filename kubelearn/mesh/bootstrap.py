"""A proxy's whole configuration as one file that a real Envoy takes (`envoy --mode validate`).

What istiod sends in pieces (LDS, RDS, CDS, EDS) stands here in one piece, as `static_resources`.
Source: istio `pilot/pkg/networking/core/listener.go`, `listener_inbound.go`, 1.27; envoy
`api/envoy/config/bootstrap/v3/bootstrap.proto`, 1.40.

Unlike the real one: Istio's own filters (statistics, metadata exchange) are left out of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.mesh.authentication import jwt_rules
from kubelearn.mesh.clusters import BLACK_HOLE, PASSTHROUGH, cluster, special_clusters
from kubelearn.mesh.edge import edge_tables
from kubelearn.mesh.inbound import mode_at, modes_of
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.retries import retry_policy
from kubelearn.mesh.istio.routes import cluster_name
from kubelearn.mesh.jwt_filter import jwt_filters
from kubelearn.mesh.outbound import route_tables, visible
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.rbac_filter import custom_filters, rbac_filters
from kubelearn.mesh.registry import DOMAIN
from kubelearn.mesh.tcp_routes import Chain, chains, without_address
from kubelearn.mesh.telemetry.filters import observed
from kubelearn.mesh.telemetry.settings import CLIENT, SERVER
from kubelearn.mesh.transport import sds_cluster, server_socket

Json = dict[str, Any]
FILTERS = "type.googleapis.com/envoy.extensions.filters"
ANY = "0.0.0.0"  # noqa: S104
OUTBOUND, INBOUND, ADMIN = 15001, 15006, 15000
TLS_INSPECTOR = "tls_inspector.v3.TlsInspector"
NOT_SEEN: Mapping[str, Any] = {}
MTLS_PROTOCOLS = ["istio-peer-exchange", "istio"]


class Proxy(NamedTuple):
    """The proxy that a file is for."""

    pod: Object
    scope: Scope
    router: bool
    ports: Mapping[int, int]
    """Of a gateway: port of its Service → port on which it listens."""


def bootstrap(push: Push, proxy: Proxy) -> Json:
    """The file."""
    listeners = _edge(push, proxy) if proxy.router else _sidecar(push, proxy)
    names = cluster_names(push, proxy.scope)
    made = (cluster(push, proxy.scope, name) for name in names)
    clusters = [one.json for one in made if one is not None]
    ports = {} if proxy.router else inbound_ports(push, proxy)
    inbound = [_inbound_cluster(port) for port in ports]
    return {
        "node": _node(proxy),
        "admin": {"address": _socket("127.0.0.1", ADMIN)},
        "static_resources": {
            "listeners": listeners,
            "clusters": [*special_clusters(), *clusters, *inbound, sds_cluster()],
        },
    }


def _node(proxy: Proxy) -> Json:
    metadata = proxy.pod["metadata"]
    kind = "router" if proxy.router else "sidecar"
    address = (proxy.pod.get("status") or {}).get("podIP") or ""
    region, zone, subzone = (*proxy.scope.locality.split("/"), "", "")[:3]
    place = {"region": region, "zone": zone, "sub_zone": subzone}
    name = f"{metadata['name']}.{metadata['namespace']}"
    return {
        "id": f"{kind}~{address}~{name}~{metadata['namespace']}.svc.{DOMAIN}",
        "cluster": f"{(metadata.get('labels') or {}).get('app', name)}.{metadata['namespace']}",
        "locality": {field: value for field, value in place.items() if value},
        "metadata": {
            "NAMESPACE": metadata["namespace"],
            "NAME": metadata["name"],
            "LABELS": dict(metadata.get("labels") or {}),
        },
    }


def _socket(address: str, port: int) -> Json:
    return {"socket_address": {"address": address, "port_value": port}}


def cluster_names(push: Push, scope: Scope) -> list[str]:
    """All clusters of the services that are visible, with their subsets."""
    plain = scope._replace(locality="")
    return push.memo(("names", plain), lambda: _cluster_names(push, plain))


def _cluster_names(push: Push, scope: Scope) -> list[str]:
    names: dict[str, None] = {}
    for service in visible(push, scope):
        subsets = [""] + [
            subset["name"]
            for rule in push.destination_rules(service.host, scope.namespace)
            for subset in (rule.get("spec") or {}).get("subsets") or ()
        ]
        for port in service.ports:
            for subset in subsets:
                names[cluster_name(port.number, subset, service.host)] = None
    return list(names)


# Listeners


def _sidecar(push: Push, proxy: Proxy) -> list[Json]:
    beyond = BLACK_HOLE if push.registry_only(proxy.scope) else PASSTHROUGH
    listeners = [_capture(beyond)]
    listeners += [
        _http_listener(f"{ANY}_{port}", ANY, port, hosts, seen=observed(push, proxy.pod, CLIENT))
        for port, hosts in route_tables(push, proxy.scope).items()
    ]
    return [*listeners, *_tcp_listeners(push, proxy.scope, beyond), _inbound(push, proxy)]


def _tcp_listeners(push: Push, scope: Scope, beyond: str) -> list[Json]:
    """One for each address and port that is not HTTP; names alone share the port of any address."""
    found: dict[tuple[str, int], list[Chain]] = {}
    taken = route_tables(push, scope)
    nameless = without_address(push, scope)
    for service in visible(push, scope):
        for port in service.ports:
            alone = service in nameless and port.tls and port.number not in taken
            if not port.http and (service.address or alone):
                place = (service.address or ANY, port.number)
                found.setdefault(place, []).extend(chains(push, scope, service, port))
    return [_tcp_listener(*place, own, beyond) for place, own in found.items()]


def _edge(push: Push, proxy: Proxy) -> list[Json]:
    labels = proxy.pod["metadata"].get("labels") or {}
    tables = edge_tables(push, proxy.scope.namespace, labels, proxy.ports)
    made = []
    for port, hosts in tables.items():
        seen = observed(push, proxy.pod, CLIENT)
        guards = _guards(push, proxy)
        listener = _http_listener(f"{ANY}_{port}", ANY, port, hosts, guards, seen)
        del listener["bind_to_port"]
        made.append(listener)
    return made


def _capture(beyond: str) -> Json:
    """Where iptables sends everything: it hands over by the original address, or to `beyond`."""
    return {
        "name": "virtualOutbound",
        "address": _socket(ANY, OUTBOUND),
        "use_original_dst": True,
        "traffic_direction": "OUTBOUND",
        "filter_chains": [{"filters": [_tcp_proxy(beyond)]}],
    }


def _guards(push: Push, proxy: Proxy, *, tcp: bool = False) -> list[Json]:
    """The filters that a request has to pass first: authoriser, tokens, rights."""
    metadata = proxy.pod["metadata"]
    peer = Peer(metadata["namespace"], metadata.get("labels") or {})
    tokens = [] if tcp else jwt_filters(jwt_rules(push, peer))
    return [*custom_filters(push, peer, tcp=tcp), *tokens, *rbac_filters(push, peer, tcp=tcp)]


def _http_listener(
    name: str, address: str, port: int, hosts: Sequence[Json], guards: Sequence[Json] = (),
    seen: Mapping[str, Any] = NOT_SEEN,
) -> Json:  # fmt: skip
    manager = http_manager(f"outbound_{name}", str(port), hosts, guards, seen)
    return {
        "name": name,
        "address": _socket(address, port),
        "bind_to_port": False,
        "traffic_direction": "OUTBOUND",
        "filter_chains": [{"filters": [manager]}],
    }


def _tcp_listener(address: str, port: int, own: Sequence[Chain], beyond: str) -> Json:
    made: Json = {
        "name": f"{address}_{port}",
        "address": _socket(address, port),
        "bind_to_port": False,
        "traffic_direction": "OUTBOUND",
        "filter_chains": [_tcp_chain(one) for one in own],
    }
    if any(one.names for one in own):
        made["listener_filters"] = [_listener_filter("tls_inspector", TLS_INSPECTOR)]
    if all(one.names or one.subnets for one in own):
        made["default_filter_chain"] = {"filters": [_tcp_proxy(beyond)]}
    return made


def _tcp_chain(chain: Chain) -> Json:
    match: Json = {"server_names": list(chain.names)} if chain.names else {}
    if chain.subnets:
        networks = [ip_network(one, strict=False) for one in chain.subnets]
        match["prefix_ranges"] = [
            {"address_prefix": str(one.network_address), "prefix_len": one.prefixlen}
            for one in networks
        ]
    made: Json = {"filters": [_tcp_proxy(chain.clusters[0][0], chain.clusters)]}
    return {"filter_chain_match": match, **made} if match else made


def _tcp_proxy(name: str, clusters: Sequence[tuple[str, int]] = ()) -> Json:
    to: Json = {"cluster": name}
    if len(clusters) > 1:
        shares = [{"name": one, "weight": weight} for one, weight in clusters]
        to = {"weighted_clusters": {"clusters": shares}}
    return {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{FILTERS}.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": name,
            **to,
        },
    }


def http_manager(
    prefix: str, name: str, hosts: Sequence[Json], guards: Sequence[Json] = (),
    seen: Mapping[str, Any] = NOT_SEEN,
) -> Json:  # fmt: skip
    """The HTTP connection manager with a route table and Istio's order of filters.

    `guards` are the filters of security, `seen` its fields for logs and traces.
    """
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": f"{FILTERS}.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": prefix,
            "normalize_path": True,
            **seen,
            "route_config": {
                "name": name,
                "virtual_hosts": list(hosts),
                "validate_clusters": False,
                "ignore_port_in_host_matching": True,
            },
            "http_filters": [
                *guards,
                _filter("fault", "fault.v3.HTTPFault"),
                _filter("cors", "cors.v3.Cors"),
                _filter("router", "router.v3.Router"),
            ],
        },
    }


def _filter(name: str, kind: str) -> Json:
    config = {"@type": f"{FILTERS}.http.{kind}"}
    return {"name": f"envoy.filters.http.{name}", "typed_config": config}


# The server's side


def inbound_ports(push: Push, proxy: Proxy) -> dict[int, bool]:
    """Ports of a pod that some Service leads to, and whether they speak HTTP."""
    metadata = proxy.pod["metadata"]
    found: dict[int, bool] = {}
    for host, endpoint in push.behind((metadata["namespace"], metadata["name"])):
        for port in push.services[host].ports:
            number = endpoint.port(port.name)
            if number:
                found.setdefault(number, port.http)
    return found


def _inbound(push: Push, proxy: Proxy) -> Json:
    modes = modes_of(push, proxy.pod)
    guards = {http: _guards(push, proxy, tcp=not http) for http in (True, False)}
    seen = observed(push, proxy.pod, SERVER)
    chains = []
    for port, http in inbound_ports(push, proxy).items():
        mode = mode_at(modes, port)
        if mode != "DISABLE":
            chains.append(_chain(port, http=http, secured=True, guards=guards[http], seen=seen))
        if mode != "STRICT":
            chains.append(_chain(port, http=http, secured=False, guards=guards[http], seen=seen))
    return {
        "name": "virtualInbound",
        "address": _socket(ANY, INBOUND),
        "traffic_direction": "INBOUND",
        "listener_filters": [
            _listener_filter("original_dst", "original_dst.v3.OriginalDst"),
            _listener_filter("tls_inspector", TLS_INSPECTOR),
        ],
        "filter_chains": chains,
        "default_filter_chain": {"filters": [_tcp_proxy("InboundPassthroughCluster")]},
    }


def _listener_filter(name: str, kind: str) -> Json:
    config = {"@type": f"{FILTERS}.listener.{kind}"}
    return {"name": f"envoy.filters.listener.{name}", "typed_config": config}


def _chain(
    port: int, *, http: bool, secured: bool, guards: Sequence[Json], seen: Mapping[str, Any]
) -> Json:  # fmt: skip
    name = cluster_name(port, "", "", "inbound")
    match: Json = {"destination_port": port}
    if secured:
        match |= {"transport_protocol": "tls", "application_protocols": MTLS_PROTOCOLS}
    else:
        match |= {"transport_protocol": "raw_buffer"}
    manager = http_manager(f"inbound_{port}", name, [_local(name)], guards, seen)
    filters = [manager] if http else [*guards, _tcp_proxy(name)]
    made: Json = {"filter_chain_match": match, "filters": filters}
    return {**made, "transport_socket": server_socket()} if secured else made


def _local(name: str) -> Json:
    action = {"cluster": name, "timeout": "0s", "retry_policy": retry_policy(None, inbound=True)}
    route = {"name": "default", "match": {"prefix": "/"}, "route": action}
    return {"name": f"inbound|http|{name.split('|')[1]}", "domains": ["*"], "routes": [route]}


def _inbound_cluster(port: int) -> Json:
    """The program itself: reached from an address of loopback, so that nothing is redirected."""
    return {
        "name": cluster_name(port, "", "", "inbound"),
        "type": "ORIGINAL_DST",
        "connect_timeout": "10s",
        "lb_policy": "CLUSTER_PROVIDED",
        "upstream_bind_config": {"source_address": {"address": "127.0.0.6", "port_value": 0}},
    }
