"""Changes of a running pod's resources through `/resize`.

Source: `ValidatePodResize` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.

Unlike the real one: resources of the pod as a whole cannot be resized.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.qos import qos_class
from kubelearn.api.validation.checks import same
from kubelearn.api.validation.field import FieldError, child, forbidden, index, invalid
from kubelearn.api.validation.meta import validate_meta_update
from kubelearn.api.validation.pod.annotations import MIRROR
from kubelearn.api.validation.pod.create import POD_OPTIONS, validate_metadata_and_spec
from kubelearn.api.validation.pod.options import PodOptions

RESIZABLE: Final = ("cpu", "memory")
POD_LEVEL: Final = "pods with pod-level resources cannot be resized"
ONLY: Final = "only cpu and memory resources are mutable"
ONLY_SIDECARS: Final = "only cpu and memory resources for sidecar containers are mutable"
NOT_INIT: Final = "resources for non-sidecar init containers are immutable"
OTHER_QOS: Final = "Pod QOS Class may not change as a result of resizing"


def validate_pod_resize(
    new: Object, old: Object, options: PodOptions = POD_OPTIONS
) -> list[FieldError]:
    """A pod whose containers have other requests or limits of cpu or memory."""
    refused = _not_resizable(new, old)
    if refused:
        return [forbidden("", refused)]
    errors = validate_meta_update(new, old) + validate_metadata_and_spec(new, options)
    spec, before = new["spec"], old["spec"]
    if qos_class(new) != qos_class(old):
        errors.append(invalid("spec", get_path(new, "status", "qosClass", default=""), OTHER_QOS))
    order = _same_containers(spec, before)
    if order:
        return errors + order
    errors += _removed(spec, before) + _other_changes(spec, before)
    if errors:
        return errors
    rest = {**spec, **{name: before.get(name) for name in ("containers", "initContainers")}}
    return [] if same(rest, before) else [forbidden("spec", ONLY)]


def _not_resizable(new: Object, old: Object) -> str:
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return "static pods cannot be resized"
    if get_path(old, "spec", "os", "name") == "windows":
        return "windows pods cannot be resized"
    if get_path(old, "spec", "resources") or get_path(new, "spec", "resources"):
        return POD_LEVEL
    return ""


def _same_containers(spec: Object, before: Object) -> list[FieldError]:
    errors = []
    for kind in ("containers", "initContainers"):
        now, was = spec.get(kind) or [], before.get(kind) or []
        path = child("spec", kind)
        if len(now) != len(was):
            errors.append(forbidden(path, f"{kind} may not be added or removed on resize"))
            continue
        for position, (one, other) in enumerate(zip(now, was, strict=True)):
            if one.get("name") != other.get("name"):
                text = f"{kind} may not be renamed or reordered on resize"
                errors.append(forbidden(child(index(path, position), "name"), text))
    return errors


def _removed(spec: Object, before: Object) -> list[FieldError]:
    errors: list[FieldError] = []
    for kind in ("initContainers", "containers"):
        for position, container in enumerate(before.get(kind) or ()):
            if kind == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            place = child(index(child("spec", kind), position), "resources")
            now = spec[kind][position].get("resources") or {}
            was = container.get("resources") or {}
            for part in ("requests", "limits"):
                if (was.get(part) or {}).keys() - (now.get(part) or {}).keys():
                    text = f"resource {part} cannot be removed"
                    errors.append(forbidden(child(place, part), text))
    return errors


def _other_changes(spec: Object, before: Object) -> list[FieldError]:
    errors = []
    for now, was in _pairs(spec, before, "containers"):
        if not same(_with_old_amounts(now, was), was):
            errors.append(forbidden("spec", ONLY))
    for now, was in _pairs(spec, before, "initContainers"):
        if was.get("restartPolicy") == "Always":
            if not same(_with_old_amounts(now, was), was):
                errors.append(forbidden("spec", ONLY_SIDECARS))
        elif not same(now, was):
            errors.append(forbidden("spec", NOT_INIT))
    return errors


def _pairs(spec: Object, before: Object, kind: str) -> list[tuple[Object, Object]]:
    return list(zip(spec.get(kind) or [], before.get(kind) or [], strict=True))


def _with_old_amounts(container: Object, was: Object) -> Object:
    now, old = container.get("resources") or {}, was.get("resources") or {}
    resources: dict[str, Any] = {**now}
    for part in ("requests", "limits"):
        amounts = {**(now.get(part) or {})}
        for name in RESIZABLE:
            amounts.pop(name, None)
            if name in (old.get(part) or {}):
                amounts[name] = old[part][name]
        resources[part] = amounts
    return {**container, "resources": resources}
