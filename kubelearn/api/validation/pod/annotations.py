"""Annotations that mean something for pods.

Source: `ValidatePodSpecificAnnotations`, `ValidatePodSpecificAnnotationUpdates` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.

Unlike the real one: tolerations written into an annotation (before 1.6) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, forbidden, invalid, key
from kubelearn.api.validation.pod.profiles import (
    APPARMOR_CONTAINER,
    validate_profile_annotations,
)

MIRROR: Final = "kubernetes.io/config.mirror"
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"


def validate_pod_annotations(
    annotations: Mapping[str, str] | None, spec: Object, path: str
) -> list[FieldError]:
    """The annotations of a pod or of its template."""
    annotations = annotations or {}
    errors = []
    if MIRROR in annotations and not spec.get("nodeName"):
        text = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid(key(path, MIRROR), annotations[MIRROR], text))
    cost = annotations.get(DELETION_COST)
    if cost is not None and not is_deletion_cost(cost):
        errors.append(invalid(key(path, DELETION_COST), cost, "must be a 32bit integer"))
    return errors + validate_profile_annotations(annotations, spec, path)


def validate_annotation_update(
    new: Mapping[str, str] | None, old: Mapping[str, str] | None, path: str
) -> list[FieldError]:
    """AppArmor and mirror annotations stay as they were made."""
    new, old = new or {}, old or {}
    errors: list[FieldError] = []
    for name in sorted(old):
        if new.get(name) != old[name]:
            errors += _fixed(name, "remove or update", path)
    for name in sorted(new.keys() - old.keys()):
        errors += _fixed(name, "add", path)
    return errors


def is_deletion_cost(text: str) -> bool:
    """Whether a text is a 32-bit number without plus sign or leading zeros."""
    if not re.fullmatch("0|[1-9][0-9]*|-[0-9]+", text):
        return False
    return -(2**31) <= int(text) < 2**31


def _fixed(name: str, action: str, path: str) -> list[FieldError]:
    if name.startswith(APPARMOR_CONTAINER):
        plural = "AppArmor annotations"
        return [forbidden(key(path, name), f"may not {action} {plural}")]
    if name == MIRROR:
        return [forbidden(key(path, name), f"may not {action} mirror pod annotation")]
    return []
