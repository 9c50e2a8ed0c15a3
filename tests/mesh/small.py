"""A small mesh without a cluster: a push of some services."""

from __future__ import annotations

from typing import Any

from kubelearn.mesh.push import Push
from kubelearn.mesh.registry import Endpoint, Port, Service

Json = dict[str, Any]


def full(name: str, namespace: str = "default") -> str:
    """A host in the registry."""
    return f"{name}.{namespace}.svc.cluster.local"


def service(name: str, namespace: str = "default", port: int = 80, http: bool = True) -> Service:
    """A service of one port."""
    host = full(name, namespace)
    return Service(host, namespace, name, f"10.96.0.{len(name)}", (Port("p", port, http),))


def endpoint(address: str, locality: str = "", **labels: str) -> Endpoint:
    """A host on port 8080."""
    return Endpoint(address, (("p", 8080),), ("default", address), labels, locality, False)


def an_object(name: str, namespace: str = "default", **spec: Any) -> Json:
    """One of Istio's objects."""
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def push(
    services: list[Service], endpoints: dict[str, list[Endpoint]] | None = None, **rules: list[Json]
) -> Push:
    """A push of these."""
    found = {host: tuple(own) for host, own in (endpoints or {}).items()}
    return Push(1, 0, {one.host: one for one in services}, found,
                {kind: tuple(objects) for kind, objects in rules.items()})  # fmt: skip
