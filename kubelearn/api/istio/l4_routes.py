"""Checks of the `tls` and `tcp` rules of a VirtualService.

Source: istio `pkg/config/validation/validation.go` (validateTLSRoute, validateTCPRoute),
`pkg/config/validation/agent/validation.go` and `pkg/config/host/name.go`, 1.27.

Unlike the real one: names that istiod makes up for gateways between clusters
(`outbound_.80_._.host`) are not looked into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.destinations import route_destinations
from kubelearn.api.istio.gateway_names import gateway_names, is_gateway
from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import (
    ip_subnet,
    is_ip,
    labels,
    port,
    quoted,
    wildcard_domain,
)

Spec = Mapping[str, Any]
MADE_UP = "outbound_"


def tls_route(rule: Spec | None, spec: Spec) -> Iterator[str]:
    """A rule for connections by the name that the client asks for."""
    if rule is None:
        return
    if not rule.get("match"):
        yield "TLS route must have at least one match condition"
    for match in rule.get("match") or ():
        yield from _tls_match(match, spec)
    if not rule.get("route"):
        yield "TLS route is required"
    yield from route_destinations(rule.get("route"))


def tcp_route(rule: Spec | None) -> Iterator[str]:
    """A rule for connections by port and addresses."""
    if rule is None:
        return
    for match in rule.get("match") or ():
        if match is None:
            yield Listed("tcp match may not be nil")
        else:
            yield from _connection(match)
    if not rule.get("route"):
        yield "TCP route is required"
    yield from route_destinations(rule.get("route"))


def _tls_match(match: Spec | None, spec: Spec) -> Iterator[str]:
    if match is None:
        yield "TLS match may not be null"
        return
    if not match.get("sniHosts"):
        yield "TLS match must have at least one SNI host"
    for host in match.get("sniHosts") or ():
        yield from _sni_host(host, spec)
    yield from _connection(match)


def _connection(match: Spec) -> Iterator[str]:
    for subnet in match.get("destinationSubnets") or ():
        yield from ip_subnet(subnet)
    if match.get("port"):
        yield from port(match["port"])
    yield from labels(match.get("sourceLabels"))
    yield from gateway_names(match.get("gateways"))


def _sni_host(host: str, spec: Spec) -> Iterator[str]:
    wrong = list(host_name(host, sni=is_gateway(spec.get("gateways"))))
    if wrong:
        yield from () if is_ip(host) else wrong
        return
    hosts = spec.get("hosts") or ()
    if not any(within(host, one) for one in hosts):
        yield (
            f"SNI host {quoted(host)} is not a compatible subset of any of the virtual service "
            f"hosts: [{', '.join(hosts)}]"
        )


def host_name(host: str, *, sni: bool) -> Iterator[str]:
    """A host with wildcards; `sni`: names made up for gateways between clusters are allowed."""
    if not (sni and host.startswith(MADE_UP)):
        yield from wildcard_domain(host)


def within(name: str, other: str) -> bool:
    """Whether a name with or without wildcard is covered by another: b.a.com by *.a.com."""
    if not other.startswith("*"):
        return name == other
    if not name.startswith("*"):
        return name.endswith(other[1:])
    return len(name) >= len(other) and name[1:].endswith(other[1:])


def overlap(name: str, other: str) -> bool:
    """Whether one of two names covers the other."""
    return within(name, other) or within(other, name)
