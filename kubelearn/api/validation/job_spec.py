"""Rules of the spec of a Job, alone or inside a CronJob (`validateJobSpec`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import nonnegative_fields, part, struct
from kubelearn.api.validation.domain_path import domain_prefixed_path
from kubelearn.api.validation.field import (
    FieldError,
    child,
    invalid,
    not_supported,
    required,
    too_long,
)
from kubelearn.api.validation.job_indexes import index_count_errors
from kubelearn.api.validation.job_policies import failure_policy, success_policy
from kubelearn.api.validation.pod import validate_pod_template_spec

COUNTERS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
MODES = ("NonIndexed", "Indexed")
REPLACEMENTS = ("Failed", "TerminatingOrFailed")
MAX_MANAGED_BY = 63
INDEXED_ONLY = "requires indexed completion mode"


def job_spec_errors(spec: Object, path: str) -> list[FieldError]:
    """The spec of a Job but for its selector."""
    errors = nonnegative_fields(spec, path, *COUNTERS)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        place = child(path, "backoffLimitPerIndex")
        errors.append(required(place, "when maxFailedIndexes is specified"))
    errors += _managed_by(spec.get("managedBy"), child(path, "managedBy"))
    errors += _mode(spec, path) + _policies(spec, path)
    errors += validate_pod_template_spec(part(spec, "template"), child(path, "template"))
    return errors + _restart_policy(spec, child(path, "template", "spec", "restartPolicy"))


def _managed_by(name: str | None, path: str) -> list[FieldError]:
    if name is None:
        return []
    errors = domain_prefixed_path(name, path)
    return [*errors, too_long(path, name, MAX_MANAGED_BY)] if len(name) > MAX_MANAGED_BY else errors


def _mode(spec: Object, path: str) -> list[FieldError]:
    mode = spec.get("completionMode")
    errors = []
    if mode is not None and mode not in MODES:
        errors.append(not_supported(child(path, "completionMode"), mode, MODES))
    if mode == "Indexed":
        errors += index_count_errors(spec, path)
    if mode is None or mode == "NonIndexed":
        errors += [
            invalid(child(path, name), spec[name], INDEXED_ONLY)
            for name in ("backoffLimitPerIndex", "maxFailedIndexes")
            if spec.get(name) is not None
        ]
    return errors


def _policies(spec: Object, path: str) -> list[FieldError]:
    errors = []
    if spec.get("podFailurePolicy") is not None:
        errors += failure_policy(spec, child(path, "podFailurePolicy"))
    success = spec.get("successPolicy")
    if success is not None:
        place = child(path, "successPolicy")
        if spec.get("completionMode") == "Indexed":
            errors += success_policy(spec, place)
        else:
            errors.append(invalid(place, show_success_policy(success), INDEXED_ONLY))
    replacement, place = spec.get("podReplacementPolicy"), child(path, "podReplacementPolicy")
    allowed = REPLACEMENTS if spec.get("podFailurePolicy") is None else REPLACEMENTS[:1]
    if replacement is not None and replacement not in allowed:
        errors.append(not_supported(place, replacement, allowed))
    return errors


def show_success_policy(policy: Object | None) -> Object | None:
    """A success policy as Go prints it."""
    if policy is None:
        return None
    fields = (
        ("SucceededIndexes", "succeededIndexes", None),
        ("SucceededCount", "succeededCount", None),
    )
    rules = policy.get("rules")
    return {"Rules": None if rules is None else [struct(rule, *fields) for rule in rules]}


def _restart_policy(spec: Object, path: str) -> list[FieldError]:
    policy = part(part(spec, "template"), "spec").get("restartPolicy", "")
    if policy in ("", "Always"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(path, policy, ["OnFailure", "Never"])]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        detail = 'only "Never" is supported when podFailurePolicy is specified'
        return [invalid(path, policy, detail)]
    return []
