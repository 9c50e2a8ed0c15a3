"""What is wrong with a VirtualService.

Source: istio `pkg/config/validation/validation.go` (ValidateVirtualService), 1.27.

Unlike the real one: rules that are never reached leave no warning; errors about headers, query
parameters and labels come in the order of their names (Go has none).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from kubelearn.api.istio.gateway_names import gateway_names, is_gateway
from kubelearn.api.istio.http_route import http_route
from kubelearn.api.istio.l4_routes import host_name, overlap, tcp_route, tls_route
from kubelearn.api.istio.names import export_to, is_ip, is_jwt_claim
from kubelearn.api.objects import Object

Spec = Mapping[str, Any]
NO_HOSTS = (("gateways", "gateways"), ("tls", "tls route"), ("tcp", "tcp route"))
"""What a VirtualService without hosts may not have, with its name in errors."""


def errors(obj: Object) -> Iterator[str]:
    """The errors of a VirtualService, in the order that istiod finds them."""
    spec = obj.get("spec") or {}
    delegate = not spec.get("hosts")
    if delegate:
        yield from (
            f"delegate virtual service must have no {name} specified"
            for field, name in NO_HOSTS
            if spec.get(field)
        )
    yield from gateway_names(spec.get("gateways"))
    yield from _claims(spec)
    yield from _hosts(spec)
    if not any(spec.get(protocol) for protocol in ("http", "tcp", "tls")):
        yield "http, tcp or tls must be provided in virtual service"
    for rule in spec.get("http") or ():
        yield from http_route(rule, delegate=delegate)
    for rule in spec.get("tls") or ():
        yield from tls_route(rule, spec)
    for rule in spec.get("tcp") or ():
        yield from tcp_route(rule)
    yield from export_to((obj.get("metadata") or {}).get("namespace") or "", spec.get("exportTo"))


def _for_gateways(spec: Spec) -> bool:
    """Whether the rules hold at gateways only."""
    return bool(spec.get("gateways")) and is_gateway(spec["gateways"])


def _claims(spec: Spec) -> Iterator[str]:
    """Only gateways choose routes by the claims of tokens."""
    if _for_gateways(spec):
        return
    gateways = f"[{' '.join(spec.get('gateways') or ())}]"
    for rule in spec.get("http") or ():
        for match in (rule or {}).get("match") or ():
            for key in _headers(match or {}):
                yield (
                    f"JWT claim based routing (key: {key}) is only supported for gateway, "
                    f"found no gateways: {gateways}"
                )


def _headers(match: Spec) -> Iterator[str]:
    for field in ("headers", "withoutHeaders"):
        yield from (name for name in sorted(match.get(field) or {}) if is_jwt_claim(name))


def _hosts(spec: Spec) -> Iterator[str]:
    hosts = spec.get("hosts") or ()
    wrong = [error for host in hosts for error in _host(host, spec)]
    yield from wrong
    if wrong:
        return
    for one, other in combinations(hosts, 2):
        if overlap(one, other):
            yield f"duplicate hosts in virtual service: {one} & {other}"


def _host(host: str, spec: Spec) -> Iterator[str]:
    gateways_only = _for_gateways(spec)
    wrong = list(host_name(host, sni=gateways_only and _asks_for_names(spec)))
    if wrong:
        yield from () if is_ip(host) else wrong
    elif host == "*" and not gateways_only:
        yield "wildcard host * is not allowed for virtual services bound to the mesh gateway"


def _asks_for_names(spec: Spec) -> bool:
    """Whether a rule compares the name that a TLS client asks for."""
    matches = (match for rule in spec.get("tls") or () for match in (rule or {}).get("match") or ())
    return any((match or {}).get("sniHosts") for match in matches)
