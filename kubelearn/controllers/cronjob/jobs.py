"""The Jobs of a CronJob: their names, what they are made from, which are over.

Source: `pkg/controller/cronjob/utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from kubelearn.api.objects import Object, owner_reference
from kubelearn.api.times import EPOCH
from kubelearn.controllers.cronjob.zones import UnknownZone, zone
from kubelearn.controllers.job.conditions import finished_as
from kubelearn.sim.clock import SECOND

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LIMITS = (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit"))
"""How a Job ended, and the field that tells how many such Jobs stay."""


def job_name(cronjob: Object, scheduled: int) -> str:
    """The name of the Job of a run: it holds the minute, so that a run starts only once."""
    seconds = int(EPOCH.timestamp()) + scheduled // SECOND
    return f"{cronjob['metadata']['name']}-{seconds // 60}"


def new_job(cronjob: Object, scheduled: int) -> Object:
    """The Job as it is posted for a run at `scheduled` ns."""
    template = cronjob["spec"]["jobTemplate"]
    given = template.get("metadata") or {}
    metadata: Object = {
        "name": job_name(cronjob, scheduled),
        "namespace": cronjob["metadata"]["namespace"],
        "annotations": {**(given.get("annotations") or {}), SCHEDULED: _local(cronjob, scheduled)},
        "ownerReferences": [owner_reference(cronjob)],
    }
    if given.get("labels"):
        metadata["labels"] = given["labels"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": template.get("spec") or {},
    }


def _local(cronjob: Object, scheduled: int) -> str:
    """The scheduled time as the clocks of the CronJob's zone show it."""
    try:
        where = zone(cronjob["spec"].get("timeZone") or "")
    except UnknownZone:
        where = UTC
    shown = (EPOCH + timedelta(seconds=scheduled // SECOND)).astimezone(where)
    return shown.isoformat().replace("+00:00", "Z")


def reference(job: Object) -> Object:
    """A Job as `status.active` lists it."""
    metadata = job["metadata"]
    return {
        "kind": "Job",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "apiVersion": "batch/v1",
        "resourceVersion": metadata.get("resourceVersion", ""),
    }


def too_old(cronjob: Object, jobs: list[Object]) -> list[Object]:
    """The finished Jobs that the history limits let go, oldest first."""
    found: list[Object] = []
    for end, field in LIMITS:
        limit = cronjob["spec"].get(field)
        ended = sorted((job for job in jobs if finished_as(job) == end), key=_start)
        if limit is not None and len(ended) > limit:
            found += ended[: len(ended) - limit]
    return found


def _start(job: Object) -> tuple[Any, ...]:
    start = job["status"].get("startTime")
    return (start is not None, start or "", job["metadata"]["name"])
