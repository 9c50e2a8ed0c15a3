"""Field selectors: `metadata.name=web,status.phase!=Running`, for the fields each kind offers.

Source: `apimachinery/pkg/fields/selector.go`; the fields of each kind from the field label
conversions in `pkg/apis/*/v1/conversion.go` and the strategies' `ToSelectableFields`, 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.selector_text import SelectorError

METADATA: Final = ("metadata.name", "metadata.namespace")
INVOLVED: Final = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "pods": (
        *METADATA, "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
        "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
        "status.podIPs", "status.nominatedNodeName",
    ),
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "secrets": (*METADATA, "type"),
    "services": (*METADATA, "spec.clusterIP", "spec.type"),
    "replicationcontrollers": (*METADATA, "status.replicas"),
    "events": (
        *METADATA, *(f"involvedObject.{name}" for name in INVOLVED), "reason",
        "reportingComponent", "source", "type",
    ),
    "events.events.k8s.io": (
        *METADATA, *(f"regarding.{name}" for name in INVOLVED), "reason",
        "reportingController", "type",
    ),
    "jobs.batch": (*METADATA, "status.successful"),
    "statefulsets.apps": (*METADATA, "status.successful"),
    "certificatesigningrequests.certificates.k8s.io": ("metadata.name", "spec.signerName"),
}  # fmt: skip
"""The fields that each resource can be selected by; all others offer name and namespace."""

REFUSALS: Final = {
    "jobs.batch": 'field label "{label}" not supported for Job',
    "statefulsets.apps": "field label not supported for appsv1.StatefulSet: {label}",
}
REFUSAL: Final = "field label not supported: {label}"
DEFAULT_REFUSAL: Final = (
    '"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'
)
ALIASES: Final = {"pods": {"spec.host": "spec.nodeName"}}


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One field compared with one text."""

    label: str
    equal: bool
    value: str


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """All of these terms; without any it matches everything."""

    terms: tuple[FieldTerm, ...] = ()

    def matches(self, obj: Object) -> bool:
        """Whether this object is selected."""
        return all((field_text(obj, term.label) == term.value) is term.equal for term in self.terms)

    def required(self, label: str) -> str | None:
        """The value that a field must have, or None if it is free: the key of an index."""
        values = [term.value for term in self.terms if term.label == label and term.equal]
        return values[0] if values else None

    def __str__(self) -> str:
        return ",".join(
            f"{term.label}{'=' if term.equal else '!='}{_escaped(term.value)}"
            for term in self.terms
        )


def parse_fields(text: str, resource: str, custom: tuple[str, ...] = ()) -> FieldSelector:
    """The selector of a text for a resource such as "pods" or "deployments.apps".

    `custom` are the `selectableFields` of a custom resource. SelectorError has upstream's text.
    """
    found = [_term(part, text) for part in sorted(_split(text)) if part]
    return FieldSelector(tuple(_known(term, resource, custom) for term in found))


def _known(term: FieldTerm, resource: str, custom: tuple[str, ...]) -> FieldTerm:
    label = ALIASES.get(resource, {}).get(term.label, term.label)
    if label not in FIELDS.get(resource, METADATA) and label not in custom:
        default = REFUSAL if resource in FIELDS else DEFAULT_REFUSAL
        raise SelectorError(REFUSALS.get(resource, default).format(label=term.label))
    return FieldTerm(label, term.equal, term.value)


def _split(text: str) -> list[str]:
    """The parts between commas; a backslash protects the next character."""
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == ",":
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def _term(part: str, text: str) -> FieldTerm:
    for position in range(len(part)):
        for operator in ("!=", "==", "="):
            if part.startswith(operator, position):
                value = _unescaped(part[position + len(operator) :])
                return FieldTerm(part[:position], operator != "!=", value)
    raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")


def _unescaped(value: str) -> str:
    characters = iter(value)
    result = []
    for character in characters:
        if character == "\\":
            character = next(characters, "")
            if character not in ("\\", ",", "=") or not character:
                sequence = f"\\{character}"
                raise SelectorError(f"invalid field selector: invalid escape sequence: {sequence}")
        elif character in ",=":
            raise SelectorError(f"invalid field selector: unescaped rune in value: {character}")
        result.append(character)
    return "".join(result)


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace(",", r"\,").replace("=", r"\=")


def field_text(obj: Object, label: str) -> str:
    """What a field says, as text: missing is "", booleans are "true" and "false"."""
    special = SPECIAL.get(label)
    value = special(obj) if special else get_path(obj, *label.split("."))
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pod_ips(obj: Object) -> Any:
    """The first address; the server indexes only that."""
    return get_path(obj, "status", "podIP")


def _source(obj: Object) -> Any:
    return get_path(obj, "source", "component") or obj.get("reportingComponent")


SPECIAL: Final[dict[str, Callable[[Object], Any]]] = {
    "spec.hostNetwork": lambda obj: bool(get_path(obj, "spec", "hostNetwork")),
    "spec.unschedulable": lambda obj: bool(get_path(obj, "spec", "unschedulable")),
    "status.podIPs": _pod_ips,
    "source": _source,
    "status.replicas": lambda obj: get_path(obj, "status", "replicas", default=0),
    "status.successful": lambda obj: get_path(obj, "status", "succeeded", default=0),
}
"""Fields that are not simply the text at their path."""
