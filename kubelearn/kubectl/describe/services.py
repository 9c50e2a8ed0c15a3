"""Services, their EndpointSlices, Ingresses and their classes."""

from __future__ import annotations

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import NONE, UNSET, Page, heading, joined, tags
from kubelearn.world.references import Reference

SHOWN = 3
"""Endpoints of a port that are named."""
SERVICE_NAME = "kubernetes.io/service-name"
AFTER = {
    "Session Affinity": "sessionAffinity",
    "External Traffic Policy": "externalTrafficPolicy",
    "Internal Traffic Policy": "internalTrafficPolicy",
    "HealthCheck NodePort": "healthCheckNodePort",
    "LoadBalancer Source Ranges": "loadBalancerSourceRanges",
    "Traffic Distribution": "trafficDistribution",
}
"""Title → field of the spec that is shown behind the ports when it is set."""


def service(client: Client, page: Page, obj: Object) -> None:
    """A Service with the endpoints of each port."""
    spec = obj["spec"]
    heading(page, obj)
    tags(page, obj)
    page.line(f"Selector:\t{joined(spec.get('selector'))}")
    page.line(f"Type:\t{spec['type']}")
    if spec.get("ipFamilyPolicy"):
        page.line(f"IP Family Policy:\t{spec['ipFamilyPolicy']}")
    page.line(f"IP Families:\t{_listed(spec.get('ipFamilies')) or NONE}")
    page.line(f"IP:\t{spec.get('clusterIP', '')}")
    page.line(f"IPs:\t{_listed(spec.get('clusterIPs')) or NONE}")
    before = {
        "External IPs": _listed(spec.get("externalIPs")),
        "Desired LoadBalancer IP": spec.get("loadBalancerIP", ""),
        "External Name": spec.get("externalName", ""),
        "LoadBalancer Ingress": _addresses(obj),
    }
    for title, text in before.items():
        if text:
            page.line(f"{title}:\t{text}")
    slices = _slices(client, obj["metadata"]["namespace"], obj["metadata"]["name"])
    for port in spec.get("ports") or ():
        _port(page, port, slices)
    for title, field in AFTER.items():
        found = spec.get(field)
        if found or field == "sessionAffinity":
            page.line(f"{title}:\t{_listed(found) if isinstance(found, list) else found}")


def _listed(texts: list[str] | None) -> str:
    return ",".join(texts or ())


def _addresses(obj: Object) -> str:
    found = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return ", ".join(_address(one) for one in found)


def _address(one: Object) -> str:
    if not one.get("ip"):
        return str(one.get("hostname", ""))
    return f"{one['ip']} ({one['ipMode']})" if one.get("ipMode") else str(one["ip"])


def _slices(client: Client, namespace: str, name: str) -> list[Object]:
    kind = client.world.api.kinds.named("endpointslices")
    return client.list(kind, namespace, selector=f"{SERVICE_NAME}={name}")


def _port(page: Page, port: Object, slices: list[Object]) -> None:
    name, protocol = port.get("name") or UNSET, port.get("protocol", "TCP")
    page.line(f"Port:\t{name}\t{port['port']}/{protocol}")
    page.line(f"TargetPort:\t{port.get('targetPort', 0)}/{protocol}")
    if port.get("appProtocol"):
        page.line(f"AppProtocol:\t{port['appProtocol']}")
    if port.get("nodePort"):
        page.line(f"NodePort:\t{name}\t{port['nodePort']}/{protocol}")
    page.line(f"Endpoints:\t{endpoints(slices, port.get('name', ''))}")


def endpoints(slices: list[Object], port: str) -> str:
    """The ready addresses of one port: three of them, and how many more."""
    if not slices:
        return NONE
    found = [text for one in slices for text in _ready(one, port)]
    text = ",".join(found[:SHOWN])
    return f"{text} + {len(found) - SHOWN} more..." if len(found) > SHOWN else text


def _ready(piece: Object, name: str) -> list[str]:
    ready = [
        one["addresses"][0]
        for one in piece.get("endpoints") or ()
        if (one.get("conditions") or {}).get("ready", True)
    ]
    ports = piece.get("ports") or ()
    if not ports:
        return ready
    numbers = [one.get("port") for one in ports if one.get("name", "") == name]
    return [f"{address}:{number}" for number in numbers for address in ready]


def endpointslice(_client: Client, page: Page, obj: Object) -> None:
    """An EndpointSlice."""
    heading(page, obj)
    tags(page, obj)
    page.line(f"AddressType:\t{obj['addressType']}")
    ports = obj.get("ports") or ()
    page.line("Ports:" if ports else f"Ports: {UNSET}")
    if ports:
        rows = (
            [one.get("name") or UNSET, str(one.get("port", UNSET)), one.get("protocol", "TCP")]
            for one in ports
        )
        page.table(("Name", "Port", "Protocol"), rows)
    found = obj.get("endpoints") or ()
    page.line("Endpoints:" if found else f"Endpoints: {NONE}")
    for one in found:
        _endpoint(page, one)


def _endpoint(page: Page, one: Object) -> None:
    page.line(f"- Addresses:\t{', '.join(one['addresses']) or NONE}", 1)
    page.line("Conditions:", 2)
    ready = (one.get("conditions") or {}).get("ready")
    page.line(f"Ready:\t{UNSET if ready is None else str(ready).lower()}", 3)
    page.line(f"Hostname:\t{one.get('hostname', UNSET)}", 2)
    target = one.get("targetRef")
    if target:
        page.line(f"TargetRef:\t{target['kind']}/{target['name']}", 2)
    page.line(f"NodeName:\t{one.get('nodeName', UNSET)}", 2)
    page.line(f"Zone:\t{one.get('zone', UNSET)}", 2)


def ingress(client: Client, page: Page, obj: Object) -> None:
    """An Ingress with the endpoints behind each path."""
    spec, metadata = obj["spec"], obj["metadata"]
    namespace = metadata["namespace"]
    page.line(f"Name:\t{metadata['name']}")
    page.labels("Labels", metadata.get("labels"))
    page.line(f"Namespace:\t{namespace}")
    page.line(f"Address:\t{_ingress_address(obj)}")
    page.line(f"Ingress Class:\t{spec.get('ingressClassName', NONE)}")
    default = spec.get("defaultBackend")
    backend = _backend(client, namespace, default) if default else "<default>"
    page.line(f"Default backend:\t{backend}")
    if spec.get("tls"):
        page.line("TLS:")
    for one in spec.get("tls") or ():
        hosts, secret = _listed(one.get("hosts")), one.get("secretName")
        page.line(f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}", 1)
    page.line("Rules:")
    page.table(("Host", "Path", "Backends"), ())
    rules = [rule for rule in spec.get("rules") or () if rule.get("http")]
    for rule in rules:
        page.line(f"{rule.get('host') or '*'}\t", 1)
        for path in rule["http"]["paths"]:
            text = _backend(client, namespace, path["backend"])
            page.line(f"\t{path.get('path', '')} \t{text}", 2)
    if not rules:
        page.line(f"*\t*\t{backend}", 1)
    page.annotations(metadata.get("annotations"))


def _ingress_address(obj: Object) -> str:
    found = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({one.get("ip") or one.get("hostname", "") for one in found} - {""}))


def _backend(client: Client, namespace: str, backend: Object) -> str:
    named = backend.get("service")
    if named is None:
        other = backend.get("resource") or {}
        group = other.get("apiGroup", NONE)
        return f"APIGroup: {group}, Kind: {other.get('kind')}, Name: {other.get('name')}"
    port = named.get("port") or {}
    text = f"{named['name']}:{port.get('number') or port.get('name', '')}"
    slices = _slices(client, namespace, named["name"])
    kind = client.world.api.kinds.named("services")
    try:
        found = client.get(Reference(kind, namespace, named["name"]))
    except APIError as error:
        return f"{text} (<error: {error}>)"
    names = (
        one.get("name", "")
        for one in found["spec"].get("ports") or ()
        if port.get("number") == one["port"] or (port.get("name") or None) == one.get("name")
    )
    return f"{text} ({endpoints(slices, next(names, ''))})"


def ingressclass(_client: Client, page: Page, obj: Object) -> None:
    """An IngressClass."""
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line(f"Controller:\t{obj['spec'].get('controller', '')}")
    parameters = obj["spec"].get("parameters")
    if parameters:
        page.line("Parameters:")
        for title, field in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if field in parameters:
                page.line(f"{title}:\t{parameters[field]}", 1)
