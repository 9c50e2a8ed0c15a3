"""Request bodies: JSON or YAML text (or an object in its place) to an object of the wanted kind.

Source: apimachinery `pkg/runtime/serializer/json/json.go`, apiserver
`pkg/endpoints/handlers/{create,rest}.go`, Kubernetes 1.36.

Unlike the real one: protobuf bodies are refused; of the group versions that only old clients know
the commonest are told from unknown ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from kubelearn.api import json_text
from kubelearn.api.decoding.decode import Decoded, decode
from kubelearn.api.decoding.report import kind_of
from kubelearn.api.errors import BadRequest, NotImplementedYet, UnsupportedMediaType
from kubelearn.api.objects import Object
from kubelearn.api.schema import GroupVersionKind, schema
from kubelearn.api.yaml_text import YAMLError, first_document

JSON: Final = "application/json"
YAML: Final = "application/yaml"
PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
READ: Final = (JSON, YAML, PROTOBUF)
"""Media types of bodies."""
MAGIC: Final = b"k8s\0"

UNKNOWN_FORMAT: Final = (
    "the body of the request was in an unknown format - accepted media types include: "
    f"{JSON}, {YAML}, {PROTOBUF}"
)
HEAD: Final = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)
"""The Go type that the server reads first."""
NO_HEAD: Final = "couldn't get version/kind; json parse error: "
SHOWN: Final = 30
"""As many bytes of a body are shown that cannot be read."""
SCHEME: Final = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"
YAML_ERRORS: Final = "yaml: unmarshal errors:\n"

FORMER: Final[dict[str, frozenset[str]]] = {
    "extensions/v1beta1": frozenset(
        {"DaemonSet", "Deployment", "Ingress", "NetworkPolicy", "ReplicaSet", "Scale"}
    ),
    "apps/v1beta1": frozenset({"ControllerRevision", "Deployment", "Scale", "StatefulSet"}),
    "apps/v1beta2": frozenset(
        {"ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "Scale", "StatefulSet"}
    ),
    "autoscaling/v2beta1": frozenset({"HorizontalPodAutoscaler"}),
    "autoscaling/v2beta2": frozenset({"HorizontalPodAutoscaler"}),
    "batch/v1beta1": frozenset({"CronJob"}),
    "discovery.k8s.io/v1beta1": frozenset({"EndpointSlice"}),
    "events.k8s.io/v1beta1": frozenset({"Event"}),
    "networking.k8s.io/v1beta1": frozenset({"Ingress", "IngressClass"}),
    "policy/v1beta1": frozenset({"Eviction", "PodDisruptionBudget"}),
    "coordination.k8s.io/v1beta1": frozenset({"Lease"}),
    "rbac.authorization.k8s.io/v1alpha1": frozenset(
        {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
    ),
    "rbac.authorization.k8s.io/v1beta1": frozenset(
        {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
    ),
}
"""Kinds that the server can still read in versions that it no longer serves."""

Prune: TypeAlias = Callable[[Object], tuple[Object, list[str]]]
"""Takes the unknown fields from a custom resource and names them."""


class _Body(NamedTuple):
    """A body that has been read as JSON or YAML."""

    value: Any
    summary: str
    """Its beginning, as messages show it."""
    repeats: tuple[str, ...] = ()
    """Repeated keys of a YAML text."""


def decode_body(
    raw: bytes | str | Mapping[str, Any] | list[Any] | None,
    content_type: str,
    expected: GroupVersionKind,
    field_validation: str = "",
    prune: Prune | None = None,
) -> tuple[Object, list[str]]:
    """The object of a POST or PUT body and the warnings about its fields.

    `field_validation` is "Ignore", "Warn" (the default) or "Strict"; `prune` knows the fields of a
    custom resource. BadRequest or UnsupportedMediaType has upstream's text.
    """
    body = _read(raw, content_type, expected)
    given = _head(body, expected)
    _registered(given, expected)
    decoded = decode(body.value or {}, *_served(given, expected))
    if decoded.error:
        raise _cannot(given, expected, decoded.error)
    _convertible(given, expected)
    obj, strict = decoded.object, list(decoded.strict)
    if prune is not None:
        obj, unknown = prune(obj)
        strict += unknown
    texts = _strict_texts(body.repeats, strict)
    if field_validation == "Ignore":
        return obj, []
    if field_validation == "Strict" and texts:
        raise _cannot(given, expected, strict_error(texts))
    return obj, [line.strip() for text in texts for line in _warning_lines(text)]


def decode_object(obj: Mapping[str, Any], field_validation: str = "Strict") -> Decoded:
    """An object that comes from this process, checked against its own kind as a body would be.

    Unknown fields are refused unless `field_validation` is "Warn" or "Ignore".
    """
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    kind = str(obj.get("kind", ""))
    expected = (group, version, kind)
    decoded = decode(obj, *expected)
    if decoded.error:
        refusal = _cannot(expected, expected, decoded.error)
        refusal.field = decoded.field
        raise refusal
    if decoded.strict and field_validation == "Strict":
        raise _cannot(expected, expected, strict_error(decoded.strict))
    return decoded


def strict_error(texts: tuple[str, ...] | list[str]) -> str:
    """All strict errors in one text."""
    return f"strict decoding error: {', '.join(texts)}"


def _strict_texts(repeats: tuple[str, ...], strict: list[str]) -> list[str]:
    if not repeats:
        return strict
    return [YAML_ERRORS + "\n".join(f"  {repeat}" for repeat in repeats), *strict]


def _warning_lines(text: str) -> list[str]:
    return text.removeprefix(YAML_ERRORS).split("\n")


def _cannot(given: GroupVersionKind, expected: GroupVersionKind, text: str) -> BadRequest:
    return BadRequest(
        f'{given[2]} in version "{given[1]}" cannot be handled as a {expected[2]}: {text}'
    )


# Reading the text


def _read(raw: Any, content_type: str, expected: GroupVersionKind) -> _Body:
    media = content_type.partition(";")[0].strip().lower() or JSON
    if raw is None:
        return _Body(raw, "")
    if media not in READ:
        raise UnsupportedMediaType(UNKNOWN_FORMAT)
    if isinstance(raw, dict | list):
        return _Body(raw, "")
    data = raw.encode() if isinstance(raw, str) else raw
    if media == JSON:
        return _read_json(data, expected)
    if media == YAML:
        return _read_yaml(data, expected)
    return _read_protobuf(data, expected)


def read_plain(raw: Any, content_type: str) -> Any:
    """The value of a body that is no object; BadRequest says only what is wrong with the text."""
    media = content_type.partition(";")[0].strip().lower() or JSON
    if media not in READ:
        raise UnsupportedMediaType(UNKNOWN_FORMAT)
    if not isinstance(raw, str | bytes):
        return raw
    try:
        if media == YAML:
            return first_document(raw).value
        return json_text.parse(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw)
    except json_text.JSONError as error:
        raise BadRequest(f"{NO_HEAD}{error}") from None
    except YAMLError as error:
        raise BadRequest(error.upstream) from None


def _read_json(data: bytes, expected: GroupVersionKind) -> _Body:
    try:
        return _Body(json_text.parse(data.decode("utf-8", "replace")), _summary(data))
    except json_text.JSONError as error:
        text = f"{NO_HEAD}{error}"
        raise _unrecognized(expected, text, _summary(data)) from None


def _read_yaml(data: bytes, expected: GroupVersionKind) -> _Body:
    try:
        document = first_document(data)
    except YAMLError as error:
        raise _unrecognized(expected, error.upstream, _summary(data)) from None
    repeats = tuple(repeat.upstream for repeat in document.repeats)
    return _Body(_sorted(document.value), _summary(data), repeats)


def _read_protobuf(data: bytes, expected: GroupVersionKind) -> _Body:
    if data.startswith(MAGIC):
        raise NotImplementedYet("kubelearn does not read protobuf bodies yet: send JSON or YAML")
    text = (
        "provided data does not appear to be a protobuf message, expected prefix "
        f"[{' '.join(str(byte) for byte in MAGIC)}]"
    )
    raise _unrecognized(expected, text, _summary(data))


def _sorted(value: Any) -> Any:
    """YAML is turned into JSON with sorted keys before it is decoded, which orders the errors."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _summary(data: bytes) -> str:
    if not data:
        return "<empty>"
    dots = " ..." if len(data) > SHOWN else ""
    beginning = data[:SHOWN]
    return (beginning.decode("utf-8", "replace") if data[:1] == b"{" else beginning.hex()) + dots


def _unrecognized(expected: GroupVersionKind, text: str, summary: str) -> BadRequest:
    return BadRequest(
        f"the object provided is unrecognized (must be of type {expected[2]}): {text} ({summary})"
    )


# Which kind it is


def _head(body: _Body, expected: GroupVersionKind) -> GroupVersionKind:
    """(group, version, kind) of the body; what it does not say is as expected."""
    value = body.value
    if value is not None and not isinstance(value, dict):
        text = f"json: cannot unmarshal {kind_of(value)} into Go value of type {HEAD}"
        raise _wrong_head(expected, text, body)
    head = {name: (value or {}).get(name) or "" for name in ("apiVersion", "kind")}
    for name, found in head.items():
        if not isinstance(found, str):
            text = (
                f"json: cannot unmarshal {kind_of(found)} into Go struct field .{name} of type "
                "string"
            )
            raise _wrong_head(expected, text, body)
    api_version, kind = head["apiVersion"], head["kind"]
    if api_version.count("/") > 1:
        raise _unrecognized(
            expected, f"unexpected GroupVersion string: {api_version}", body.summary
        )
    group, _, version = api_version.rpartition("/")
    if not version:
        group, version = group or expected[0], expected[1]
    return group, version, kind or expected[2]


def _wrong_head(expected: GroupVersionKind, text: str, body: _Body) -> BadRequest:
    whole = f"{NO_HEAD}{text}"
    return _unrecognized(expected, whole, body.summary)


def _registered(given: GroupVersionKind, expected: GroupVersionKind) -> None:
    """BadRequest if the server does not know the kind at all."""
    if given == expected or schema().type_for(*expected) is None:
        return
    problem = unregistered(given)
    if problem:
        raise _cannot(given, expected, problem)


def unregistered(given: GroupVersionKind) -> str:
    """What the server says to a built-in kind that it has never heard of; "" if it knows it."""
    kind, group_version = given[2], _group_version(given)
    if schema().type_for(*given) or kind in FORMER.get(group_version, ()):
        return ""
    return f'no kind "{kind}" is registered for version "{group_version}" in scheme "{SCHEME}"'


def _served(given: GroupVersionKind, expected: GroupVersionKind) -> GroupVersionKind:
    """The kind whose schema is used: former versions are read like the wanted one."""
    return given if schema().type_for(*given) else expected


def _convertible(given: GroupVersionKind, expected: GroupVersionKind) -> None:
    """BadRequest if the object is of another kind or version than the path asks for."""
    if given == expected:
        return
    if given[2] != expected[2]:
        if schema().type_for(*expected) is None:
            raise _cannot(given, expected, f"unexpected kind {given[2]}")
        internal = "core" if not expected[0] else expected[0].partition(".")[0]
        text = (
            f"converting ({given[1]}.{given[2]}) to ({internal}.{expected[2]}): unknown conversion"
        )
        raise _cannot(given, expected, text)
    data, wanted = _group_version(given), _group_version(expected)
    raise BadRequest(
        f"the API version in the data ({data}) does not match the expected API version ({wanted})"
    )


def _group_version(kind: GroupVersionKind) -> str:
    return f"{kind[0]}/{kind[1]}" if kind[0] else kind[1]
