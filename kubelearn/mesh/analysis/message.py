"""Messages of the analysis: their codes, levels and templates.

Source: istio `pkg/config/analysis/msg/messages.yaml`, `pkg/config/analysis/diag/message.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.objects import Key, Object, key_of

LEVELS = ("Error", "Warning", "Info")
"""The order in which messages are told."""
TYPES: dict[str, tuple[str, str]] = {
    "IST0101": ("Error", 'Referenced {} not found: "{}"'),
    "IST0102": (
        "Info",
        (
            "The namespace is not enabled for Istio injection. Run 'kubectl label namespace {0} "
            "istio-injection=enabled' to enable it, or 'kubectl label namespace {0} istio-"
            "injection=disabled' to explicitly mark it as not needing injection."
        ),
    ),
    "IST0103": (
        "Warning",
        (
            "The pod {} is missing the Istio proxy. This can often be resolved by restarting or "
            "redeploying the workload."
        ),
    ),
    "IST0106": ("Error", "Schema validation error: {}"),
    "IST0109": (
        "Error",
        (
            "The VirtualServices {} associated with mesh gateway define the same host {} which "
            "can lead to undefined behavior. This can be fixed by merging the conflicting "
            "VirtualServices into a single resource."
        ),
    ),
    "IST0110": (
        "Error",
        (
            'The Sidecars {} in namespace "{}" select the same workload pod "{}", which can lead '
            "to undefined behavior."
        ),
    ),
    "IST0111": (
        "Error",
        (
            'The Sidecars {} in namespace "{}" have no workload selector, which can lead to '
            "undefined behavior."
        ),
    ),
    "IST0112": (
        "Error",
        (
            'This VirtualService routes to a service "{}" that exposes multiple ports {}. '
            "Specifying a port in the destination is required to disambiguate."
        ),
    ),
    "IST0127": ("Warning", "No matching workloads for this resource with the following labels: {}"),
    "IST0128": (
        "Warning",
        (
            "DestinationRule {} in namespace {} has TLS mode set to {} but no caCertificates are "
            "set to validate server identity for host: {}"
        ),
    ),
    "IST0129": (
        "Warning",
        (
            "DestinationRule {} in namespace {} has TLS mode set to {} but no caCertificates are "
            "set to validate server identity for host: {} at port {}"
        ),
    ),
    "IST0130": ("Warning", "VirtualService rule {} not used ({})."),
    "IST0131": (
        "Info",
        ("VirtualService rule {} match {} is not used (duplicate/overlapping match in rule {})."),
    ),
    "IST0132": (
        "Warning",
        "one or more host {} defined in VirtualService {} not found in Gateway {}.",
    ),
    "IST0134": ("Warning", "ServiceEntry addresses are required for this protocol."),
    "IST0145": ("Error", "Conflict with gateways {} (workload selector {}, port {}, hosts {})."),
    "IST0162": (
        "Warning",
        (
            "The gateway is listening on a target port (port {}) that is not defined in the "
            "Service associated with its workload instances (Pod selector {}). If you need to "
            "access the gateway port through the gateway Service, it will not be available."
        ),
    ),
}
"""Level and template by code."""


class Message(NamedTuple):
    """What the analysis says of an object."""

    code: str
    kind: str
    key: Key
    text: str

    @property
    def level(self) -> str:
        """How bad it is."""
        return TYPES[self.code][0]

    @property
    def namespace(self) -> str:
        """The namespace of the object; its own name when it is one."""
        return self.key[1] if self.kind == "Namespace" else self.key[0]

    @property
    def order(self) -> tuple[int, str, str]:
        """Errors first, then by code and object."""
        return LEVELS.index(self.level), self.code, str(self)

    def __str__(self) -> str:
        name = "/".join(part for part in self.key if part)
        return f"{self.level} [{self.code}] ({self.kind} {name}) {self.text}"


def message(code: str, obj: Object, *words: object) -> Message:
    """A message of a code about an object; `words` fill its template."""
    return Message(code, obj["kind"], key_of(obj), TYPES[code][1].format(*words))


def full_name(obj: Object) -> str:
    """Namespace and name as messages write them."""
    return "/".join(key_of(obj))


def listed(words: Iterable[object]) -> str:
    """A list as Go prints it: "[80 90]"."""
    return f"[{' '.join(map(str, words))}]"


def selector_text(labels: dict[str, str]) -> str:
    """A selector as its labels in order: "app=web,version=v1"."""
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
