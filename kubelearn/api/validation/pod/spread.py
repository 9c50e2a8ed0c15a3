"""Topology spread constraints.

Source: `validateTopologySpreadConstraints` in `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.pod.match_label_keys import validate_match_label_keys

ACTIONS: Final = ("DoNotSchedule", "ScheduleAnyway")
POLICIES: Final = ("Honor", "Ignore")


def validate_spread_constraints(constraints: Sequence[Object], path: str) -> list[FieldError]:
    """The `topologySpreadConstraints` of a pod."""
    errors: list[FieldError] = []
    for position, constraint in enumerate(constraints):
        place = index(path, position)
        errors += _constraint(constraint, place)
        errors += _repeated(constraint, constraints[position + 1 :], place)
        errors += _minimum_domains(constraint, child(place, "minDomains"))
        errors += _inclusion(constraint, place)
        selector = constraint.get("labelSelector")
        keys = constraint.get("matchLabelKeys") or ()
        errors += validate_match_label_keys(keys, (), selector, place)
        errors += validate_label_selector(selector, child(place, "labelSelector"))
    return errors


def _constraint(constraint: Object, path: str) -> list[FieldError]:
    errors = positive(constraint.get("maxSkew") or 0, child(path, "maxSkew"))
    if not constraint.get("topologyKey"):
        errors.append(required(child(path, "topologyKey"), "can not be empty"))
    action = constraint.get("whenUnsatisfiable") or ""
    if action not in ACTIONS:
        errors.append(not_supported(child(path, "whenUnsatisfiable"), action, ACTIONS))
    return errors


def _repeated(constraint: Object, rest: Sequence[Object], path: str) -> list[FieldError]:
    pair = _pair(constraint)
    if pair not in [_pair(other) for other in rest]:
        return []
    place = child(path, "{topologyKey, whenUnsatisfiable}")
    return [duplicate(place, "{" + ", ".join(pair) + "}")]


def _pair(constraint: Object) -> tuple[str, str]:
    return (constraint.get("topologyKey") or "", constraint.get("whenUnsatisfiable") or "")


def _minimum_domains(constraint: Object, path: str) -> list[FieldError]:
    domains = constraint.get("minDomains")
    if domains is None:
        return []
    errors = positive(domains, path)
    action = constraint.get("whenUnsatisfiable") or ""
    if action != "DoNotSchedule":
        text = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        errors.append(invalid(path, domains, text))
    return errors


def _inclusion(constraint: Object, path: str) -> list[FieldError]:
    return [
        not_supported(child(path, name), constraint[name], POLICIES)
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy")
        if constraint.get(name) is not None and constraint[name] not in POLICIES
    ]


def positive(value: int, path: str) -> list[FieldError]:
    """A number above zero."""
    return [] if value > 0 else [invalid(path, value, "must be greater than zero")]
