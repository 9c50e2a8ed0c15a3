"""Rules of the status of a load balancer, of Services and Ingresses.

Source: `ValidateLoadBalancerStatus` in `pkg/apis/core/validation/validation.go`, 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, named
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.ip import legacy_address, parse_address
from kubelearn.api.validation.names import dns1123_subdomain

IP_MODES = ("Proxy", "VIP")


def load_balancer_status(status: Object, path: str, *, balanced: bool) -> list[FieldError]:
    """The addresses that a load balancer gave to a Service."""
    entries, path = items(status, "ingress"), child(path, "ingress")
    if entries and not balanced:
        return [forbidden(path, "may only be used when `spec.type` is LoadBalancer")]
    errors = []
    for position, entry in enumerate(entries):
        place = index(path, position)
        errors += _address(entry, place) + _mode(entry, place) + host_errors(entry, place)
    return errors


def _address(entry: Object, path: str) -> list[FieldError]:
    return legacy_address(entry["ip"], child(path, "ip")) if entry.get("ip") else []


def _mode(entry: Object, path: str) -> list[FieldError]:
    address, mode, path = entry.get("ip"), entry.get("ipMode"), child(path, "ipMode")
    if address and mode is None:
        return [required(path, "must be specified when `ip` is set")]
    if mode is not None and not address:
        return [forbidden(path, "may not be specified when `ip` is not set")]
    if mode is not None and mode not in IP_MODES:
        return [not_supported(path, mode, IP_MODES)]
    return []


def host_errors(entry: Object, path: str) -> list[FieldError]:
    """The host name of a load balancer is a name, not an address."""
    host, path = entry.get("hostname"), child(path, "hostname")
    if not host:
        return []
    errors = named(path, host, dns1123_subdomain(host))
    if parse_address(host) is not None:
        errors.append(invalid(path, host, "must be a DNS name, not an IP address"))
    return errors


def ingress_status(status: Object, path: str) -> list[FieldError]:
    """The addresses that an ingress controller gave to an Ingress."""
    errors = []
    for position, entry in enumerate(items(status, "ingress")):
        place = index(child(path, "ingress"), position)
        errors += _address(entry, place) + host_errors(entry, place)
    return errors
