"""Defaults of containers: pull policy, ports, probes, environment, resources.

Source: `pkg/apis/core/v1/defaults.go`, `pkg/util/parsers/parsers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, present
from kubelearn.api.objects import Object
from kubelearn.api.quantity import QuantityError, parse, round_up, text_of

TERMINATION_MESSAGE: Final = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
PROBE: Final = {
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
HTTP_GET: Final = {"path": "/", "scheme": "HTTP"}
PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")

MILLI_POWER: Final = -3
"""Resources are rounded up to thousandths."""

_COMPONENT: Final = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*"
_HOST: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
IMAGE: Final = re.compile(
    f"(?:(?:{_HOST}(?:\\.{_HOST})+|{_HOST}:[0-9]+|{_HOST}(?:\\.{_HOST})*:[0-9]+|localhost"
    f"|\\[[0-9a-fA-F:]+\\](?::[0-9]+)?)/)?"
    f"{_COMPONENT}(?:/{_COMPONENT})*"
    "(?::(?P<tag>\\w[\\w.-]{0,127}))?"
    "(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
"""An image reference: optional registry, repository, optional tag and digest."""


@lru_cache(maxsize=4096)
def image_tag(image: str) -> str:
    """The tag of an image; "latest" without tag and digest, "" when unreadable."""
    match = IMAGE.fullmatch(image)
    if match is None or re.fullmatch("[0-9a-f]{64}", image):
        return ""
    if match["tag"]:
        return match["tag"]
    return "" if match["digest"] else "latest"


def pull_policy(image: str) -> str:
    """Images tagged latest are pulled always, others when the node does not have them."""
    return "Always" if image_tag(image) == "latest" else "IfNotPresent"


def default_container(container: Object) -> Object:
    """A regular, init or ephemeral container with its defaults."""
    container = each(container, "ports", _port)
    container = each(container, "env", _variable)
    container = inside(container, "resources", _resources)
    for name in PROBES:
        container = present(container, name, _probe)
    container = present(container, "lifecycle", _lifecycle)
    policy = {"imagePullPolicy": pull_policy(container.get("image") or "")}
    return fill_empty(container, {**TERMINATION_MESSAGE, **policy})


def requests_from_limits(container: Object) -> Object:
    """A container whose missing requests are its limits (pods only, not templates)."""
    return inside(container, "resources", _requests)


def host_ports(container: Object) -> Object:
    """A container on the host's network: its ports are ports of the host."""
    return each(container, "ports", _host_port)


def round_resources(amounts: Object) -> Object:
    """Amounts in canonical form, rounded up to thousandths."""
    new = {name: _rounded(amount) for name, amount in amounts.items()}
    return amounts if new == amounts else new


@lru_cache(maxsize=4096)
def _rounded(amount: str | int | float) -> str:
    try:
        return text_of(round_up(parse(str(amount)), MILLI_POWER)[0])
    except QuantityError:
        return str(amount)


def _port(port: Object) -> Object:
    return fill_empty(port, {"protocol": "TCP"})


def _host_port(port: Object) -> Object:
    return (
        fill_empty(port, {"hostPort": port["containerPort"]}) if "containerPort" in port else port
    )


def _variable(variable: Object) -> Object:
    return present(variable, "valueFrom", _source)


def _source(source: Object) -> Object:
    source = present(source, "fieldRef", _field_ref)
    source = present(source, "resourceFieldRef", resource_field_ref)
    return present(source, "fileKeyRef", lambda reference: fill(reference, {"optional": False}))


def _field_ref(reference: Object) -> Object:
    return fill_empty(reference, {"apiVersion": "v1"})


def resource_field_ref(reference: Object) -> Object:
    """A reference to a resource of a container; its divisor is always shown."""
    return fill(reference, {"divisor": "0"})


def field_ref(item: Object) -> Object:
    """A file of a downwardAPI volume with the defaults of what it refers to."""
    item = present(item, "fieldRef", _field_ref)
    return present(item, "resourceFieldRef", resource_field_ref)


def _resources(resources: Object) -> Object:
    for kind in ("limits", "requests"):
        resources = present(resources, kind, round_resources)
    return resources


def _requests(resources: Object) -> Object:
    limits = resources.get("limits")
    return inside(resources, "requests", lambda given: fill(given, limits)) if limits else resources


def _probe(probe: Object) -> Object:
    probe = present(probe, "httpGet", _http_get)
    probe = present(probe, "grpc", lambda grpc: fill(grpc, {"service": ""}))
    return fill_empty(probe, PROBE)


def _http_get(action: Object) -> Object:
    action = each(action, "httpHeaders", lambda header: fill(header, {"value": ""}))
    return fill_empty(action, HTTP_GET)


def _lifecycle(lifecycle: Object) -> Object:
    for hook in ("postStart", "preStop"):
        lifecycle = present(lifecycle, hook, lambda given: present(given, "httpGet", _http_get))
    return lifecycle
