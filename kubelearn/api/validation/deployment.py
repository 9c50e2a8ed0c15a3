"""Rules of Deployments (`pkg/apis/apps/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, nonnegative_fields, part, struct
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.int_or_percent import amount, at_most_all, int_or_percent
from kubelearn.api.validation.label_selector import show_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.workload import (
    at_most_replicas,
    available_at_most_ready,
    collisions_grow,
    required_selector,
    template_of_replicas,
)

STATUS_COUNTERS = (
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
)


def create(deployment: Object) -> list[FieldError]:
    """A new Deployment."""
    return validate_meta(deployment) + _spec(part(deployment, "spec"), "spec")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Deployment: its selector stays."""
    errors = validate_meta_update(new, old) + _spec(part(new, "spec"), "spec")
    return errors + same_selector(new, old)


def same_selector(new: Object, old: Object) -> list[FieldError]:
    """The selector of a workload may not change."""
    selector, before = part(new, "spec").get("selector"), part(old, "spec").get("selector")
    if selector is None and before is None:
        return []
    shown = show_selector(selector)
    return immutable(shown, show_selector(before), "spec.selector", shown)


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = nonnegative_fields(spec, path, "replicas")
    errors += required_selector(spec, path, "deployment")
    errors += template_of_replicas(spec, path)
    errors += _strategy(part(spec, "strategy"), child(path, "strategy"))
    errors += nonnegative_fields(spec, path, "minReadySeconds", "revisionHistoryLimit")
    errors += nonnegative_fields(spec, path, "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        path = child(path, "progressDeadlineSeconds")
        errors.append(invalid(path, deadline, "must be greater than minReadySeconds"))
    return errors


def _strategy(strategy: Object, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    path_rolling = child(path, "rollingUpdate")
    if kind == "Recreate":
        detail = "may not be specified when strategy `type` is 'Recreate'"
        return [] if rolling is None else [forbidden(path_rolling, detail)]
    if kind == "RollingUpdate":
        if rolling is None:
            return [required(path_rolling, "this should be defaulted and never be nil")]
        return _rolling(rolling, path_rolling)
    return [not_supported(path, _show(strategy), ["Recreate", "RollingUpdate"])]


def _show(strategy: Object) -> Object:
    shown = struct(strategy, ("Type", "type", ""), ("RollingUpdate", "rollingUpdate", None))
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        fields = ("MaxUnavailable", "maxUnavailable", 0), ("MaxSurge", "maxSurge", 0)
        shown["RollingUpdate"] = struct(rolling, *fields)
    return shown


def _rolling(rolling: Object, path: str) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    path_unavailable = child(path, "maxUnavailable")
    errors = int_or_percent(unavailable, path_unavailable)
    errors += int_or_percent(surge, child(path, "maxSurge"))
    if amount(unavailable) == 0 and amount(surge) == 0:
        detail = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid(path_unavailable, unavailable, detail))
    return errors + at_most_all(unavailable, path_unavailable)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a Deployment."""
    found, path = part(new, "status"), "status"
    errors = validate_meta_update(new, old)
    errors += nonnegative_fields(found, path, *STATUS_COUNTERS)
    names = "updatedReplicas", "readyReplicas", "availableReplicas"
    errors += at_most_replicas(found, path, *names)
    errors += available_at_most_ready(found, path, "readyReplicas")
    return errors + collisions_grow(new, old)
