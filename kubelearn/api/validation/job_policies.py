"""Rules of the failure and success policies of Jobs (`pkg/apis/batch/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, named, nonnegative, part
from kubelearn.api.validation.field import (
    OMITTED,
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)
from kubelearn.api.validation.job_indexes import count_indexes
from kubelearn.api.validation.names import label_key

ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
OPERATORS = ("In", "NotIn")
STATUSES = ("False", "True", "Unknown")
MAX_RULES = 20
MAX_EXIT_CODES = 255
MAX_CONDITIONS = 20
MAX_INDEXES_TEXT = 64 * 1024


def _listed(values: tuple[str, ...]) -> str:
    return "valid values: [" + " ".join(f'"{value}"' for value in values) + "]"


def failure_policy(spec: Object, path: str) -> list[FieldError]:
    """What a Job does about failed pods."""
    rules, path = items(spec["podFailurePolicy"], "rules"), child(path, "rules")
    errors = [too_many(path, len(rules), MAX_RULES)] if len(rules) > MAX_RULES else []
    for position, rule in enumerate(rules):
        errors += _rule(rule, spec, index(path, position))
    return errors


def _rule(rule: Object, spec: Object, path: str) -> list[FieldError]:
    errors = _action(rule.get("action", ""), spec, child(path, "action"))
    codes, conditions = rule.get("onExitCodes"), items(rule, "onPodConditions")
    if codes is not None:
        errors += _exit_codes(codes, spec, child(path, "onExitCodes"))
    if conditions:
        errors += _conditions(conditions, child(path, "onPodConditions"))
    if codes is not None and conditions:
        detail = "specifying both OnExitCodes and OnPodConditions is not supported"
        errors.append(invalid(path, OMITTED, detail))
    if codes is None and not conditions:
        detail = "specifying one of OnExitCodes and OnPodConditions is required"
        errors.append(invalid(path, OMITTED, detail))
    return errors


def _action(action: str, spec: Object, path: str) -> list[FieldError]:
    if not action:
        return [required(path, _listed(ACTIONS))]
    if action == "FailIndex":
        detail = "requires the backoffLimitPerIndex to be set"
        return [invalid(path, action, detail)] if spec.get("backoffLimitPerIndex") is None else []
    return [] if action in ACTIONS else [not_supported(path, action, ACTIONS)]


def _conditions(conditions: list[Object], path: str) -> list[FieldError]:
    errors = []
    if len(conditions) > MAX_CONDITIONS:
        errors.append(too_many(path, len(conditions), MAX_CONDITIONS))
    for position, pattern in enumerate(conditions):
        kind, status, place = pattern.get("type", ""), pattern.get("status"), index(path, position)
        errors += named(child(place, "type"), kind, label_key(kind))
        if not status:
            errors.append(required(child(place, "status"), _listed(STATUSES)))
        elif status not in STATUSES:
            errors.append(not_supported(child(place, "status"), status, STATUSES))
    return errors


def _exit_codes(codes: Object, spec: Object, path: str) -> list[FieldError]:
    operator, container = codes.get("operator", ""), codes.get("containerName")
    errors = []
    if not operator:
        errors.append(required(child(path, "operator"), _listed(OPERATORS)))
    elif operator not in OPERATORS:
        errors.append(not_supported(child(path, "operator"), operator, OPERATORS))
    if container is not None and container not in _container_names(spec):
        detail = "must be one of the container or initContainer names in the pod template"
        errors.append(invalid(child(path, "containerName"), container, detail))
    return errors + _values(items(codes, "values"), operator, child(path, "values"))


def _container_names(spec: Object) -> set[str]:
    pod = part(part(spec, "template"), "spec")
    containers = items(pod, "containers") + items(pod, "initContainers")
    return {container.get("name", "") for container in containers}


def _values(values: list[int], operator: str, path: str) -> list[FieldError]:
    errors = []
    if not values:
        errors.append(invalid(path, None, "at least one value is required"))
    elif len(values) > MAX_EXIT_CODES:
        errors.append(too_many(path, len(values), MAX_EXIT_CODES))
    for position, value in enumerate(values):
        place = index(path, position)
        if operator == "In" and value == 0:
            errors.append(invalid(place, value, "must not be 0 for the In operator"))
        if value in values[:position]:
            errors.append(duplicate(place, value))
    if values != sorted(values):
        errors.append(invalid(path, values, "must be ordered"))
    return errors


def success_policy(spec: Object, path: str) -> list[FieldError]:
    """When an Indexed Job counts as done before all of its pods are."""
    rules, path = items(spec["successPolicy"], "rules"), child(path, "rules")
    errors = []
    if not rules:
        detail = "at least one rules must be specified when the successPolicy is specified"
        errors.append(required(path, detail))
    if len(rules) > MAX_RULES:
        errors.append(too_many(path, len(rules), MAX_RULES))
    for position, rule in enumerate(rules):
        errors += _success(rule, spec.get("completions") or 0, index(path, position))
    return errors


def _success(rule: Object, completions: int, path: str) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors, total = [], 0
    if count is None and indexes is None:
        detail = "at least one of succeededCount or succeededIndexes must be specified"
        errors.append(required(path, detail))
    if indexes is not None:
        place = child(path, "succeededIndexes")
        if len(indexes) > MAX_INDEXES_TEXT:
            errors.append(too_long(place, indexes, MAX_INDEXES_TEXT))
        total, problem = count_indexes(indexes, completions)
        if problem:
            detail = f"error parsing succeededIndexes: {problem}"
            errors.append(invalid(place, indexes, detail))
    if count is None:
        return errors
    known = total if indexes is not None else None
    return errors + _count(count, completions, known, child(path, "succeededCount"))


def _count(count: int, completions: int, total: int | None, path: str) -> list[FieldError]:
    errors = nonnegative(count, path)
    if count > completions:
        detail = (
            f"must be less than or equal to {completions} (the number of specified completions)"
        )
        errors.append(invalid(path, count, detail))
    if total is not None and count > total:
        detail = (
            f"must be less than or equal to {total} (the number of indexes in the specified "
            "succeededIndexes field)"
        )
        errors.append(invalid(path, count, detail))
    return errors
