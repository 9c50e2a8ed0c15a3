"""Rules of CronJobs (`pkg/apis/batch/validation/validation.go`, Kubernetes 1.36).

Unlike the real one: a time zone is looked up in the host's database; when the host has none, every
well-formed name is taken.
"""

from __future__ import annotations

import re
import zoneinfo

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import nonnegative_fields, part
from kubelearn.api.validation.cron_schedule import schedule_problem
from kubelearn.api.validation.field import FieldError, child, invalid, not_supported, required
from kubelearn.api.validation.job_spec import job_spec_errors
from kubelearn.api.validation.label_selector import show_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update

MAX_NAME = 52
"""The Jobs of a CronJob have 11 letters more, and 63 are allowed."""
POLICIES = ("Allow", "Forbid", "Replace")
ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")


def create(cronjob: Object) -> list[FieldError]:
    """A new CronJob."""
    errors = validate_meta(cronjob) + _spec(part(cronjob, "spec"), None, "spec")
    name = part(cronjob, "metadata").get("name", "")
    if len(name) > MAX_NAME:
        detail = f"must be no more than {MAX_NAME} characters"
        errors.append(invalid("metadata.name", name, detail))
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed CronJob."""
    return validate_meta_update(new, old) + _spec(part(new, "spec"), part(old, "spec"), "spec")


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a CronJob."""
    return validate_meta_update(new, old)


def _spec(spec: Object, before: Object | None, path: str) -> list[FieldError]:
    errors = _schedule(spec, before, child(path, "schedule"))
    errors += nonnegative_fields(spec, path, "startingDeadlineSeconds")
    zone = spec.get("timeZone")
    if zone is not None and (before is None or zone != before.get("timeZone")):
        errors += _zone(zone, child(path, "timeZone"))
    policy, place = spec.get("concurrencyPolicy", ""), child(path, "concurrencyPolicy")
    if not policy:
        errors.append(required(place))
    elif policy not in POLICIES:
        errors.append(not_supported(place, policy, POLICIES))
    jobs = part(part(spec, "jobTemplate"), "spec")
    errors += _job_template(jobs, child(path, "jobTemplate", "spec"))
    return errors + nonnegative_fields(
        spec, path, "successfulJobsHistoryLimit", "failedJobsHistoryLimit"
    )


def _schedule(spec: Object, before: Object | None, path: str) -> list[FieldError]:
    schedule = spec.get("schedule", "")
    if not schedule:
        return [required(path)]
    problem = schedule_problem(schedule)
    errors = [invalid(path, schedule, problem)] if problem else []
    if "TZ" not in schedule:
        return errors
    if before is None or "TZ" not in before.get("schedule", ""):
        detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        errors.append(invalid(path, schedule, detail))
    elif spec.get("timeZone") is not None:
        detail = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        errors.append(invalid(path, schedule, detail))
    return errors


def _zone(zone: str, path: str) -> list[FieldError]:
    if not zone:
        return [invalid(path, zone, "timeZone must be nil or non-empty string")]
    unknown = invalid(path, zone, f"unknown time zone {zone}")
    if not all(_zone_part(piece) for piece in zone.split("/")):
        return [unknown]
    if zone.lower() == "local":
        detail = (
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        )
        return [invalid(path, zone, detail)] + ([] if zone == "Local" else [unknown])
    return [] if is_zone(zone) else [unknown]


def _zone_part(piece: str) -> bool:
    dots = piece in (".", "..")
    return not dots and not piece.startswith("-") and bool(ZONE_PART.fullmatch(piece))


def is_zone(zone: str) -> bool:
    """Whether the host's database knows this time zone."""
    if zone == "UTC":
        return True
    known = zoneinfo.available_timezones()
    return not known or zone in known


def _job_template(spec: Object, path: str) -> list[FieldError]:
    errors = job_spec_errors(spec, path)
    if spec.get("selector") is not None:
        shown = show_selector(spec["selector"])
        detail = "`selector` will be auto-generated"
        errors.append(invalid(child(path, "selector"), shown, detail))
    if spec.get("manualSelector"):
        errors.append(not_supported(child(path, "manualSelector"), True, ["nil", "false"]))
    return errors


def warnings(new: Object, _old: Object | None) -> list[str]:
    """A time zone in the schedule works, but is not supported."""
    if "TZ" not in part(new, "spec").get("schedule", ""):
        return []
    page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
    text = "CRON_TZ or TZ used in spec.schedule is not officially supported"
    return [f"{text}, see {page} for more details"]
