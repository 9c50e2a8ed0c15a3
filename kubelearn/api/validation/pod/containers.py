"""Containers of a pod: regular, init (with sidecars) and ephemeral ones.

Source: `validateContainerCommon`, `validateContainers`, `validateInitContainers`,
`validateEphemeralContainers` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.checks import choice
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    not_found,
    required,
)
from kubelearn.api.validation.pod.env import validate_env, validate_env_from
from kubelearn.api.validation.pod.handlers import validate_lifecycle, validate_probes
from kubelearn.api.validation.pod.mounts import validate_devices, validate_mounts
from kubelearn.api.validation.pod.options import SpecFacts
from kubelearn.api.validation.pod.ports import host_port_conflicts, validate_ports
from kubelearn.api.validation.pod.resources import validate_resize_policy, validate_resources
from kubelearn.api.validation.pod.restart_rules import (
    validate_init_restart_policy,
    validate_restart_rules,
)
from kubelearn.api.validation.pod.security import validate_security_context

MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
NOT_IN_INIT: Final = "may not be set for init containers without restartPolicy=Always"
NOT_EPHEMERAL: Final = "cannot be set for an Ephemeral Container"
SIDECAR_FIELDS: Final = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
EPHEMERAL_FIELDS: Final = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)
"""Fields that ephemeral containers may not have, in the order of the struct."""
SPACES: Final = "must not have leading or trailing whitespace"


def validate_containers(
    containers: Sequence[Object], facts: SpecFacts, path: str
) -> list[FieldError]:
    """The regular containers, of which there is at least one."""
    if not containers:
        return [required(path)]
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, container in enumerate(containers):
        place, name = index(path, position), container.get("name") or ""
        errors += _common(container, facts, place)
        if name in seen:
            errors.append(duplicate(child(place, "name"), name))
        seen.add(name)
        errors += validate_lifecycle(container, facts, place)
        errors += validate_probes(container, facts, place)
        errors += validate_restart_rules(container, place)
    return errors + host_port_conflicts(containers, path)


def validate_init_containers(
    containers: Sequence[Object], regular: Sequence[Object], facts: SpecFacts, path: str
) -> list[FieldError]:
    """The containers that run before the others; restartPolicy Always makes sidecars."""
    seen = {container.get("name") or "" for container in regular}
    errors: list[FieldError] = []
    for position, container in enumerate(containers):
        place, name = index(path, position), container.get("name") or ""
        errors += _common(container, facts, place)
        errors += validate_init_restart_policy(container, place)
        if name in seen:
            errors.append(duplicate(child(place, "name"), name))
        elif name:
            seen.add(name)
        errors += host_port_conflicts([container], path)
        if container.get("restartPolicy") == "Always":
            errors += validate_lifecycle(container, facts, place)
            errors += validate_probes(container, facts, place)
        else:
            errors += _not_a_sidecar(container, place)
    return errors


def validate_ephemeral_containers(spec: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    """The containers that were added to a running pod for debugging."""
    others = {
        container.get("name") or ""
        for kind in ("containers", "initContainers")
        for container in spec.get(kind) or ()
    }
    seen = set(others)
    errors: list[FieldError] = []
    for position, container in enumerate(spec.get("ephemeralContainers") or ()):
        place, name = index(path, position), container.get("name") or ""
        errors += _common(container, facts, place) + validate_image_spaces(container, place)
        if name in seen:
            errors.append(duplicate(child(place, "name"), name))
        seen.add(name)
        target = container.get("targetContainerName")
        if target and target not in others:
            errors.append(not_found(child(place, "targetContainerName"), target))
        errors += _only_for_debugging(container, place)
    return errors


def validate_image_spaces(container: Object, path: str) -> list[FieldError]:
    """A pod's image has no spaces around it; a template's may."""
    image = container.get("image") or ""
    return [invalid(child(path, "image"), image, SPACES)] if image.strip() != image else []


def _common(container: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    errors = _identity(container, path)
    errors += validate_ports(container.get("ports") or (), child(path, "ports"))
    errors += validate_env(container.get("env") or (), child(path, "env"))
    errors += validate_env_from(container.get("envFrom") or (), child(path, "envFrom"))
    errors += validate_mounts(container, facts.volumes, child(path, "volumeMounts"))
    errors += validate_devices(container, facts.volumes, child(path, "volumeDevices"))
    policy = container.get("imagePullPolicy")
    errors += choice(policy, child(path, "imagePullPolicy"), PULL_POLICIES)
    errors += validate_resources(container.get("resources"), facts.claims, child(path, "resources"))
    errors += validate_resize_policy(
        container.get("resizePolicy") or (), facts.restart_policy, child(path, "resizePolicy")
    )
    return errors + validate_security_context(
        container.get("securityContext"), facts, child(path, "securityContext")
    )


def _identity(container: Object, path: str) -> list[FieldError]:
    name, place = container.get("name") or "", child(path, "name")
    if name:
        errors = [invalid(place, name, message) for message in names.dns1123_label(name)]
    else:
        errors = [required(place)]
    if not container.get("image"):
        errors.append(required(child(path, "image")))
    policy = container.get("terminationMessagePolicy")
    return errors + choice(policy, child(path, "terminationMessagePolicy"), MESSAGE_POLICIES)


def _not_a_sidecar(container: Object, path: str) -> list[FieldError]:
    errors = [
        forbidden(child(path, name), NOT_IN_INIT)
        for name in SIDECAR_FIELDS
        if container.get(name) is not None
    ]
    text = "must not be set to 'RestartContainer' for non-sidecar initContainers"
    for position, policy in enumerate(container.get("resizePolicy") or ()):
        if policy.get("restartPolicy") == "RestartContainer":
            place = child(index(child(path, "resizePolicy"), position), "restartPolicy")
            errors.append(invalid(place, "RestartContainer", text))
    return errors


def _only_for_debugging(container: Object, path: str) -> list[FieldError]:
    errors = [
        forbidden(child(path, name), NOT_EPHEMERAL)
        for name in EPHEMERAL_FIELDS
        if container.get(name)
    ]
    for position, mount in enumerate(container.get("volumeMounts") or ()):
        place = index(child(path, "volumeMounts"), position)
        errors += [
            forbidden(child(place, name), NOT_EPHEMERAL)
            for name in ("subPath", "subPathExpr")
            if mount.get(name)
        ]
    return errors
