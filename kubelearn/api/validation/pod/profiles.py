"""Seccomp and AppArmor profiles: fields, old annotations, and both together.

Source: `validateSeccompProfileField`, `ValidateAppArmorProfileField` and the annotation rules of
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    key,
    not_supported,
    quote,
    required,
    too_long,
)
from kubelearn.api.validation.pod.file_paths import local_descending_path
from kubelearn.api.validation.pod.internal import PROFILE, internal
from kubelearn.api.validation.pod.visit import containers_with_path

PROFILE_TYPES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
APPARMOR_LENGTH: Final = 4095
SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
APPARMOR_CONTAINER: Final = "container.apparmor.security.beta.kubernetes.io/"
ANNOTATED_SECCOMP: Final = {
    "Unconfined": ("unconfined",),
    "RuntimeDefault": ("runtime/default", "docker/default"),
}
ANNOTATED_APPARMOR: Final = {"Unconfined": ("unconfined",), "RuntimeDefault": ("runtime/default",)}


def validate_seccomp(profile: Object | None, path: str) -> list[FieldError]:
    """A `seccompProfile`."""
    if profile is None:
        return []
    kind, file = profile.get("type") or "", profile.get("localhostProfile")
    errors = _type(kind, "type is required when seccompProfile is set", child(path, "type"))
    place = child(path, "localhostProfile")
    if kind != "Localhost":
        if file is not None:
            text = "can only be set when seccomp type is Localhost"
            errors.append(invalid(place, internal(profile, PROFILE), text))
        return errors
    if file is None:
        return [*errors, required(place, "must be set when seccomp type is Localhost")]
    return errors + local_descending_path(file, place)


def validate_apparmor(profile: Object | None, path: str) -> list[FieldError]:
    """An `appArmorProfile`."""
    if profile is None:
        return []
    kind, name = profile.get("type") or "", profile.get("localhostProfile")
    place = child(path, "localhostProfile")
    if kind == "Localhost":
        return _local_apparmor(name, place)
    errors = _type(kind, "type is required when appArmorProfile is set", child(path, "type"))
    if not errors and name is not None:
        text = "can only be set when AppArmor type is Localhost"
        errors.append(invalid(place, name, text))
    return errors


def validate_profile_annotations(
    annotations: Mapping[str, str], spec: Object, path: str
) -> list[FieldError]:
    """The annotations that named profiles before there were fields."""
    errors: list[FieldError] = []
    if SECCOMP_POD in annotations:
        errors += _seccomp_text(annotations[SECCOMP_POD], child(path, SECCOMP_POD))
    for name, value in sorted(annotations.items()):
        if name.startswith(SECCOMP_CONTAINER):
            errors += _seccomp_text(value, child(path, name))
    known = {container.get("name") for container, _ in containers_with_path(spec, "")}
    for name, value in sorted(annotations.items()):
        if name.startswith(APPARMOR_CONTAINER):
            container = name.removeprefix(APPARMOR_CONTAINER)
            if container not in known:
                errors.append(invalid(key(path, name), container, "container not found"))
            errors += _apparmor_text(value, key(path, name))
    return errors


def validate_profiles_match(
    annotations: Mapping[str, str], spec: Object, path: str
) -> list[FieldError]:
    """Annotation and field, where both are given, name the same profile."""
    errors: list[FieldError] = []
    pod_seccomp = get_path(spec, "securityContext", "seccompProfile")
    place = child(path, "securityContext", "seccompProfile")
    errors += _match(annotations.get(SECCOMP_POD), pod_seccomp, "seccomp", place)
    for container, where in containers_with_path(spec, path):
        profile = get_path(container, "securityContext", "seccompProfile")
        annotation = annotations.get(SECCOMP_CONTAINER + container.get("name", ""))
        place = child(where, "securityContext", "seccompProfile")
        errors += _match(annotation, profile, "seccomp", place)
    if get_path(spec, "os", "name") == "windows":
        return errors
    pod_apparmor = get_path(spec, "securityContext", "appArmorProfile")
    for container, where in containers_with_path(spec, path):
        profile = get_path(container, "securityContext", "appArmorProfile", default=pod_apparmor)
        annotation = annotations.get(APPARMOR_CONTAINER + container.get("name", ""))
        place = child(where, "securityContext", "appArmorProfile")
        errors += _match(annotation, profile, "apparmor", place)
    return errors


def _type(kind: str, missing: str, path: str) -> list[FieldError]:
    if not kind:
        return [required(path, missing)]
    return [] if kind in PROFILE_TYPES else [not_supported(path, kind, PROFILE_TYPES)]


def _local_apparmor(name: str | None, path: str) -> list[FieldError]:
    missing = "must be set when AppArmor type is Localhost"
    if not name:
        return [required(path, missing)]
    errors = []
    if name.strip() != name:
        errors.append(invalid(path, name, "must not be padded with whitespace"))
    if len(name.encode()) > APPARMOR_LENGTH:
        errors.append(too_long(path, "", APPARMOR_LENGTH))
    return errors


def _seccomp_text(value: str, path: str) -> list[FieldError]:
    if value in ("runtime/default", "docker/default", "unconfined"):
        return []
    if value.startswith("localhost/"):
        return local_descending_path(value.removeprefix("localhost/"), path)
    return [invalid(path, value, "must be a valid seccomp profile")]


def _apparmor_text(value: str, path: str) -> list[FieldError]:
    if value in ("", "runtime/default", "unconfined") or value.startswith("localhost/"):
        return []
    return [invalid(path, value, f"invalid AppArmor profile name: {quote(value)}")]


def _match(
    annotation: str | None, profile: Object | None, kind: str, path: str
) -> list[FieldError]:
    if annotation is None or profile is None:
        return []
    allowed = (ANNOTATED_SECCOMP if kind == "seccomp" else ANNOTATED_APPARMOR).get(
        profile.get("type", "")
    )
    different = [forbidden(child(path, "type"), f"{kind} type in annotation and field must match")]
    if allowed is not None:
        return [] if annotation in allowed else different
    if profile.get("type") != "Localhost":
        return []
    if not annotation.startswith("localhost/"):
        return different
    if annotation.removeprefix("localhost/") == profile.get("localhostProfile"):
        return []
    text = f"{kind} profile in annotation and field must match"
    return [forbidden(child(path, "localhostProfile"), text)]
