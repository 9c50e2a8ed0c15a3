"""The registry of istiod: services with their ports and endpoints, from Kubernetes' objects.

Source: istio `pilot/pkg/serviceregistry/kube/conversion.go`, `pilot/pkg/config/kube/conversion.go`
(ConvertProtocol), 1.27.

Unlike the real one: a port that says nothing about its protocol is taken as HTTP instead of looking
at the first bytes; the labels of a pod are read when its slice changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.mesh.istio.export_to import ANNOTATION, exported, listed

DOMAIN = "cluster.local"
HTTP = ("http", "http2", "grpc", "grpc-web", "kubernetes.io/h2c", "gRPC")
OTHERS = ("tcp", "udp", "tls", "https", "mongo", "mysql", "redis")
TLS = ("https", "tls")
REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
SUBZONE = "topology.istio.io/subzone"
TLS_MODE = "security.istio.io/tlsMode"


class Port(NamedTuple):
    """A port of a service."""

    name: str
    number: int
    http: bool
    tls: bool = False
    """Whether it speaks TLS of its own, of which a proxy reads only the server's name."""


class Service(NamedTuple):
    """A host of the registry."""

    host: str
    namespace: str
    name: str
    address: str
    """Its virtual address; "" when it has none."""
    ports: tuple[Port, ...]
    external: bool = False
    resolution: str = "EDS"
    """EDS, STRICT_DNS, STATIC or ORIGINAL_DST: how its cluster finds hosts."""
    export_to: tuple[str, ...] = ()
    """The namespaces that know of it; none = all."""

    def shown(self, namespace: str) -> bool:
        """Whether it is known in a namespace."""
        return exported(self.export_to, self.namespace, namespace)

    def port(self, number: int) -> Port | None:
        """The port of a number."""
        return next((port for port in self.ports if port.number == number), None)


class Endpoint(NamedTuple):
    """One host behind a service."""

    address: str
    ports: tuple[tuple[str, int], ...]
    """Name and number."""
    pod: Key
    labels: Mapping[str, str]
    locality: str
    mtls: bool
    """Whether a proxy of the mesh stands before it."""
    weight: int = 1

    def port(self, name: str) -> int:
        """The number behind a port's name; 0 when it has none such."""
        return dict(self.ports).get(name, 0)


def full_host(host: str, namespace: str) -> str:
    """A host as the registry knows it: a short name is one of the namespace."""
    if "." in host or host.startswith("*"):
        return host
    return f"{host}.{namespace}.svc.{DOMAIN}"


def speaks_http(port: Object) -> bool:
    """Whether a port is one of HTTP, by its appProtocol or the first word of its name."""
    if port.get("protocol", "TCP") != "TCP":
        return False
    said = port.get("appProtocol") or (port.get("name") or "")
    word = said if said in HTTP else said.partition("-")[0]
    return word in HTTP or word not in OTHERS


def speaks_tls(port: Object) -> bool:
    """Whether a port is one of TLS, by its appProtocol or the first word of its name."""
    said = port.get("appProtocol") or (port.get("name") or "")
    return said.partition("-")[0].lower() in TLS


def service_of(obj: Object) -> Service:
    """A Kubernetes Service as the mesh knows it."""
    metadata, spec = obj["metadata"], obj["spec"]
    address = spec.get("clusterIP") or ""
    headless = address == "None"
    ports = tuple(
        Port(port.get("name", ""), port["port"], speaks_http(port), speaks_tls(port))
        for port in spec.get("ports") or ()
        if port.get("protocol", "TCP") == "TCP"
    )
    host = f"{metadata['name']}.{metadata['namespace']}.svc.{DOMAIN}"
    return Service(
        host,
        metadata["namespace"],
        metadata["name"],
        "" if headless else address,
        ports,
        spec.get("type") == "ExternalName",
        "ORIGINAL_DST" if headless else "EDS",
        listed((metadata.get("annotations") or {}).get(ANNOTATION, "")),
    )


RESOLUTIONS = {
    "NONE": "ORIGINAL_DST", "": "ORIGINAL_DST", "STATIC": "STATIC", "DNS": "STRICT_DNS",
    "DNS_ROUND_ROBIN": "LOGICAL_DNS",
}  # fmt: skip
"""How the cluster of a ServiceEntry finds its hosts."""


def entry_services(entry: Object) -> Iterator[Service]:
    """The hosts that a ServiceEntry adds."""
    spec, namespace = entry.get("spec") or {}, entry["metadata"]["namespace"]
    ports = tuple(
        Port(
            port.get("name", ""),
            port["number"],
            str(port.get("protocol", "TCP")).upper() in ("HTTP", "HTTP2", "GRPC"),
            str(port.get("protocol", "TCP")).lower() in TLS,
        )
        for port in spec.get("ports") or ()
    )
    found = RESOLUTIONS.get(spec.get("resolution") or "", "ORIGINAL_DST")
    address = next(iter(spec.get("addresses") or ()), "")
    for host in spec.get("hosts") or ():
        yield Service(host, namespace, host, address, ports, True, found,
                      tuple(spec.get("exportTo") or ()))  # fmt: skip


def entry_endpoints(entry: Object) -> tuple[Endpoint, ...]:
    """The addresses that a ServiceEntry names; a name found by DNS is one of them."""
    spec = entry.get("spec") or {}
    ports = tuple((port.get("name", ""), port.get("targetPort") or port["number"])
                  for port in spec.get("ports") or ())  # fmt: skip
    said = spec.get("endpoints") or [
        {"address": host} for host in spec.get("hosts") or ()
        if spec.get("resolution") in ("DNS", "DNS_ROUND_ROBIN") and "*" not in host
    ]  # fmt: skip
    return tuple(
        Endpoint(
            one["address"],
            tuple((name, (one.get("ports") or {}).get(name, port)) for name, port in ports),
            ("", ""),
            one.get("labels") or {},
            one.get("locality") or "",
            False,
            one.get("weight") or 1,
        )
        for one in said
    )


Find = Callable[[str, str | None, str], Object | None]
"""(resource, namespace, name) → object."""


def endpoints_of(slice_: Object, find: Find) -> tuple[Endpoint, ...]:
    """The ready endpoints of an EndpointSlice."""
    ports = tuple(
        (port.get("name") or "", port["port"])
        for port in slice_.get("ports") or ()
        if port.get("port") and port.get("protocol", "TCP") == "TCP"
    )
    found = []
    for endpoint in slice_.get("endpoints") or ():
        if (endpoint.get("conditions") or {}).get("ready") is False:
            continue
        target = endpoint.get("targetRef") or {}
        pod: Any = None
        if target.get("kind") == "Pod":
            pod = find("pods", target.get("namespace"), target["name"])
        labels = get_path(pod or {}, "metadata", "labels", default={}) or {}
        node = endpoint.get("nodeName") or ""
        found.append(
            Endpoint(
                endpoint["addresses"][0],
                ports,
                (target.get("namespace", ""), target.get("name", "")),
                labels,
                locality_of(find("nodes", None, node) if node else None),
                labels.get(TLS_MODE) == "istio",
            )
        )
    return tuple(found)


def locality_of(node: Object | None) -> str:
    """Region/zone/subzone of a node by its labels."""
    labels = get_path(node or {}, "metadata", "labels", default={}) or {}
    parts = [labels.get(REGION, ""), labels.get(ZONE, ""), labels.get(SUBZONE, "")]
    return "/".join(parts).rstrip("/")
