"""Warnings of ports that are named twice among all containers of a pod.

Source: `pkg/api/pod/warnings.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import child, index
from kubelearn.api.validation.pod.visit import containers_with_path


def port_warnings(spec: Object, path: str) -> Iterator[str]:
    """Ports with the same number and protocol, and host IPs without a host port."""
    known: dict[tuple[int, str], list[tuple[str, Object]]] = {}
    for container, place in containers_with_path(spec, path):
        for position, port in enumerate(container.get("ports") or ()):
            where = index(child(place, "ports"), position)
            if port.get("hostIP") and not port.get("hostPort"):
                yield f"{where}: hostIP set without hostPort: {_struct(port)}"
            number = (port.get("containerPort") or 0, port.get("protocol") or "")
            others = known.setdefault(number, [])
            for other_place, other in others:
                relation = _relation(port, other)
                if relation:
                    yield f"{where}: {relation} port definition with {other_place}"
            others.append((where, port))


def _relation(port: Object, other: Object) -> str:
    ip, other_ip = port.get("hostIP") or "", other.get("hostIP") or ""
    host, other_host = port.get("hostPort") or 0, other.get("hostPort") or 0
    if (ip, host) == (other_ip, other_host):
        return "duplicate"
    if not host or not other_host:
        return "overlapping"
    if host == other_host and bool(ip) != bool(other_ip):
        return "dangerously ambiguous"
    return ""


def _struct(port: Object) -> str:
    """A port as Go's `%+v` prints it."""
    return (
        f"{{Name:{port.get('name') or ''} HostPort:{port.get('hostPort') or 0} "
        f"ContainerPort:{port.get('containerPort') or 0} Protocol:{port.get('protocol') or ''} "
        f"HostIP:{port.get('hostIP') or ''}}}"
    )
