"""Cluster DNS: what CoreDNS answers, and what a pod's resolver asks.

Source: kubernetes/dns `docs/specification.md`, coredns `plugin/kubernetes`,
`pkg/kubelet/network/dns`: search list `<ns>.svc.cluster.local svc.cluster.local cluster.local`,
`options ndots:5`.

Unlike the real one: A records only, IPv4, no caches; names outside the cluster do not exist.
"""

from __future__ import annotations

import ipaddress
from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.runtime.part import Context

ZONE = "cluster.local"
NDOTS = 5
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


class Answer(NamedTuple):
    """What a name means: addresses, or none because it does not exist."""

    name: str
    addresses: tuple[str, ...]
    exists: bool = True


class Dns:
    """The records of the cluster's zone, read from Services and EndpointSlices."""

    name = "dns"
    state: ClassVar[tuple[str, ...]] = ()

    def __init__(self, context: Context) -> None:
        self.context = context

    def candidates(self, host: str, namespace: str) -> list[str]:
        """The full names that a pod's resolver tries for a host, in order."""
        if host.endswith("."):
            return [host.rstrip(".")]
        search = (f"{namespace}.svc.{ZONE}", f"svc.{ZONE}", ZONE)
        searched = [f"{host}.{suffix}" for suffix in search]
        return [host, *searched] if host.count(".") >= NDOTS else [*searched, host]

    def answer(self, name: str) -> Answer:
        """What CoreDNS answers to a query for the A records of a full name."""
        labels = name.lower().split(".")
        zone = ZONE.split(".")
        if labels[-len(zone) :] != zone:
            return Answer(name, (), exists=False)
        rest = labels[: -len(zone)]
        if len(rest) >= 3 and rest[-1] == "svc":
            return self._service(name, rest[:-1])
        if len(rest) == 3 and rest[-1] == "pod":
            return self._pod(name, rest[0], rest[1])
        return Answer(name, (), exists=False)

    def _service(self, name: str, labels: list[str]) -> Answer:
        """`<service>.<namespace>` or `<hostname>.<service>.<namespace>`."""
        *hosts, service, namespace = labels
        found = self.context.api.find("services", namespace, service)
        if found is None or len(hosts) > 1:
            return Answer(name, (), exists=False)
        address = found["spec"].get("clusterIP")
        if address and address != "None":
            return Answer(name, (address,)) if not hosts else Answer(name, (), exists=False)
        if found["spec"].get("type") == "ExternalName":
            return self.answer(found["spec"]["externalName"])
        addresses = self._endpoints(found, hosts[0] if hosts else None)
        return Answer(name, addresses, exists=bool(addresses))

    def _endpoints(self, service: Object, host: str | None) -> tuple[str, ...]:
        metadata = service["metadata"]
        selector = {"matchLabels": {SERVICE_NAME: metadata["name"]}}
        addresses = []
        for one in self.context.api.list(SLICES, metadata["namespace"], selector):
            for endpoint in one.get("endpoints") or ():
                if not (endpoint.get("conditions") or {}).get("ready", True):
                    continue
                dashed = endpoint["addresses"][0].replace(".", "-")
                if host is None or host in (endpoint.get("hostname"), dashed):
                    addresses.append(endpoint["addresses"][0])
        return tuple(sorted(addresses, key=ipaddress.ip_address))

    def _pod(self, name: str, dashed: str, namespace: str) -> Answer:
        """`1-2-3-4.<namespace>.pod`: mode insecure echoes the address."""
        text = dashed.replace("-", ".")
        try:
            ipaddress.IPv4Address(text)
        except ValueError:
            return Answer(name, (), exists=False)
        known = self.context.api.find("namespaces", None, namespace) is not None
        return Answer(name, (text,), exists=True) if known else Answer(name, (), exists=False)
