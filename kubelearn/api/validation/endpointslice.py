"""Rules of EndpointSlices and Endpoints (`pkg/apis/{discovery,core}/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import choice, immutable, items, named
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    required,
    too_many,
)
from kubelearn.api.validation.ip import legacy_address, ordinary_address, parse_address
from kubelearn.api.validation.labels import validate_labels
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import (
    dns1123_label,
    dns1123_subdomain,
    label_key,
    label_value,
    port_number,
)

ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
PROTOCOLS = ("SCTP", "TCP", "UDP")
MAX_ENDPOINTS = 1000
MAX_ADDRESSES = 100
MAX_PORTS = 20000
MAX_TOPOLOGY_LABELS = 16
MAX_HINTS = 8


def create(endpointslice: Object) -> list[FieldError]:
    """A new EndpointSlice."""
    kind = endpointslice.get("addressType", "")
    errors = validate_meta(endpointslice) + choice(kind, "addressType", ADDRESS_TYPES)
    errors += _endpoints(items(endpointslice, "endpoints"), kind, "endpoints")
    return errors + _ports(items(endpointslice, "ports"), "ports")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed EndpointSlice: its address type stays."""
    kind, before = new.get("addressType", ""), old.get("addressType", "")
    return create(new) + immutable(kind, before, "addressType")


def _endpoints(endpoints: list[Object], kind: str, path: str) -> list[FieldError]:
    if len(endpoints) > MAX_ENDPOINTS:
        return [too_many(path, len(endpoints), MAX_ENDPOINTS)]
    return [
        error
        for position, endpoint in enumerate(endpoints)
        for error in _endpoint(endpoint, kind, index(path, position))
    ]


def _endpoint(endpoint: Object, kind: str, path: str) -> list[FieldError]:
    addresses, place = items(endpoint, "addresses"), child(path, "addresses")
    errors = []
    if not addresses:
        errors.append(required(place, "must contain at least 1 address"))
    elif len(addresses) > MAX_ADDRESSES:
        errors.append(too_many(place, len(addresses), MAX_ADDRESSES))
    for position, address in enumerate(addresses):
        errors += _address(address, kind, index(place, position))
    node = endpoint.get("nodeName")
    if node is not None:
        errors += named(child(path, "nodeName"), node, dns1123_subdomain(node))
    topology, place = endpoint.get("deprecatedTopology"), child(path, "deprecatedTopology")
    if topology and len(topology) > MAX_TOPOLOGY_LABELS:
        errors.append(too_many(place, len(topology), MAX_TOPOLOGY_LABELS))
    errors += validate_labels(topology, place)
    host = endpoint.get("hostname")
    if host is not None:
        errors += named(child(path, "hostname"), host, dns1123_label(host))
    return errors + _hints(endpoint.get("hints") or {}, child(path, "hints"))


def _address(address: str, kind: str, path: str) -> list[FieldError]:
    if kind == "FQDN":
        return _domain_name(address, path)
    if kind not in ("IPv4", "IPv6"):
        return []
    found = parse_address(address)
    if found is not None and kind != f"IPv{found.version}":
        errors = [invalid(path, address, f"must be an {kind} address")]
    else:
        errors = legacy_address(address, path)
    return errors + ordinary_address(address, path) if found is not None else errors


def _domain_name(name: str, path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    errors = named(path, name, dns1123_subdomain(name.removesuffix(".")))
    if not errors and name.removesuffix(".").count(".") < 1:
        detail = "should be a domain with at least two segments separated by dots"
        errors.append(invalid(path, name, detail))
    return errors


def _hints(hints: Object, path: str) -> list[FieldError]:
    errors = []
    for name in ("forZones", "forNodes"):
        errors += _hint(items(hints, name), child(path, name), name)
    return errors


def _hint(places: list[Object], path: str, kind: str) -> list[FieldError]:
    if len(places) > MAX_HINTS:
        return [too_many(path, len(places), MAX_HINTS)]
    errors, seen = [], set()
    rule = label_value if kind == "forZones" else dns1123_subdomain
    for position, found in enumerate(places):
        name, place = found.get("name", ""), child(index(path, position), "name")
        errors += [duplicate(place, name)] if name in seen else []
        seen.add(name)
        errors += named(place, name, rule(name))
    return errors


def _ports(ports: list[Object], path: str) -> list[FieldError]:
    if len(ports) > MAX_PORTS:
        return [too_many(path, len(ports), MAX_PORTS)]
    errors, names = [], set()
    for position, port in enumerate(ports):
        place, name = index(path, position), port.get("name") or ""
        errors += named(child(place, "name"), name, dns1123_label(name)) if name else []
        errors += [duplicate(child(place, "name"), name)] if name in names else []
        names.add(name)
        errors += _protocols(port, place)
    return errors


def _protocols(port: Object, path: str) -> list[FieldError]:
    errors = choice(port.get("protocol"), child(path, "protocol"), PROTOCOLS)
    application = port.get("appProtocol")
    if application is None:
        return errors
    return errors + named(child(path, "appProtocol"), application, label_key(application))


def create_endpoints(endpoints: Object) -> list[FieldError]:
    """New Endpoints."""
    errors = validate_meta(endpoints)
    for position, subset in enumerate(items(endpoints, "subsets")):
        errors += _subset(subset, index("subsets", position))
    return errors


def update_endpoints(new: Object, old: Object) -> list[FieldError]:
    """Changed Endpoints."""
    return validate_meta_update(new, old) + create_endpoints(new)


def _subset(subset: Object, path: str) -> list[FieldError]:
    errors, ports = [], items(subset, "ports")
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        errors.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
    for name in ("addresses", "notReadyAddresses"):
        for position, address in enumerate(items(subset, name)):
            errors += _endpoint_address(address, index(child(path, name), position))
    for position, port in enumerate(ports):
        place, name = index(child(path, "ports"), position), port.get("name", "")
        if name:
            errors += named(child(place, "name"), name, dns1123_label(name))
        elif len(ports) > 1:
            errors.append(required(child(place, "name")))
        number = port.get("port", 0)
        errors += named(child(place, "port"), number, port_number(number))
        errors += _protocols(port, place)
    return errors


def _endpoint_address(address: Object, path: str) -> list[FieldError]:
    text, host, node = address.get("ip", ""), address.get("hostname"), address.get("nodeName")
    errors = legacy_address(text, child(path, "ip"))
    if host:
        errors += named(child(path, "hostname"), host, dns1123_label(host))
    if node is not None:
        errors += named(child(path, "nodeName"), node, dns1123_subdomain(node))
    return errors + ordinary_address(text, child(path, "ip"))
