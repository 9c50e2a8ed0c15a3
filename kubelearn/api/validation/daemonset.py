"""Rules of DaemonSets (`pkg/apis/apps/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import nonnegative_fields, part, struct
from kubelearn.api.validation.deployment import same_selector
from kubelearn.api.validation.field import FieldError, child, invalid, not_supported, required
from kubelearn.api.validation.int_or_percent import amount, at_most_all, int_or_percent
from kubelearn.api.validation.label_selector import is_broken, is_empty, show_selector
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.pod import validate_pod_template_spec
from kubelearn.api.validation.workload import always_restarted, collisions_grow, matching

STATUS_COUNTERS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


def create(daemonset: Object) -> list[FieldError]:
    """A new DaemonSet."""
    return validate_meta(daemonset) + _spec(part(daemonset, "spec"), "spec")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed DaemonSet: its selector stays."""
    errors = same_selector(new, old) + validate_meta_update(new, old)
    return errors + _spec(part(new, "spec"), "spec")


def _spec(spec: Object, path: str) -> list[FieldError]:
    selector, template = spec.get("selector"), part(spec, "template")
    path_selector, path_template = child(path, "selector"), child(path, "template")
    errors = validate_label_selector(selector, path_selector)
    if not is_broken(selector):
        errors += matching(selector, template, path_template)
    if is_empty(selector):
        detail = "empty selector is invalid for daemonset"
        errors.append(invalid(path_selector, show_selector(selector), detail))
    errors += validate_pod_template_spec(template, path_template)
    errors += always_restarted(template, path_template, "DaemonSet")
    errors += nonnegative_fields(spec, path, "minReadySeconds")
    errors += _strategy(part(spec, "updateStrategy"), child(path, "updateStrategy"))
    return errors + nonnegative_fields(spec, path, "revisionHistoryLimit")


def _strategy(strategy: Object, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind == "RollingUpdate":
        path = child(path, "rollingUpdate")
        return [required(path)] if rolling is None else _rolling(rolling, path)
    fields = ("MaxUnavailable", "maxUnavailable", 0), ("MaxSurge", "maxSurge", 0)
    shown = {"Type": kind, "RollingUpdate": None if rolling is None else struct(rolling, *fields)}
    return [not_supported(path, shown, ["RollingUpdate", "OnDelete"])]


def _rolling(rolling: Object, path: str) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    path_unavailable, path_surge = child(path, "maxUnavailable"), child(path, "maxSurge")
    errors = int_or_percent(unavailable, path_unavailable) + int_or_percent(surge, path_surge)
    errors += at_most_all(unavailable, path_unavailable) + at_most_all(surge, path_surge)
    if amount(unavailable) and amount(surge):
        detail = "may not be set when maxUnavailable is non-zero"
        errors.append(invalid(path_surge, surge, detail))
    elif not amount(unavailable) and not amount(surge):
        errors.append(required(path_unavailable, "cannot be 0 when maxSurge is 0"))
    return errors


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a DaemonSet."""
    errors = validate_meta_update(new, old)
    errors += nonnegative_fields(part(new, "status"), "status", *STATUS_COUNTERS)
    return errors + collisions_grow(new, old)
