"""Whether a label selector can be used, what it finds, and how Go prints it.

Source: `apimachinery/pkg/apis/meta/v1/helpers.go`, 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, ordered
from kubelearn.api.validation.labels import validate_label_selector


def is_empty(selector: Object | None) -> bool:
    """Whether the selector asks for nothing, so that it finds everything."""
    if selector is None:
        return False
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def is_broken(selector: Object | None) -> bool:
    """Whether the selector cannot be used at all."""
    return bool(validate_label_selector(selector, ""))


def selects(selector: Object | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a usable selector finds these labels; an absent selector finds nothing."""
    if selector is None:
        return False
    labels = labels or {}
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(name) != value for name, value in wanted.items()):
        return False
    return all(_holds(requirement, labels) for requirement in items(selector, "matchExpressions"))


def _holds(requirement: Object, labels: Mapping[str, str]) -> bool:
    key, operator = requirement["key"], requirement["operator"]
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    listed = labels.get(key) in items(requirement, "values")
    return listed if operator == "In" else not listed


def show_selector(selector: Object | None) -> Any:
    """A selector as Go prints it: fields in their order, labels sorted, empty parts left out."""
    if selector is None:
        return None
    shown: Object = {}
    if selector.get("matchLabels"):
        shown["matchLabels"] = ordered(selector["matchLabels"])
    if selector.get("matchExpressions"):
        shown["matchExpressions"] = [
            {
                "key": requirement.get("key", ""),
                "operator": requirement.get("operator", ""),
                **({"values": requirement["values"]} if requirement.get("values") else {}),
            }
            for requirement in selector["matchExpressions"]
        ]
    return shown
