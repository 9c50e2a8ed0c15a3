"""Edge gateways: which ports a gateway's proxy opens, and its routes there.

Source: istio `pilot/pkg/networking/core/gateway.go`, `pilot/pkg/model/gateway.go`, 1.27.

Unlike the real one: a gateway has no certificates, so servers whose TLS it would have to open are
left out with their routes; those with mode PASSTHROUGH are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.mesh.istio.gateways import gateway_hosts
from kubelearn.mesh.outbound import counts, destinations, hashed
from kubelearn.mesh.push import Push

Json = dict[str, Any]
PLAIN = ("HTTP", "HTTP2", "GRPC")


def gateways_of(push: Push, labels: Mapping[str, str]) -> list[Object]:
    """The Gateways whose selector picks a proxy."""
    return [
        one for one in push.of("gateways")
        if get_path(one, "spec", "selector", default={}).items() <= labels.items()
    ]  # fmt: skip


def edge_tables(
    push: Push, namespace: str, labels: Mapping[str, str], ports: Mapping[int, int]
) -> dict[int, list[Json]]:
    """Listening port → virtual hosts; `ports` is what the gateway's Service makes of a port."""
    key = ("edge", namespace, tuple(sorted(labels.items())), tuple(sorted(ports.items())))
    return push.memo(key, lambda: _tables(push, namespace, labels, ports))


def _tables(
    push: Push, namespace: str, labels: Mapping[str, str], ports: Mapping[int, int]
) -> dict[int, list[Json]]:
    opened: dict[int, list[tuple[str, Object]]] = {}
    for gateway in gateways_of(push, labels):
        name = f"{gateway['metadata']['namespace']}/{gateway['metadata']['name']}"
        for server in get_path(gateway, "spec", "servers", default=[]):
            if str(server["port"].get("protocol", "")).upper() in PLAIN:
                number = server["port"]["number"]
                opened.setdefault(ports.get(number, number), []).append((name, server))
    return {port: _hosts(push, namespace, port, servers) for port, servers in opened.items()}


def _hosts(push: Push, namespace: str, port: int, servers: list[tuple[str, Object]]) -> list[Json]:
    """All servers on a port together, each with the VirtualServices bound to its Gateway."""
    hosts: dict[str, Json] = {}
    for name, server in servers:
        bound = [one for one in push.virtual_services
                 if name in one["gateways"] and counts(one, namespace)]  # fmt: skip
        for made in gateway_hosts([server], [_named(push, one, port) for one in bound],
                                  port, name):  # fmt: skip
            old = hosts.get(made["name"])
            if old is not None:
                made = {**old, "routes": [*old["routes"], *made["routes"]]}
            hosts[made["name"]] = made
    real = {name: one for name, one in hosts.items() if not name.startswith("blackhole:")}
    return [_finished(push, namespace, one) for one in (real or hosts).values()]


def _named(push: Push, rule: Mapping[str, Any], port: int) -> Json:
    """A VirtualService whose destinations name their ports, so that clusters are the real ones."""
    namer = destinations(push, port)

    def own(destination: Mapping[str, Any]) -> Json:
        number = int(namer(destination).split("|")[1])
        return {**destination, "port": {"number": number}}

    rules = []
    for one in rule["http"]:
        made = dict(one)
        if one.get("route"):
            made["route"] = [{**to, "destination": own(to["destination"])} for to in one["route"]]
        if one.get("mirror"):
            made["mirror"] = own(one["mirror"])
        rules.append(made)
    return {**rule, "http": rules}


def _finished(push: Push, namespace: str, host: Json) -> Json:
    routes = [hashed(push, namespace, route) for route in host["routes"]]
    return {**host, "routes": routes, "include_request_attempt_count": True}
