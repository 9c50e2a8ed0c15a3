"""What the API server warns of, although it takes the pod (`Warning: 299`).

Source: `pkg/api/pod/warnings.go`, `pkg/api/node/util.go`, `pkg/registry/core/pod/strategy.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.quantity import canonical
from kubelearn.api.validation import names
from kubelearn.api.validation.amounts import thousandths
from kubelearn.api.validation.field import child, index, key, quote
from kubelearn.api.validation.pod.port_warnings import port_warnings
from kubelearn.api.validation.pod.profiles import (
    APPARMOR_CONTAINER,
    SECCOMP_CONTAINER,
    SECCOMP_POD,
)
from kubelearn.api.validation.pod.visit import containers_with_path
from kubelearn.api.validation.pod.volume_warnings import volume_warnings

NODE_LABELS: Final = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": (
        'deprecated since v1.17; use "topology.kubernetes.io/region" instead'
    ),
    "failure-domain.beta.kubernetes.io/zone": (
        'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
    ),
    "beta.kubernetes.io/instance-type": (
        'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'
    ),
}
"""Labels of nodes that have newer names."""
ANNOTATIONS: Final = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": (
        'non-functional in v1.11+; use the "sysctls" field instead'
    ),
    "security.alpha.kubernetes.io/unsafe-sysctls": (
        'non-functional in v1.11+; use the "sysctls" field instead'
    ),
}
"""Annotations that do nothing any more."""
SECCOMP_TEXT: Final = 'non-functional in v1.27+; use the "seccompProfile" field instead'
APPARMOR_TEXT: Final = 'deprecated since v1.30; use the "appArmorProfile" field instead'
GRACE_TEXT: Final = "must be >= 0; negative values are invalid and will be treated as 1"
HOSTNAME_TEXT: Final = (
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; "
    "a DNS label is recommended:"
)
NULL_SELECTOR: Final = "a null labelSelector results in matching no pod"
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
BYTES: Final = ("memory", "ephemeral-storage")


def pod_create_warnings(pod: Object) -> list[str]:
    """Everything to warn of when a pod is created."""
    name = get_path(pod, "metadata", "name", default="")
    messages = names.dns1123_label(name) if name else []
    hostname = [f"{HOSTNAME_TEXT} [{' '.join(messages)}]"] if messages else []
    return hostname + pod_warnings(pod)


def pod_warnings(pod: Object, path: str = "") -> list[str]:
    """What to warn of in a pod (path "") or in a template (path `spec.template`)."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    annotations, place = metadata.get("annotations") or {}, child(path, "spec")
    return [
        *_node_labels(spec, place),
        *_spread(spec, place),
        *_old_annotations(annotations, child(path, "metadata", "annotations")),
        *volume_warnings(spec, place),
        *_twice(spec, "hostAliases", "ip", "duplicate ip", place),
        *_twice(spec, "imagePullSecrets", "name", "duplicate name", place),
        *_nameless_secrets(spec, place),
        *_fractions(spec.get("overhead"), child(place, "overhead")),
        *_containers(spec, annotations, path),
        *port_warnings(spec, place),
        *_grace(spec, place),
        *_null_selectors(spec, place),
    ]


def _node_labels(spec: Object, path: str) -> Iterator[str]:
    for name in sorted(spec.get("nodeSelector") or ()):
        if name in NODE_LABELS:
            yield f"{key(child(path, 'nodeSelector'), name)}: {NODE_LABELS[name]}"
    affinity = get_path(spec, "affinity", "nodeAffinity", default={})
    place = child(path, "affinity", "nodeAffinity")
    terms = get_path(affinity, REQUIRED, "nodeSelectorTerms") or ()
    for position, term in enumerate(terms):
        yield from _term(term, index(child(place, REQUIRED, "nodeSelectorTerms"), position))
    for position, preferred in enumerate(affinity.get(PREFERRED) or ()):
        term = preferred.get("preference") or {}
        where = child(index(child(place, PREFERRED), position), "preference")
        yield from _term(term, where, values=True)


def _term(term: Object, path: str, *, values: bool = False) -> Iterator[str]:
    for position, expression in enumerate(term.get("matchExpressions") or ()):
        place, name = index(child(path, "matchExpressions"), position), expression.get("key") or ""
        if name in NODE_LABELS:
            yield f"{child(place, 'key')}: {name} is {NODE_LABELS[name]}"
        for number, value in enumerate(expression.get("values") or () if values else ()):
            for message in names.label_value(value):
                yield f"{index(child(place, 'values'), number)}: {message}"


def _spread(spec: Object, path: str) -> Iterator[str]:
    for position, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        place = index(child(path, "topologySpreadConstraints"), position)
        name = constraint.get("topologyKey") or ""
        if name in NODE_LABELS:
            yield f"{child(place, 'topologyKey')}: {name} is {NODE_LABELS[name]}"
        if constraint.get("labelSelector") is None:
            yield f"{child(place, 'labelSelector')}: {NULL_SELECTOR}"


def _old_annotations(annotations: Object, path: str) -> Iterator[str]:
    for name, text in ANNOTATIONS.items():
        if name in annotations:
            yield f"{key(path, name)}: {text}"


def _twice(spec: Object, kind: str, name: str, text: str, path: str) -> Iterator[str]:
    seen: set[Any] = set()
    for position, item in enumerate(spec.get(kind) or ()):
        value = item.get(name) or ""
        if value in seen:
            place = child(index(child(path, kind), position), name)
            yield f"{place}: {text} {quote(value)}"
        seen.add(value)


def _nameless_secrets(spec: Object, path: str) -> Iterator[str]:
    for position, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            place = child(index(child(path, "imagePullSecrets"), position), "name")
            yield f'{place}: invalid empty name ""'


def _fractions(amounts: Object | None, path: str, wanted: tuple[str, ...] = BYTES) -> Iterator[str]:
    for name in wanted:
        amount = (amounts or {}).get(name)
        if amount is not None and thousandths(str(amount)) % 1000:
            shown = quote(canonical(str(amount)))
            yield f"{key(path, name)}: fractional byte value {shown} is invalid, must be an integer"


def _containers(spec: Object, annotations: Object, path: str) -> Iterator[str]:
    pod_profile = get_path(spec, "securityContext", "seccompProfile")
    if pod_profile is None and SECCOMP_POD in annotations:
        yield f"{key(child(path, 'metadata', 'annotations'), SECCOMP_POD)}: {SECCOMP_TEXT}"
    for container, place in containers_with_path(spec, child(path, "spec")):
        if annotations:
            yield from _profiles(container, spec, annotations, path)
        resources = container.get("resources") or {}
        for name in BYTES:
            for kind in ("limits", "requests"):
                where = child(place, "resources", kind)
                yield from _fractions(resources.get(kind), where, (name,))
        yield from _hidden_variables(container, child(place, "env"))


def _profiles(container: Object, spec: Object, annotations: Object, path: str) -> Iterator[str]:
    place, name = child(path, "metadata", "annotations"), container.get("name") or ""
    seccomp = SECCOMP_CONTAINER + name
    if seccomp in annotations and not get_path(container, "securityContext", "seccompProfile"):
        yield f"{key(place, seccomp)}: {SECCOMP_TEXT}"
    apparmor = APPARMOR_CONTAINER + name
    if not path or apparmor not in annotations:
        return
    if not any(get_path(each, "securityContext", "appArmorProfile") for each in (spec, container)):
        yield f"{key(place, apparmor)}: {APPARMOR_TEXT}"


def _hidden_variables(container: Object, path: str) -> Iterator[str]:
    seen: set[str] = set()
    for position, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name") or "", variable.get("value") or ""
        reference = f"$({name})"
        hides = variable.get("valueFrom") is not None or value == reference
        if name in seen and (hides or reference not in value):
            text = f"hides previous definition of {quote(name)}"
            yield f"{index(path, position)}: {text}, which may be dropped when using apply"
        seen.add(name)


def _grace(spec: Object, path: str) -> Iterator[str]:
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{child(path, 'terminationGracePeriodSeconds')}: {GRACE_TEXT}"


def _null_selectors(spec: Object, path: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = get_path(spec, "affinity", kind) or {}
        place = child(path, "affinity", kind)
        for position, term in enumerate(affinity.get(REQUIRED) or ()):
            if term.get("labelSelector") is None:
                where = child(index(child(place, REQUIRED), position), "labelSelector")
                yield f"{where}: {NULL_SELECTOR}"
        for position, preferred in enumerate(affinity.get(PREFERRED) or ()):
            if get_path(preferred, "podAffinityTerm", "labelSelector") is None:
                where = index(child(place, PREFERRED), position)
                yield f"{child(where, 'podAffinityTerm', 'labelSelector')}: {NULL_SELECTOR}"
