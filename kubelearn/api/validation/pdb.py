"""Rules of PodDisruptionBudgets (`pkg/apis/policy/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import nonnegative_fields, optional_choice, part
from kubelearn.api.validation.field import FieldError, child, invalid
from kubelearn.api.validation.int_or_percent import at_most_all, int_or_percent
from kubelearn.api.validation.label_selector import show_selector
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta_update

LIMITS = ("minAvailable", "maxUnavailable")
EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
COUNTERS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def create(budget: Object) -> list[FieldError]:
    """A new PodDisruptionBudget (upstream looks at its metadata only in general)."""
    return _spec(part(budget, "spec"), "spec")


def update(new: Object, _old: Object) -> list[FieldError]:
    """A changed PodDisruptionBudget."""
    return create(new)


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = []
    if all(spec.get(name) is not None for name in LIMITS):
        detail = "minAvailable and maxUnavailable cannot be both set"
        errors.append(invalid(path, _show(spec), detail))
    for name in LIMITS:
        limit, place = spec.get(name), child(path, name)
        if limit is not None:
            errors += int_or_percent(limit, place) + at_most_all(limit, place)
    errors += validate_label_selector(spec.get("selector"), child(path, "selector"))
    policy, place = (
        spec.get("unhealthyPodEvictionPolicy"),
        child(path, "unhealthyPodEvictionPolicy"),
    )
    return errors + optional_choice(policy, place, EVICTION_POLICIES)


def _show(spec: Object) -> Object:
    return {
        "MinAvailable": spec.get("minAvailable"),
        "Selector": show_selector(spec.get("selector")),
        "MaxUnavailable": spec.get("maxUnavailable"),
        "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
    }


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a PodDisruptionBudget."""
    errors = validate_meta_update(new, old)
    return errors + nonnegative_fields(part(new, "status"), "status", *COUNTERS)
