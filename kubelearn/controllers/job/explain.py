"""What a Job waits for, in words."""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object, condition, is_true
from kubelearn.api.times import timestamp
from kubelearn.controllers.job.backoff import BackoffRecord
from kubelearn.controllers.job.conditions import finished_as
from kubelearn.controllers.job.pods import is_suspended
from kubelearn.runtime.explain import amount


def reasons(job: Object, record: BackoffRecord, now: int) -> Iterator[str]:
    """Sentences about how far a Job is and what has to happen next."""
    status, spec = job["status"], job["spec"]
    yield _progress(job)
    end = finished_as(job)
    if end:
        yield _cause(job, end)
        return
    for kind in ("FailureTarget", "SuccessCriteriaMet"):
        if is_true(job, kind):
            pods = amount(status.get("terminating", 0), "pod")
            yield f"{_cause(job, kind)}; waits for {pods} to stop"
            return
    if is_suspended(job):
        yield "is suspended: set spec.suspend to false and it makes pods"
        return
    pause = record.remaining(now)
    if pause:
        many = f"{record.failures} failures in a row" if record.failures > 1 else "a failure"
        yield f"waits after {many}: the next pod is made at {timestamp(now + pause)}"
    limit = spec.get("backoffLimit", 6)
    if status.get("failed") and spec.get("backoffLimitPerIndex") is None:
        failed = amount(status["failed"], "pod has", "pods have")
        yield f"{failed} failed; more than {limit} end the Job"


def _progress(job: Object) -> str:
    status, spec = job["status"], job["spec"]
    succeeded, failed = status.get("succeeded", 0), status.get("failed", 0)
    wanted = spec.get("completions")
    of = "1" if wanted is None else str(wanted)
    active, ready = status.get("active", 0), status.get("ready", 0)
    return (
        f"{succeeded} of {of} completions, {failed} failed, "
        f"{active} of at most {amount(spec.get('parallelism', 1), 'pod')} active, {ready} ready"
    )


def _cause(job: Object, kind: str) -> str:
    found = condition(job, kind) or {}
    return f"{kind}: {found.get('reason', '')}: {found.get('message', '')}"
