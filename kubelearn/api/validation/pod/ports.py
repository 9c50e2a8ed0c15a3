"""Ports of containers.

Source: `validateContainerPorts`, `AccumulateUniqueHostPorts`, `validatePodHostNetworkDeps` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    not_supported,
    required,
)

PROTOCOLS = ("SCTP", "TCP", "UDP")


def validate_ports(ports: Sequence[Object], path: str) -> list[FieldError]:
    """The ports of one container."""
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, port in enumerate(ports):
        place = index(path, position)
        errors += _name(port.get("name") or "", seen, child(place, "name"))
        errors += _numbers(port, place)
        errors += _protocol(port.get("protocol") or "", child(place, "protocol"))
    return errors


def validate_port_number_or_name(port: int | str | None, path: str) -> list[FieldError]:
    """The port of a probe: a number, or the name of a container port."""
    rule = names.port_name(port) if isinstance(port, str) else names.port_number(port or 0)
    return [invalid(path, port if isinstance(port, str) else port or 0, text) for text in rule]


def host_port_conflicts(containers: Sequence[Object], path: str) -> list[FieldError]:
    """Host ports that two containers want with the same protocol and host IP."""
    taken: set[str] = set()
    errors: list[FieldError] = []
    for number, container in enumerate(containers):
        ports = child(index(path, number), "ports")
        for position, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            place = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if place in taken:
                errors.append(duplicate(child(index(ports, position), "hostPort"), place))
            taken.add(place)
    return errors


def host_network_ports(spec: Object, path: str, *, is_pod: bool) -> list[FieldError]:
    """On the host's network a port of the container is that port of the host.

    Templates may leave `hostPort` out: it is filled in when the pod is made.
    """
    if not spec.get("hostNetwork"):
        return []
    text = "must match `containerPort` when `hostNetwork` is true"
    errors: list[FieldError] = []
    for number, container in enumerate(spec.get("containers") or ()):
        ports = child(index(child(path, "containers"), number), "ports")
        for position, port in enumerate(container.get("ports") or ()):
            host, own = port.get("hostPort") or 0, port.get("containerPort") or 0
            if (is_pod or host) and host != own:
                errors.append(invalid(child(index(ports, position), "hostPort"), host, text))
    return errors


def _name(name: str, seen: set[str], path: str) -> list[FieldError]:
    if not name:
        return []
    messages = names.port_name(name)
    if messages:
        return [invalid(path, name, message) for message in messages]
    if name in seen:
        return [duplicate(path, name)]
    seen.add(name)
    return []


def _numbers(port: Object, path: str) -> list[FieldError]:
    own, host = port.get("containerPort") or 0, port.get("hostPort") or 0
    if own:
        place = child(path, "containerPort")
        errors = [invalid(place, own, message) for message in names.port_number(own)]
    else:
        errors = [required(child(path, "containerPort"))]
    if host:
        place = child(path, "hostPort")
        errors += [invalid(place, host, message) for message in names.port_number(host)]
    return errors


def _protocol(protocol: str, path: str) -> list[FieldError]:
    if not protocol:
        return [required(path)]
    return [] if protocol in PROTOCOLS else [not_supported(path, protocol, PROTOCOLS)]
