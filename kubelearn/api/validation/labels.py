"""Labels, annotations and label selectors.

Source: `apimachinery/pkg/apis/meta/v1/validation/validation.go` and
`apimachinery/pkg/api/validation/objectmeta.go`, Kubernetes 1.36. Where the real server walks a Go
map in random order, keys are taken in alphabetical order here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    required,
    too_long,
)

ANNOTATIONS_SIZE: Final = 256 * 1024
"""Bytes that all annotations of an object may have together."""


def validate_label_name(name: str, path: str) -> list[FieldError]:
    """The key of a label."""
    return [invalid(path, name, message) for message in names.label_key(name)]


@lru_cache(maxsize=4096)
def _is_right(name: str, value: str) -> bool:
    # The same few labels come by again and again.
    return not names.label_key(name) and not names.label_value(value)


def validate_labels(labels: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Keys and values of labels."""
    errors: list[FieldError] = []
    for name, value in sorted((labels or {}).items()):
        if _is_right(name, value):
            continue
        errors += validate_label_name(name, path)
        errors += [invalid(path, value, message) for message in names.label_value(value)]
    return errors


def validate_annotations(annotations: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Keys of annotations (upper case is allowed) and their total size."""
    annotations = annotations or {}
    errors = [
        invalid(path, name, message)
        for name in sorted(annotations)
        for message in names.label_key(name.lower())
    ]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in annotations.items())
    return [*errors, too_long(path, "", ANNOTATIONS_SIZE)] if size > ANNOTATIONS_SIZE else errors


def validate_label_selector(selector: Mapping[str, Any] | None, path: str) -> list[FieldError]:
    """A LabelSelector: its `matchLabels`, then its `matchExpressions`."""
    if selector is None:
        return []
    errors = validate_labels(selector.get("matchLabels"), child(path, "matchLabels"))
    expressions = child(path, "matchExpressions")
    for position, requirement in enumerate(selector.get("matchExpressions") or ()):
        errors += _requirement(requirement, index(expressions, position))
    return errors


def validate_set_values(operator: str, values: Sequence[str], path: str) -> list[FieldError] | None:
    """Whether the number of values fits a set operator; None for any other operator."""
    if operator in ("In", "NotIn"):
        text = "must be specified when `operator` is 'In' or 'NotIn'"
        return [] if values else [required(path, text)]
    if operator in ("Exists", "DoesNotExist"):
        text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [forbidden(path, text)] if values else []
    return None


def validate_label_values(values: Sequence[str], path: str) -> list[FieldError]:
    """Each of a list of label values."""
    return [
        invalid(index(path, position), value, message)
        for position, value in enumerate(values)
        for message in names.label_value(value)
    ]


def _requirement(requirement: Mapping[str, Any], path: str) -> list[FieldError]:
    operator = requirement.get("operator") or ""
    values = requirement.get("values") or []
    errors = validate_set_values(operator, values, child(path, "values"))
    if errors is None:
        errors = [invalid(child(path, "operator"), operator, "not a valid selector operator")]
    return [
        *errors,
        *validate_label_name(requirement.get("key") or "", child(path, "key")),
        *validate_label_values(values, child(path, "values")),
    ]
