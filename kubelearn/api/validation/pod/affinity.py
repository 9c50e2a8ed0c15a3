"""Node affinity, pod affinity and anti-affinity.

Source: `validateAffinity` and what it calls in `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import FieldError, child, index, invalid, required
from kubelearn.api.validation.labels import (
    validate_label_name,
    validate_label_selector,
    validate_label_values,
    validate_set_values,
)
from kubelearn.api.validation.pod.match_label_keys import validate_match_label_keys

REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
WEIGHT_TEXT: Final = "must be in the range 1-100"
OPERATOR_TEXT: Final = "not a valid selector operator"


def validate_affinity(affinity: Object | None, path: str) -> list[FieldError]:
    """The `affinity` of a pod."""
    affinity = affinity or {}
    errors: list[FieldError] = []
    if affinity.get("nodeAffinity") is not None:
        errors += _node_affinity(affinity["nodeAffinity"], child(path, "nodeAffinity"))
    for kind in ("podAffinity", "podAntiAffinity"):
        if affinity.get(kind) is not None:
            errors += _pod_affinity(affinity[kind], child(path, kind))
    return errors


def validate_node_selector(selector: Object, path: str) -> list[FieldError]:
    """A NodeSelector: at least one term."""
    terms = selector.get("nodeSelectorTerms") or []
    place = child(path, "nodeSelectorTerms")
    if not terms:
        return [required(place, "must have at least one node selector term")]
    errors: list[FieldError] = []
    for position, term in enumerate(terms):
        errors += _term(term, index(place, position), strict=True)
    return errors


def _node_affinity(affinity: Object, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if affinity.get(REQUIRED) is not None:
        errors += validate_node_selector(affinity[REQUIRED], child(path, REQUIRED))
    for position, preferred in enumerate(affinity.get(PREFERRED) or ()):
        place = index(child(path, PREFERRED), position)
        errors += _weight(preferred, place)
        # Wrong label values are let through here: they only make a node less preferred.
        term = preferred.get("preference") or {}
        errors += _term(term, child(place, "preference"), strict=False)
    return errors


def _term(term: Object, path: str, *, strict: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, requirement in enumerate(term.get("matchExpressions") or ()):
        place = index(child(path, "matchExpressions"), position)
        errors += _requirement(requirement, place, strict=strict)
    for position, requirement in enumerate(term.get("matchFields") or ()):
        errors += _field_requirement(requirement, index(child(path, "matchFields"), position))
    return errors


def _requirement(requirement: Object, path: str, *, strict: bool) -> list[FieldError]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    errors = validate_set_values(operator, values, child(path, "values"))
    if errors is None:
        errors = _comparison(operator, values, path)
    errors = errors + validate_label_name(requirement.get("key") or "", child(path, "key"))
    return errors + validate_label_values(values, child(path, "values")) if strict else errors


def _comparison(operator: str, values: Sequence[str], path: str) -> list[FieldError]:
    if operator not in ("Gt", "Lt"):
        return [invalid(child(path, "operator"), operator, OPERATOR_TEXT)]
    text = "must be specified single value when `operator` is 'Lt' or 'Gt'"
    return [] if len(values) == 1 else [required(child(path, "values"), text)]


def _field_requirement(requirement: Object, path: str) -> list[FieldError]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    errors: list[FieldError] = []
    if operator not in ("In", "NotIn"):
        errors.append(invalid(child(path, "operator"), operator, OPERATOR_TEXT))
    elif len(values) != 1:
        text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(required(child(path, "values"), text))
    name = requirement.get("key") or ""
    if name != "metadata.name":
        return [*errors, invalid(child(path, "key"), name, "not a valid field selector key")]
    for position, value in enumerate(values):
        place = index(child(path, "values"), position)
        errors += [invalid(place, value, text) for text in names.name_is_dns_subdomain(value)]
    return errors


def _pod_affinity(affinity: Object, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, term in enumerate(affinity.get(REQUIRED) or ()):
        errors += _pod_term(term, index(child(path, REQUIRED), position))
    for position, preferred in enumerate(affinity.get(PREFERRED) or ()):
        place = index(child(path, PREFERRED), position)
        errors += _weight(preferred, place)
        errors += _pod_term(preferred.get("podAffinityTerm") or {}, child(place, "podAffinityTerm"))
    return errors


def _weight(preferred: Object, path: str) -> list[FieldError]:
    weight = preferred.get("weight") or 0
    return [] if 1 <= weight <= 100 else [invalid(child(path, "weight"), weight, WEIGHT_TEXT)]


def _pod_term(term: Object, path: str) -> list[FieldError]:
    selector = term.get("labelSelector")
    errors = validate_label_selector(selector, child(path, "labelSelector"))
    errors += validate_label_selector(
        term.get("namespaceSelector"), child(path, "namespaceSelector")
    )
    for name in term.get("namespaces") or ():
        place = child(path, "namespace")
        errors += [invalid(place, name, message) for message in names.dns1123_label(name)]
    errors += validate_match_label_keys(
        term.get("matchLabelKeys") or (), term.get("mismatchLabelKeys") or (), selector, path
    )
    topology_key = term.get("topologyKey") or ""
    place = child(path, "topologyKey")
    if not topology_key:
        errors.append(required(place, "can not be empty"))
    return errors + validate_label_name(topology_key, place)
