"""What analyzers look at: Istio's objects, Services and pods of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from kubelearn.api.objects import Object, labels_of
from kubelearn.api.server import APIServer
from kubelearn.mesh.istio.export_to import exported
from kubelearn.mesh.legible import problem
from kubelearn.mesh.registry import Service, entry_services, full_host, service_of

GROUPS = {
    "virtualservices": "networking.istio.io", "destinationrules": "networking.istio.io",
    "gateways": "networking.istio.io", "serviceentries": "networking.istio.io",
    "sidecars": "networking.istio.io", "peerauthentications": "security.istio.io",
    "authorizationpolicies": "security.istio.io", "requestauthentications": "security.istio.io",
    "telemetries": "telemetry.istio.io",
}  # fmt: skip
SYSTEM = ("kube-system", "kube-public", "kube-node-lease", "istio-system")
"""Namespaces that are nobody's workloads."""


class Facts:
    """The objects of a moment; those that cannot be used are only told of as such."""

    def __init__(self, api: APIServer) -> None:
        self.api = api

    def all_of(self, kind: str) -> list[Object]:
        """All objects of one of Istio's kinds."""
        return self.api.list(f"{kind}.{GROUPS[kind]}")

    def of(self, kind: str) -> list[Object]:
        """Those that can be used."""
        return [one for one in self.all_of(kind) if not problem(kind, one)]

    @cached_property
    def services(self) -> list[Service]:
        """The hosts of the registry."""
        made = [service_of(one) for one in self.api.list("services")]
        for entry in self.of("serviceentries"):
            made.extend(entry_services(entry))
        return made

    def service(self, host: str, namespace: str) -> Service | None:
        """The service behind a host as an object of a namespace names it."""
        wanted = full_host(host, namespace)
        shown = [one for one in self.services if exported(one.export_to, one.namespace, namespace)]
        exact = next((one for one in shown if one.host == wanted), None)
        return exact or next((one for one in shown if _covers(one.host, wanted)), None)

    def pods(self, labels: dict[str, str], namespace: str = "") -> Iterator[Object]:
        """The pods that a selector picks, in one namespace or all."""
        for pod in self.api.list("pods", namespace or None):
            if labels.items() <= labels_of(pod).items():
                yield pod


def _covers(host: str, wanted: str) -> bool:
    return host.startswith("*") and wanted.endswith(host[1:])
