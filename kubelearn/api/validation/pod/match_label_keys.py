"""`matchLabelKeys` and `mismatchLabelKeys` of affinity and spread constraints.

When a pod is created, the values of these labels are merged into the term's label selector (see
`kubelearn.api.defaults.match_label_keys`). So a key that is there twice afterwards was given in
both places.

Source: `ValidateMatchLabelKeysAndMismatchLabelKeys` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.validation.field import FieldError, child, forbidden, index, invalid
from kubelearn.api.validation.labels import validate_label_name


def validate_match_label_keys(
    match: Sequence[str],
    mismatch: Sequence[str],
    selector: Mapping[str, Any] | None,
    path: str,
) -> list[FieldError]:
    """Keys that are label names, in one list only, and not in the selector as well."""
    errors = _keys(match, selector, child(path, "matchLabelKeys"))
    errors += _keys(mismatch, selector, child(path, "mismatchLabelKeys"))
    if selector is not None:
        errors += _in_selector(match, selector, path)
    text = "exists in both matchLabelKeys and mismatchLabelKeys"
    for position, name in enumerate(match):
        if name in mismatch:
            errors.append(invalid(index(child(path, "matchLabelKeys"), position), name, text))
    return errors


def _keys(given: Sequence[str], selector: Mapping[str, Any] | None, path: str) -> list[FieldError]:
    if not given:
        return []
    if selector is None:
        return [forbidden(path, "must not be specified when labelSelector is not set")]
    errors: list[FieldError] = []
    for position, name in enumerate(given):
        errors += validate_label_name(name, index(path, position))
    return errors


def _in_selector(match: Sequence[str], selector: Mapping[str, Any], path: str) -> list[FieldError]:
    places = {name: position for position, name in enumerate(match)}
    seen = set(selector.get("matchLabels") or ())
    errors: list[FieldError] = []
    for expression in selector.get("matchExpressions") or ():
        name = expression.get("key") or ""
        if name in places and name in seen:
            text = "exists in both matchLabelKeys and labelSelector"
            errors.append(invalid(index(path, places[name]), name, text))
        seen.add(name)
    return errors
