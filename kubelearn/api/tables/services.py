"""The rows of Services, Endpoints, EndpointSlices, Ingresses and NetworkPolicies.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    comma,
    first_of,
    label_pairs,
    name_of,
    part,
    selector_text,
    text,
)

HOSTS: Final = 3
"""How many hosts of an Ingress are shown."""


def load_balancer_addresses(obj: Object) -> str:
    """The addresses that a Service or an Ingress got from its load balancer, sorted."""
    ingress = part(obj, "status", "loadBalancer", "ingress") or ()
    found = {item.get("ip") or item.get("hostname", "") for item in ingress}
    return comma(sorted(found - {""}))


def external_ip(service: Object) -> str:
    """The External-IP cell; the addresses of a load balancer are never cut in server tables."""
    spec = part(service, "spec")
    own = comma(spec.get("externalIPs") or ())
    kind = spec.get("type", "ClusterIP")
    if kind == "ExternalName":
        return spec.get("externalName", "")  # type: ignore[no-any-return]
    if kind != "LoadBalancer":
        return own or "<none>"
    given = load_balancer_addresses(service)
    return comma(filter(None, (given, own))) or "<pending>"


def ports_text(ports: list[Object]) -> str:
    """The Port(s) cell: `80:30080/TCP,53/UDP`; `<none>` without ports."""
    return comma(map(_port, ports)) or "<none>"


def _port(port: Object) -> str:
    node = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node}/{port.get('protocol', 'TCP')}"


def _service(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    addresses = spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])
    return [
        name_of(obj),
        spec.get("type", ""),
        addresses[0] if addresses else "<none>",
        external_ip(obj),
        ports_text(spec.get("ports") or []),
        age_of(obj, now),
        label_pairs(part(spec, "selector")),
    ]


def _endpoint_texts(obj: Object) -> list[str]:
    texts = []
    for subset in obj.get("subsets") or ():
        addresses = [address["ip"] for address in subset.get("addresses") or ()]
        ports = [port["port"] for port in subset.get("ports") or ()]
        if ports:
            texts += [f"{_host(ip)}:{port}" for port in ports for ip in addresses]
        else:
            texts += addresses
    return texts


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _endpoints(obj: Object, now: int) -> list[Cell]:
    shown = first_of(_endpoint_texts(obj), 3) if obj.get("subsets") else "<none>"
    return [name_of(obj), shown, age_of(obj, now)]


def _slice_port(port: Object) -> str:
    number, name = port.get("port"), port.get("name")
    if number is not None:
        return str(number)
    return "*" if name is None else str(name)


def _endpoint_slice(obj: Object, now: int) -> list[Cell]:
    ports = [_slice_port(port) for port in obj.get("ports") or ()]
    endpoints = obj.get("endpoints") or ()
    addresses = [address for endpoint in endpoints for address in endpoint.get("addresses") or ()]
    return [
        name_of(obj),
        obj.get("addressType", ""),
        first_of(ports, 3) or "<unset>",
        first_of(addresses, 3) or "<unset>",
        age_of(obj, now),
    ]


def _hosts(ingress: Object) -> str:
    """The first hosts; rules after the last one shown count as more, with a host or without."""
    rules = part(ingress, "spec", "rules") or ()
    named = [place for place, rule in enumerate(rules) if rule.get("host")][:HOSTS]
    shown = comma(rules[place]["host"] for place in named) or "*"
    if len(named) < HOSTS or named[-1] == len(rules) - 1:
        return shown
    return f"{shown} + {len(rules) - HOSTS} more..."


def _ingress(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        text(obj, "spec", "ingressClassName") or "<none>",
        _hosts(obj),
        load_balancer_addresses(obj),
        "80, 443" if part(obj, "spec", "tls") else "80",
        age_of(obj, now),
    ]


def _ingress_class(obj: Object, now: int) -> list[Cell]:
    reference = part(obj, "spec", "parameters")
    parameters = "<none>"
    if reference:
        group = f".{reference['apiGroup']}" if reference.get("apiGroup") else ""
        parameters = f"{reference['kind']}{group}/{reference['name']}"
    return [name_of(obj), text(obj, "spec", "controller"), parameters, age_of(obj, now)]


def _network_policy(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), selector_text(part(obj, "spec", "podSelector")), age_of(obj, now)]


SERVICES: Final = Printer(
    (
        NAME,
        Column("Type", doc="core.v1.ServiceSpec.type"),
        Column("Cluster-IP", doc="core.v1.ServiceSpec.clusterIP"),
        Column("External-IP", doc="core.v1.ServiceSpec.externalIPs"),
        Column("Port(s)", doc="core.v1.ServiceSpec.ports"),
        AGE,
        Column("Selector", wide=True, doc="core.v1.ServiceSpec.selector"),
    ),
    _service,
)

ENDPOINTS: Final = Printer(
    (NAME, Column("Endpoints", doc="core.v1.Endpoints.subsets"), AGE), _endpoints
)

ENDPOINT_SLICES: Final = Printer(
    (
        NAME,
        Column("AddressType", doc="discovery.v1.EndpointSlice.addressType"),
        Column("Ports", doc="discovery.v1.EndpointSlice.ports"),
        Column("Endpoints", doc="discovery.v1.EndpointSlice.endpoints"),
        AGE,
    ),
    _endpoint_slice,
)

INGRESSES: Final = Printer(
    (
        NAME,
        Column(
            "Class",
            text="The name of the IngressClass resource that should be used for additional "
            "configuration",
        ),
        Column(
            "Hosts", text="Hosts that incoming requests are matched against before the ingress rule"
        ),
        Column("Address", text="Address is a list containing ingress points for the load-balancer"),
        Column("Ports", text="Ports of TLS configurations that open"),
        AGE,
    ),
    _ingress,
)

INGRESS_CLASSES: Final = Printer(
    (
        NAME,
        Column(
            "Controller",
            text="Controller that is responsible for handling corresponding Ingress resources",
        ),
        Column("Parameters", text="A reference to a resource with additional parameters"),
        AGE,
    ),
    _ingress_class,
)

NETWORK_POLICIES: Final = Printer(
    (NAME, Column("Pod-Selector", doc="networking.v1.NetworkPolicySpec.podSelector"), AGE),
    _network_policy,
)
