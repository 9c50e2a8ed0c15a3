"""The downward API: fields of the pod and resources of a container, by name.

Source: `validateObjectFieldSelector`, `validateContainerResourceFieldSelector` in
`pkg/apis/core/validation/validation.go`; `pkg/apis/core/pods/helpers.go`; Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.quantity import canonical, parse
from kubelearn.api.validation import names
from kubelearn.api.validation.field import FieldError, child, invalid, not_supported, required

ENV_FIELD_PATHS: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
"""Fields for variables, beside single labels and annotations."""

VOLUME_FIELD_PATHS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
"""Fields that a file of a downwardAPI volume can hold."""

KNOWN_FIELD_PATHS: Final = frozenset(
    {
        *ENV_FIELD_PATHS,
        *VOLUME_FIELD_PATHS,
        "spec.restartPolicy",
        "spec.schedulerName",
        "status.phase",
    }
)
RESOURCE_FIELDS: Final = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
HUGE_PAGES: Final = ("limits.hugepages-", "requests.hugepages-")
CPU_DIVISORS: Final = ("1m", "1")
BYTE_DIVISORS: Final = (
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
)  # fmt: skip
DIVISORS: Final = {
    "cpu": (CPU_DIVISORS, "only divisor's values 1m and 1 are supported with the cpu resource"),
    "memory": (BYTE_DIVISORS, "memory"),
    "ephemeral-storage": (BYTE_DIVISORS, "local ephemeral storage"),
    "hugepages": (BYTE_DIVISORS, "hugepages"),
}


def split_subscript(field_path: str) -> tuple[str, str] | None:
    """`metadata.labels['a']` as (`metadata.labels`, `a`); None without a subscript."""
    if not field_path.endswith("']"):
        return None
    path, bracket, subscript = field_path[:-2].partition("['")
    return (path, subscript) if bracket and path else None


def validate_field_ref(reference: Object, allowed: tuple[str, ...], path: str) -> list[FieldError]:
    """A reference to a field of the pod, or to one of its labels or annotations."""
    for name in ("apiVersion", "fieldPath"):
        if not reference.get(name):
            return [required(child(path, name))]
    given = reference["fieldPath"]
    problem = _unknown(reference["apiVersion"], given)
    if problem:
        text = f"error converting fieldPath: {problem}"
        return [invalid(child(path, "fieldPath"), given, text)]
    parts = split_subscript(given)
    if parts is not None:
        return _subscripted(*parts, path)
    internal = "spec.nodeName" if given == "spec.host" else given
    if internal in allowed:
        return []
    return [not_supported(child(path, "fieldPath"), internal, sorted(allowed))]


def validate_resource_field_ref(reference: Object, path: str, *, volume: bool) -> list[FieldError]:
    """A reference to a limit or request; files of volumes must name the container."""
    resource = reference.get("resource") or ""
    errors: list[FieldError] = []
    if volume and not reference.get("containerName"):
        errors.append(required(child(path, "containerName")))
    elif not resource:
        errors.append(required(child(path, "resource")))
    elif resource not in RESOURCE_FIELDS and not resource.startswith(HUGE_PAGES):
        errors.append(not_supported(child(path, "resource"), resource, RESOURCE_FIELDS))
    return errors + _divisor(resource, reference.get("divisor"), child(path, "divisor"))


def _unknown(api_version: str, field_path: str) -> str:
    if api_version != "v1":
        return f"unsupported pod version: {api_version}"
    parts = split_subscript(field_path)
    if parts is not None:
        known = parts[0] in ("metadata.annotations", "metadata.labels")
        return "" if known else f"field label does not support subscript: {field_path}"
    if field_path in KNOWN_FIELD_PATHS or field_path == "spec.host":
        return ""
    return f"field label not supported: {field_path}"


def _subscripted(field_path: str, subscript: str, path: str) -> list[FieldError]:
    name = subscript.lower() if field_path == "metadata.annotations" else subscript
    return [invalid(path, name, message) for message in names.qualified_name(name)]


def _divisor(resource: str, divisor: str | int | None, path: str) -> list[FieldError]:
    if divisor is None or parse(str(divisor)).nano == 0:
        return []
    kind = "hugepages" if resource.startswith(HUGE_PAGES) else resource.partition(".")[2]
    if resource not in RESOURCE_FIELDS and kind != "hugepages":
        return []
    allowed, text = DIVISORS[kind]
    if canonical(str(divisor)) in allowed:
        return []
    if kind != "cpu":
        text = (
            f"only divisor's values {', '.join(BYTE_DIVISORS)} are supported with the "
            f"{text} resource"
        )
    return [invalid(path, resource, text)]
