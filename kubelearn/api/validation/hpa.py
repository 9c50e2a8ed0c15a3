"""Rules of HorizontalPodAutoscalers (`pkg/apis/autoscaling/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.amounts import not_negative
from kubelearn.api.validation.checks import items, nonnegative_fields, optional_choice, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.hpa_metrics import metric_errors, reference_errors
from kubelearn.api.validation.meta import validate_meta, validate_meta_update

SELECT_POLICIES = ("Disabled", "Max", "Min")
POLICY_TYPES = ("Percent", "Pods")
MAX_WINDOW = 3600
MAX_PERIOD = 1800


def create(autoscaler: Object) -> list[FieldError]:
    """A new HorizontalPodAutoscaler."""
    return validate_meta(autoscaler) + _spec(part(autoscaler, "spec"), "spec", 1)


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed HorizontalPodAutoscaler."""
    least = 0 if part(old, "spec").get("minReplicas") == 0 else 1
    return validate_meta_update(new, old) + _spec(part(new, "spec"), "spec", least)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a HorizontalPodAutoscaler."""
    errors = validate_meta_update(new, old)
    found = part(new, "status")
    return errors + nonnegative_fields(found, "status", "currentReplicas", "desiredReplicas")


def _spec(spec: Object, path: str, least: int) -> list[FieldError]:
    low, high, errors = spec.get("minReplicas"), spec.get("maxReplicas", 0), []
    if low is not None and low < least:
        detail = f"must be greater than or equal to {least}"
        errors.append(invalid(child(path, "minReplicas"), low, detail))
    if high < 1:
        errors.append(required(child(path, "maxReplicas"), "must be set and greater than 0"))
    if low is not None and high < low:
        detail = "must be greater than or equal to `minReplicas`"
        errors.append(invalid(child(path, "maxReplicas"), high, detail))
    target = part(spec, "scaleTargetRef")
    core = target.get("kind") == "ReplicationController"
    errors += reference_errors(target, child(path, "scaleTargetRef"), core=core)
    errors += _metrics(spec, child(path, "metrics"))
    behavior, path = spec.get("behavior") or {}, child(path, "behavior")
    for name in ("scaleUp", "scaleDown"):
        if behavior.get(name) is not None:
            errors += _rules(behavior[name], child(path, name))
    return errors


def _metrics(spec: Object, path: str) -> list[FieldError]:
    metrics, errors = items(spec, "metrics"), []
    for position, metric in enumerate(metrics):
        errors += metric_errors(metric, index(path, position))
    kinds = {metric.get("type") for metric in metrics}
    if spec.get("minReplicas") == 0 and not kinds & {"Object", "External"}:
        detail = (
            "must specify at least one Object or External metric to support scaling to zero "
            "replicas"
        )
        errors.append(forbidden(path, detail))
    return errors


def _rules(rules: Object, path: str) -> list[FieldError]:
    window, place = (
        rules.get("stabilizationWindowSeconds"),
        child(path, "stabilizationWindowSeconds"),
    )
    errors = []
    if window is not None and window < 0:
        errors.append(invalid(place, window, "must be greater than or equal to zero"))
    if window is not None and window > MAX_WINDOW:
        errors.append(invalid(place, window, f"must be less than or equal to {MAX_WINDOW}"))
    policy = rules.get("selectPolicy")
    errors += optional_choice(policy, child(path, "selectPolicy"), SELECT_POLICIES)
    policies, place = items(rules, "policies"), child(path, "policies")
    errors += [] if policies else [required(place, "must specify at least one Policy")]
    for position, found in enumerate(policies):
        errors += _policy(found, index(place, position))
    tolerance = rules.get("tolerance")
    return errors + ([] if tolerance is None else not_negative(tolerance, child(path, "tolerance")))


def _policy(policy: Object, path: str) -> list[FieldError]:
    kind, errors = policy.get("type", ""), []
    if kind not in POLICY_TYPES:
        errors.append(not_supported(child(path, "type"), kind, POLICY_TYPES))
    for name in ("value", "periodSeconds"):
        if policy.get(name, 0) <= 0:
            place = child(path, name)
            errors.append(invalid(place, policy.get(name, 0), "must be greater than zero"))
    period = policy.get("periodSeconds", 0)
    if period > MAX_PERIOD:
        detail = f"must be less than or equal to {MAX_PERIOD}"
        errors.append(invalid(child(path, "periodSeconds"), period, detail))
    return errors
