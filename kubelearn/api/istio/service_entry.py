"""What Istio refuses in a ServiceEntry.

Source: istio `pkg/config/validation/validation.go` (ValidateServiceEntry), 1.27.

Unlike the real one: nothing is said of a resolution that Istio does not have (its schema
refuses it before).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kubelearn.api.istio.names import (
    export_to,
    fqdn,
    ip_subnet,
    is_ip,
    labels,
    port,
    port_name,
    quoted,
    wildcard_domain,
)
from kubelearn.api.istio.protocols import is_http, is_tls, protocol
from kubelearn.api.istio.workload_entry import endpoint, endpoint_ports
from kubelearn.api.istio.workload_selector import selector_labels
from kubelearn.api.objects import Object

NONE, STATIC, DNS, ROUND_ROBIN = "NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN"


def errors(obj: Object) -> Iterator[str]:
    """The errors of the object in Istio's order and words."""
    spec = obj.get("spec") or {}
    selector = spec.get("workloadSelector")
    wrong = list(selector_labels((selector or {}).get("labels") or {}))
    if wrong:
        yield from wrong
        return
    if selector is not None and spec.get("endpoints"):
        yield "only one of WorkloadSelector or Endpoints is allowed in Service Entry"
    yield from _hosts(spec.get("hosts") or [])
    yield from _addresses(spec)
    yield from _ports(spec.get("ports") or [])
    yield from _resolution(spec)
    yield from _one_host_for_tcp(spec)
    namespace = obj["metadata"].get("namespace") or ""
    yield from export_to(namespace, spec.get("exportTo"), service=True)


def _mode(spec: Object) -> str:
    return str(spec.get("resolution") or NONE)


def _hosts(hosts: list[str]) -> Iterator[str]:
    if not hosts:
        yield "service entry must have at least one host"
    for host in hosts:
        if host == "*":
            yield f"invalid host {host}"
        else:
            yield from wildcard_domain(host)


def _addresses(spec: Object) -> Iterator[str]:
    addresses = spec.get("addresses") or []
    for address in addresses:
        yield from ip_subnet(address)
    if any("/" in address for address in addresses) and _mode(spec) not in (NONE, STATIC):
        yield "CIDR addresses are allowed only for NONE/STATIC resolution types"


def _ports(ports: list[Object | None]) -> Iterator[str]:
    names: set[str] = set()
    numbers: set[int] = set()
    for one in ports:
        if one is None:
            yield "service entry port may not be null"
            continue
        name, number = one.get("name") or "", one.get("number") or 0
        if name in names:
            yield f"service entry port name {quoted(name)} already defined"
        if number in numbers:
            yield f"service entry port {number} already defined"
        names.add(name)
        numbers.add(number)
        yield from _port(one, name, number)


def _port(settings: Object, name: str, number: int) -> Iterator[str]:
    if settings.get("targetPort"):
        yield from port(settings["targetPort"])
    yield from port_name(name)
    yield from protocol(settings.get("protocol") or "")
    yield from port(number)


def _resolution(spec: Object) -> Iterator[str]:
    mode, endpoints = _mode(spec), spec.get("endpoints") or []
    if mode == NONE and endpoints:
        yield "no endpoints should be provided for resolution type none"
    if mode in (DNS, ROUND_ROBIN):
        yield from _by_dns(mode, spec.get("hosts") or [], endpoints)
    names = {one.get("name") or "" for one in spec.get("ports") or [] if one is not None}
    check = _ENDPOINTS.get(mode)
    for one in endpoints if check else []:
        if one is None:
            yield "endpoint cannot be nil"
        elif check:
            yield from check(one, names)


def _by_dns(mode: str, hosts: list[str], endpoints: list[Object]) -> Iterator[str]:
    for host in hosts:
        if not endpoints and any(fqdn(host)):
            yield f"hosts must be FQDN if no endpoints are provided for resolution mode {mode}"
    if mode == ROUND_ROBIN and len(endpoints) > 1:
        yield f"there must only be 0 or 1 endpoint for resolution mode {mode}"


def _dns_endpoint(entry: Object, names: set[str]) -> Iterator[str]:
    address = entry.get("address") or ""
    if not is_ip(address) and any(fqdn(address)):
        yield f"endpoint address {quoted(address)} is not a valid FQDN or an IP address"
    yield from labels(entry.get("labels"))
    yield from endpoint_ports(entry, names)


_ENDPOINTS: dict[str, Callable[[Object, set[str]], Iterator[str]]] = {
    STATIC: endpoint, DNS: _dns_endpoint, ROUND_ROBIN: _dns_endpoint,
}  # fmt: skip


def _one_host_for_tcp(spec: Object) -> Iterator[str]:
    """Plain TCP does not say for which of several hosts it is."""
    if _mode(spec) == NONE or len(spec.get("hosts") or []) < 2:
        return
    for one in spec.get("ports") or []:
        if one is None:
            yield "ports cannot be nil"
            continue
        name = one.get("protocol") or ""
        if not is_http(name) and not is_tls(name):
            yield "multiple hosts provided with non-HTTP, non-TLS ports"
            return
