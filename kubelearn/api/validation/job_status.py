"""Rules of the status of a Job (`validateJobStatus`, `ValidateJobStatusUpdate`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object, is_true
from kubelearn.api.validation.checks import items, nonnegative_fields, part
from kubelearn.api.validation.field import (
    OMITTED,
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    required,
)
from kubelearn.api.validation.job_indexes import count_indexes
from kubelearn.api.validation.meta import validate_meta_update

COUNTERS = ("active", "succeeded", "failed", "ready", "terminating")
TERMINAL = ("Failed", "Complete", "FailureTarget")


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a Job."""
    found, path = part(new, "status"), "status"
    errors = validate_meta_update(new, old) + nonnegative_fields(found, path, *COUNTERS)
    errors += _uncounted(part(found, "uncountedTerminatedPods"), f"{path}.uncountedTerminatedPods")
    errors += _conditions(new) + _times(new, found) + _finished(new, found) + _indexes(new, found)
    ready = found.get("ready")
    if ready is not None and ready > (found.get("active") or 0):
        errors.append(invalid("status.ready", ready, "cannot set more ready pods than active"))
    return errors + _success(new) + _changes(new, old)


def _bad(detail: str) -> FieldError:
    return invalid("status.conditions", OMITTED, detail)


def _uncounted(pods: Object, path: str) -> list[FieldError]:
    errors, seen = [], set()
    for name in ("succeeded", "failed"):
        for position, uid in enumerate(items(pods, name)):
            place = index(child(path, name), position)
            if not uid:
                errors.append(invalid(place, uid, "must not be empty"))
            elif uid in seen:
                errors.append(duplicate(place, uid))
            seen.add(uid)
    return errors


def _conditions(job: Object) -> list[FieldError]:
    if not is_true(job, "Complete"):
        return []
    errors = []
    if is_true(job, "Failed"):
        errors.append(_bad("cannot set Complete=True and Failed=true conditions"))
    if is_true(job, "FailureTarget"):
        errors.append(_bad("cannot set Complete=True and FailureTarget=true conditions"))
    return errors


def _times(job: Object, status: Object) -> list[FieldError]:
    started, done, path = (
        status.get("startTime"),
        status.get("completionTime"),
        "status.completionTime",
    )
    complete = is_true(job, "Complete")
    errors = []
    if done and not complete:
        detail = "cannot set completionTime when there is no Complete=True condition"
        errors.append(invalid(path, done, detail))
    if complete and not done:
        errors.append(required(path, "completionTime is required for Complete jobs"))
    if started and done and done < started:
        errors.append(invalid(path, done, "completionTime cannot be set before startTime"))
    if is_true(job, "Failed") and not is_true(job, "FailureTarget"):
        detail = "cannot set Failed=True condition without the FailureTarget=true condition"
        errors.append(_bad(detail))
    if complete and not is_true(job, "SuccessCriteriaMet"):
        detail = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        errors.append(_bad(detail))
    return errors


def _finished(job: Object, status: Object) -> list[FieldError]:
    if not is_true(job, "Complete") and not is_true(job, "Failed"):
        return []
    errors = []
    if (status.get("active") or 0) > 0:
        detail = "active>0 is invalid for finished job"
        errors.append(invalid("status.active", status["active"], detail))
    if not status.get("startTime"):
        errors.append(required("status.startTime", "startTime is required for finished job"))
    uncounted = part(status, "uncountedTerminatedPods")
    if uncounted.get("failed") or uncounted.get("succeeded"):
        detail = "uncountedTerminatedPods needs to be empty for finished job"
        shown = {"Succeeded": uncounted.get("succeeded"), "Failed": uncounted.get("failed")}
        errors.append(invalid("status.uncountedTerminatedPods", shown, detail))
    if (status.get("terminating") or 0) > 0:
        detail = "terminating>0 is invalid for finished job"
        errors.append(invalid("status.terminating", status["terminating"], detail))
    return errors


def _indexes(job: Object, status: Object) -> list[FieldError]:
    spec = part(job, "spec")
    completions, failed = spec.get("completions"), status.get("failedIndexes")
    done = status.get("completedIndexes") or ""
    per_index = spec.get("backoffLimitPerIndex") is not None
    errors = []
    if completions is not None:
        errors += _listed("completedIndexes", done, completions)
        if per_index and failed is not None:
            errors += _listed("failedIndexes", failed, completions)
    if done and spec.get("completionMode") != "Indexed":
        detail = "cannot set non-empty completedIndexes when non-indexed completion mode"
        errors.append(invalid("status.completedIndexes", done, detail))
    if failed is not None and not per_index:
        detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        errors.append(invalid("status.failedIndexes", failed, detail))
    return errors


def _listed(name: str, text: str, completions: int) -> list[FieldError]:
    _, problem = count_indexes(text, completions)
    return [invalid(f"status.{name}", text, f"error parsing {name}: {problem}")] if problem else []


def _success(job: Object) -> list[FieldError]:
    met, errors = is_true(job, "SuccessCriteriaMet"), []
    if met and is_true(job, "Failed"):
        errors.append(_bad("cannot set SuccessCriteriaMet=True and Failed=true conditions"))
    if met and is_true(job, "FailureTarget"):
        errors.append(_bad("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"))
    policy = part(job, "spec").get("successPolicy")
    if policy is not None and not met and is_true(job, "Complete"):
        detail = (
            "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"
        )
        errors.append(_bad(detail))
    return errors


def _changes(new: Object, old: Object) -> list[FieldError]:
    found, before = part(new, "status"), part(old, "status")
    errors = [
        _bad(f"cannot disable the terminal {kind}=True condition")
        for kind in TERMINAL
        if is_true(old, kind) and not is_true(new, kind)
    ]
    for name in ("failed", "succeeded"):
        count = found.get(name) or 0
        if count < (before.get(name) or 0):
            errors.append(invalid(f"status.{name}", count, f"cannot decrease the {name} counter"))
    done, done_before = found.get("completionTime"), before.get("completionTime")
    if done and done_before and done != done_before:
        detail = "completionTime cannot be mutated"
        errors.append(invalid("status.completionTime", done, detail))
    started = before.get("startTime")
    if started and started != found.get("startTime") and not part(new, "spec").get("suspend"):
        detail = "startTime cannot be removed for unsuspended job"
        errors.append(required("status.startTime", detail))
    return errors + _criteria(new, old)


def _criteria(new: Object, old: Object) -> list[FieldError]:
    before, now = is_true(old, "SuccessCriteriaMet"), is_true(new, "SuccessCriteriaMet")
    if before and not now:
        return [_bad("cannot disable the SuccessCriteriaMet=True condition")]
    if is_true(old, "Complete") and not before and now:
        detail = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"
        return [_bad(detail)]
    return []
