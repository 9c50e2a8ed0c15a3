"""The rows of Jobs and CronJobs.

Source: `pkg/printers/internalversion/printers.go`, printJob and printCronJob, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object, is_true
from kubelearn.api.tables.age import human_duration, since
from kubelearn.api.tables.pods import (
    WIDE_CONTAINERS,
    WIDE_IMAGES,
    container_images,
    container_names,
)
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    name_of,
    number,
    part,
    selector_text,
    text,
)
from kubelearn.api.times import parse_timestamp


def _completions(job: Object) -> str:
    succeeded = number(job, "status", "succeeded")
    spec = part(job, "spec")
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Object, now: int) -> str:
    start, end = text(job, "status", "startTime"), text(job, "status", "completionTime")
    if not start:
        return ""
    return human_duration((parse_timestamp(end) if end else now) - parse_timestamp(start))


def job_status(job: Object) -> str:
    """The Status cell of a Job."""
    for kind, shown in (("Complete", "Complete"), ("Failed", "Failed")):
        if is_true(job, kind):
            return shown
    if "deletionTimestamp" in job["metadata"]:
        return "Terminating"
    for kind, shown in (
        ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"),
        ("SuccessCriteriaMet", "SuccessCriteriaMet"),
    ):
        if is_true(job, kind):
            return shown
    return "Running"


def _template(spec: Object) -> list[Cell]:
    template = part(spec, "template")
    return [
        container_names(template),
        container_images(template),
        selector_text(part(spec, "selector")),
    ]


def _job(job: Object, now: int) -> list[Cell]:
    return [
        name_of(job),
        job_status(job),
        _completions(job),
        _duration(job, now),
        age_of(job, now),
        *_template(part(job, "spec")),
    ]


def _cron_job(obj: Object, now: int) -> list[Cell]:
    last = text(obj, "status", "lastScheduleTime")
    suspend = part(obj, "spec").get("suspend")
    return [
        name_of(obj),
        text(obj, "spec", "schedule"),
        text(obj, "spec", "timeZone") or "<none>",
        "<unset>" if suspend is None else str(suspend),
        len(part(obj, "status", "active")),
        since(last, now) if last else "<none>",
        age_of(obj, now),
        *_template(part(obj, "spec", "jobTemplate", "spec")),
    ]


_SELECTOR: Final = Column("Selector", wide=True, doc="batch.v1.JobSpec.selector")

JOBS: Final = Printer(
    (
        NAME,
        Column("Status", text="Status of the job."),
        Column("Completions", doc="batch.v1.JobStatus.succeeded"),
        Column("Duration", text="Time required to complete the job."),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        _SELECTOR,
    ),
    _job,
)

CRON_JOBS: Final = Printer(
    (
        NAME,
        Column("Schedule", doc="batch.v1.CronJobSpec.schedule"),
        Column("Timezone", doc="batch.v1.CronJobSpec.timeZone"),
        Column("Suspend", "boolean", doc="batch.v1.CronJobSpec.suspend"),
        Column("Active", "integer", doc="batch.v1.CronJobStatus.active"),
        Column("Last Schedule", doc="batch.v1.CronJobStatus.lastScheduleTime"),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        _SELECTOR,
    ),
    _cron_job,
)
