"""What the names of the cluster's zone mean, read from Services, EndpointSlices and pods.

Source: coredns `plugin/kubernetes/{parse,kubernetes,reverse,local}.go`, kubernetes/dns
`docs/specification.md`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer

SLICES = "endpointslices.discovery.k8s.io"
NO_PORT = -1
"""The port of a Service that declares none: it has addresses but no SRV record."""


class NoSuchName(LookupError):
    """The zone has no such name (NXDOMAIN)."""


class Found(NamedTuple):
    """One thing behind a name: an address, or another name for an ExternalName Service."""

    host: str
    domain: str
    """The full name that the thing itself has."""
    port: int = NO_PORT

    @property
    def family(self) -> str:
        """The record type of the host: A, AAAA, or CNAME for a name."""
        try:
            return "A" if ipaddress.ip_address(self.host).version == 4 else "AAAA"
        except ValueError:
            return "CNAME"


class Query(NamedTuple):
    """A name of the zone in its parts; "" is a part that the name does not have."""

    branch: str
    namespace: str = ""
    service: str = ""
    endpoint: str = ""
    port: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone and how it is served: `pods` is "disabled", "insecure" or "verified"."""

    name: str = "cluster.local"
    ttl: int = 30
    pods: str = "insecure"
    namespaces: tuple[str, ...] = ()
    """Only these are served, when any is named."""

    def holds(self, name: str) -> bool:
        """Whether a name lies in this zone."""
        return name == self.name or name.endswith(f".{self.name}")

    def find(self, api: APIServer, name: str) -> list[Found]:
        """What is behind a name; [] when it exists without records, else NoSuchName."""
        query = parse(name, self.name)
        if not query.branch:
            return []
        if not self._serves(api, query.namespace):
            raise NoSuchName(name)
        if query.branch == "pod":
            return self._pods(api, query)
        if not query.service:
            return []
        found = list(self._services(api, query))
        if not found:
            raise NoSuchName(name)
        return found

    def reverse(self, api: APIServer, address: str) -> list[str]:
        """The names of an address: of the Service, else of endpoints with a hostname."""
        for service in api.list("services"):
            if address in cluster_ips(service) and self._exposes(service):
                return [self._domain(service)]
        return [
            f"{endpoint['hostname']}.{self._domain(service)}"
            for service in api.list("services")
            if self._exposes(service)
            for endpoint, _ in ready_endpoints(api, service)
            if address in endpoint["addresses"] and endpoint.get("hostname")
        ]

    def _serves(self, api: APIServer, namespace: str) -> bool:
        listed = not self.namespaces or namespace in self.namespaces
        return listed and api.find("namespaces", None, namespace) is not None

    def _exposes(self, service: Object) -> bool:
        return not self.namespaces or service["metadata"]["namespace"] in self.namespaces

    def _domain(self, service: Object) -> str:
        metadata = service["metadata"]
        return f"{metadata['name']}.{metadata['namespace']}.svc.{self.name}"

    def _services(self, api: APIServer, query: Query) -> Iterator[Found]:
        service = api.find("services", query.namespace, query.service)
        if service is None:
            return
        domain, spec = self._domain(service), service["spec"]
        if spec.get("type") == "ExternalName":
            # An alias has neither endpoints nor ports of its own.
            if not query.endpoint and not query.port:
                yield Found(spec["externalName"].rstrip("."), domain)
        elif query.endpoint or spec.get("clusterIP") in (None, "", "None"):
            yield from _endpoints(api, service, query, domain)
        else:
            for port in spec.get("ports") or (None,):
                if _matches(query, port):
                    for address in cluster_ips(service):
                        yield Found(address, domain, port["port"] if port else NO_PORT)

    def _pods(self, api: APIServer, query: Query) -> list[Found]:
        if self.pods == "disabled":
            raise NoSuchName(query.service)
        if not query.service:
            return []
        dashed = query.service
        plain = dashed.count("-") == 3 and "--" not in dashed
        address = dashed.replace("-", "." if plain else ":")
        if not _is_address(address) or not self._is_known(api, query.namespace, address):
            raise NoSuchName(dashed)
        return [Found(address, f"{dashed}.{query.namespace}.pod.{self.name}")]

    def _is_known(self, api: APIServer, namespace: str, address: str) -> bool:
        """Mode insecure believes every address, mode verified those of pods."""
        if self.pods == "insecure":
            return True
        found = api.store.select("pods", "address", address)
        return any(pod["metadata"]["namespace"] == namespace for pod in found)


def parse(name: str, zone: str) -> Query:
    """The parts of a name in lower case; NoSuchName for one that cannot have records."""
    *labels, branch = name[: -len(zone)].rstrip(".").split(".")
    if not labels and branch in ("", "svc", "pod"):
        return Query("")
    if branch not in ("svc", "pod") or len(labels) > 4:
        raise NoSuchName(name)
    *rest, service, namespace = ["", *labels] if len(labels) == 1 else labels
    if len(rest) == 2:
        port, protocol = (label.removeprefix("_") for label in rest)
        return Query(branch, namespace, service, port=port, protocol=protocol)
    return Query(branch, namespace, service, endpoint=rest[0] if rest else "")


def cluster_ips(service: Object) -> list[str]:
    """The addresses of a Service itself."""
    spec = service["spec"]
    return [ip for ip in spec.get("clusterIPs") or [spec.get("clusterIP")] if ip not in ("", None)]


def ready_endpoints(api: APIServer, service: Object) -> Iterator[tuple[Object, list[Object]]]:
    """The ready endpoints of a Service, each with the ports of its slice."""
    metadata = service["metadata"]
    for one in api.store.select(SLICES, "service", f"{metadata['namespace']}/{metadata['name']}"):
        for endpoint in one.get("endpoints") or ():
            if get_path(endpoint, "conditions", "ready") is not False:
                yield endpoint, one.get("ports") or []


def _endpoints(api: APIServer, service: Object, query: Query, domain: str) -> Iterator[Found]:
    for endpoint, ports in ready_endpoints(api, service):
        for address in endpoint["addresses"]:
            host = endpoint.get("hostname") or dashed_address(address)
            if query.endpoint not in ("", host.lower()):
                continue
            for port in ports or (None,):
                if _matches(query, port):
                    number = port["port"] if port else NO_PORT
                    yield Found(address, f"{host}.{domain}", number)


def dashed_address(address: str) -> str:
    """The name of an endpoint without hostname: "10-244-1-7"."""
    dashed = address.replace(".", "-").replace(":", "-")
    return f"{dashed}0" if dashed.endswith("-") else dashed


def _matches(query: Query, port: Object | None) -> bool:
    named = (port or {}).get("name", ""), (port or {}).get("protocol", "TCP")
    return query.port in ("", named[0].lower()) and query.protocol in ("", named[1].lower())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
