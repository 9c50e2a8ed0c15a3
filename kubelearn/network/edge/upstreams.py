"""Upstreams of a proxy: the endpoints behind a port of a Service, past its ClusterIP.

Source: ingress-nginx 1.13 `internal/ingress/controller/endpointslices.go`.

Unlike the real one: Services of type ExternalName have no endpoints here.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer

SLICES = "endpointslices.discovery.k8s.io"


class Upstream(NamedTuple):
    """A port of a Service, as a proxy's configuration names it."""

    namespace: str
    service: str
    port: str
    """Its number or its name."""

    def __str__(self) -> str:
        return "-".join(self)

    @property
    def key(self) -> str:
        """How a decision names it: namespace/service/port."""
        return "/".join(self)


class Host(NamedTuple):
    """An endpoint."""

    address: str
    port: int

    @property
    def key(self) -> str:
        """Address and port."""
        return f"{self.address}:{self.port}"


def service_port(api: APIServer, upstream: Upstream) -> Object | None:
    """The port of the Service; None when there is no such Service or port."""
    service = api.find("services", upstream.namespace, upstream.service)
    ports = get_path(service or {}, "spec", "ports", default=[]) or []
    wanted = upstream.port
    return next((one for one in ports if wanted in (str(one["port"]), one.get("name"))), None)


def hosts_of(api: APIServer, upstream: Upstream) -> tuple[Host, ...]:
    """The ready endpoints, in the order of their addresses."""
    port = service_port(api, upstream)
    if port is None:
        return ()
    found = set()
    key = f"{upstream.namespace}/{upstream.service}"
    for one in api.store.select(SLICES, "service", key):
        numbers = [each["port"] for each in one.get("ports") or ()
                   if (each.get("name") or "") == port.get("name", "")]  # fmt: skip
        for endpoint in one.get("endpoints") or () if numbers else ():
            if get_path(endpoint, "conditions", "ready") is not False:
                found.add(Host(endpoint["addresses"][0], numbers[0]))
    return tuple(sorted(found))
