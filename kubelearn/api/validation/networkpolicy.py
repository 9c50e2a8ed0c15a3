"""Rules of NetworkPolicies (`pkg/apis/networking/validation`, Kubernetes 1.36)."""

from __future__ import annotations

import ipaddress

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, named, optional_choice, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.ip import Network, legacy_range, parse_range
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import port_name, port_number

PROTOCOLS = ("TCP", "UDP", "SCTP")
TYPES = ("Ingress", "Egress")
DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def create(policy: Object) -> list[FieldError]:
    """A new NetworkPolicy."""
    return validate_meta(policy) + _spec(part(policy, "spec"), "spec")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed NetworkPolicy."""
    return validate_meta_update(new, old) + _spec(part(new, "spec"), "spec")


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = validate_label_selector(part(spec, "podSelector"), child(path, "podSelector"))
    for direction, peers in DIRECTIONS:
        for position, rule in enumerate(items(spec, direction)):
            errors += _rule(rule, peers, index(child(path, direction), position))
    types, path = items(spec, "policyTypes"), child(path, "policyTypes")
    if len(types) > len(TYPES):
        return [*errors, invalid(path, types, "may not specify more than two policyTypes")]
    return errors + [
        not_supported(index(path, position), kind, TYPES)
        for position, kind in enumerate(types)
        if kind not in TYPES
    ]


def _rule(rule: Object, peers: str, path: str) -> list[FieldError]:
    errors = []
    for position, port in enumerate(items(rule, "ports")):
        errors += _port(port, index(child(path, "ports"), position))
    for position, peer in enumerate(items(rule, peers)):
        errors += _peer(peer, index(child(path, peers), position))
    return errors


def _port(port: Object, path: str) -> list[FieldError]:
    errors = optional_choice(port.get("protocol"), child(path, "protocol"), PROTOCOLS)
    first, last = port.get("port"), port.get("endPort")
    place, place_last = child(path, "port"), child(path, "endPort")
    if first is None or isinstance(first, str):
        what = "is not specified" if first is None else "is non-numeric"
        if last is not None:
            detail = f"may not be specified when `port` {what}"
            errors.append(invalid(place_last, last, detail))
        return errors + (named(place, first, port_name(first)) if first is not None else [])
    errors += named(place, first, port_number(first))
    if last is None:
        return errors
    if last < first:
        # Upstream shows the wrong one of the two numbers.
        errors.append(invalid(place_last, first, "must be greater than or equal to `port`"))
    return errors + named(place_last, last, port_number(last))


def _peer(peer: Object, path: str) -> list[FieldError]:
    errors = []
    for name in ("podSelector", "namespaceSelector"):
        errors += validate_label_selector(peer.get(name), child(path, name))
    block = peer.get("ipBlock")
    if block is not None:
        errors += _block(block, child(path, "ipBlock"))
    given = sum(
        peer.get(name) is not None for name in ("podSelector", "namespaceSelector", "ipBlock")
    )
    if not given:
        errors.append(required(path, "must specify a peer"))
    elif given > 1 and block is not None:
        errors.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _block(block: Object, path: str) -> list[FieldError]:
    text = block.get("cidr", "")
    if not text:
        return [required(child(path, "cidr"))]
    errors, network = legacy_range(text, child(path, "cidr")), parse_range(text)
    if network is None:
        return errors
    for position, excepted in enumerate(items(block, "except")):
        place, inner = index(child(path, "except"), position), parse_range(excepted)
        errors += legacy_range(excepted, place)
        if inner is not None and not _inside(inner, network):
            errors.append(invalid(place, excepted, "must be a strict subset of `cidr`"))
    return errors


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner != outer and inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner != outer and inner.subnet_of(outer)
    return False
