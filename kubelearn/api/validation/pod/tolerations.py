"""Tolerations of pods.

Source: `ValidateTolerations` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
)
from kubelearn.api.validation.labels import validate_label_name

OPERATORS: Final = ("Equal", "Exists")
COMPARISONS: Final = ("Lt", "Gt")
"""Operators behind the gate TaintTolerationComparisonOperators (off)."""
EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
KEYLESS: Final = (
    'operator must be Exists when `key` is empty, which means "match all values and all keys"'
)


def validate_tolerations(tolerations: Sequence[Object], path: str) -> list[FieldError]:
    """A pod's tolerations."""
    errors: list[FieldError] = []
    for position, toleration in enumerate(tolerations):
        errors += _toleration(toleration, index(path, position))
    return errors


def validate_only_added(
    new: Sequence[Object], old: Sequence[Object], path: str
) -> list[FieldError]:
    """Existing tolerations stay as they are, but for their `tolerationSeconds`."""
    kept = [_without_seconds(toleration) for toleration in new]
    if any(_without_seconds(toleration) not in kept for toleration in old):
        text = "existing toleration can not be modified except its tolerationSeconds"
        return [forbidden(path, text)]
    return validate_tolerations(new, path)


def _without_seconds(toleration: Object) -> Object:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}


def _toleration(toleration: Object, path: str) -> list[FieldError]:
    name, operator = toleration.get("key") or "", toleration.get("operator") or ""
    effect = toleration.get("effect") or ""
    errors = validate_label_name(name, child(path, "key")) if name else []
    if not name and operator != "Exists":
        errors.append(invalid(child(path, "operator"), operator, KEYLESS))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        text = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(invalid(child(path, "effect"), effect, text))
    errors += _operator(operator, toleration.get("value") or "", child(path, "operator"))
    if effect and effect not in EFFECTS:
        errors.append(not_supported(child(path, "effect"), effect, EFFECTS))
    return errors


def _operator(operator: str, value: str, path: str) -> list[FieldError]:
    if operator in ("Equal", ""):
        messages = names.label_value(value)
        return [invalid(path, value, ";".join(messages))] if messages else []
    if operator == "Exists":
        text = "value must be empty when `operator` is 'Exists'"
        return [invalid(path, value, text)] if value else []
    allowed = OPERATORS + COMPARISONS if operator in COMPARISONS else OPERATORS
    return [not_supported(path, operator, allowed)]
