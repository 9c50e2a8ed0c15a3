"""Rules of the ports of a Service (`validateServicePort`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import choice, items, named
from kubelearn.api.validation.field import FieldError, child, duplicate, index, required
from kubelearn.api.validation.names import (
    dns1123_label,
    label_key,
    port_name,
    port_number,
)

PROTOCOLS = ("SCTP", "TCP", "UDP")


def port_errors(spec: Object, path: str) -> list[FieldError]:
    """Each port is right."""
    ports, path = items(spec, "ports"), child(path, "ports")
    names: set[str] = set()
    errors = []
    for position, port in enumerate(ports):
        errors += _port(port, index(path, position), names, required_name=len(ports) > 1)
    return errors


def _port(port: Object, path: str, names: set[str], *, required_name: bool) -> list[FieldError]:
    name, number = port.get("name") or "", port.get("port") or 0
    errors = []
    if name:
        errors += named(child(path, "name"), name, dns1123_label(name))
        errors += [duplicate(child(path, "name"), name)] if name in names else []
        names.add(name)
    elif required_name:
        errors.append(required(child(path, "name")))
    errors += named(child(path, "port"), number, port_number(number))
    errors += choice(port.get("protocol"), child(path, "protocol"), PROTOCOLS)
    errors += port_or_name(port.get("targetPort", 0), child(path, "targetPort"))
    application = port.get("appProtocol")
    if application is not None:
        errors += named(child(path, "appProtocol"), application, label_key(application))
    return errors


def port_or_name(port: int | str, path: str) -> list[FieldError]:
    """A port by number or by name."""
    return named(path, port, port_name(port) if isinstance(port, str) else port_number(port))


def duplicate_ports(spec: Object, path: str) -> list[FieldError]:
    """No two ports share protocol and number, neither inside nor on the nodes."""
    ports, path = items(spec, "ports"), child(path, "ports")
    errors, on_nodes, inside = [], set(), set()
    for position, port in enumerate(ports):
        pair = (port.get("protocol"), port.get("nodePort"))
        if port.get("nodePort") and pair in on_nodes:
            errors.append(duplicate(child(index(path, position), "nodePort"), pair[1]))
        on_nodes.add(pair)
    for position, port in enumerate(ports):
        pair = (port.get("protocol"), port.get("port", 0))
        if pair in inside:
            errors.append(duplicate(index(path, position), _show(*pair)))
        inside.add(pair)
    return errors


def _show(protocol: str | None, number: int) -> Object:
    """The pair as Go prints a port that has only these two set."""
    empty = {"TargetPort": 0, "NodePort": 0}
    return {"Name": "", "Protocol": protocol or "", "AppProtocol": None, "Port": number, **empty}
