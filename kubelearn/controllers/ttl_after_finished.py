"""Deletes finished Jobs when `ttlSecondsAfterFinished` is over.

Source: `pkg/controller/ttlafterfinished/ttlafterfinished_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Key, Object, condition, is_terminating
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.job.conditions import finished_as
from kubelearn.runtime.controller import Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

JOBS = "jobs.batch"


class TTLAfterFinishedController:
    """Removes Jobs, and with them their pods, some time after their end."""

    name: ClassVar[str] = "ttl-after-finished"
    watches: ClassVar[tuple[Watch, ...]] = (Own(JOBS),)

    explains: ClassVar[tuple[str, ...]] = (JOBS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Delete a Job whose time is over; else nanoseconds until it is."""
        job = self.context.api.find(JOBS, *key)
        if job is None or is_terminating(job):
            return None
        due = expiry(job)
        if due is None:
            return None
        if due > self.context.clock.now:
            return due - self.context.clock.now
        try:
            uid = job["metadata"]["uid"]
            self.context.api.delete(JOBS, *key, propagation="Foreground", uid=uid)
        except NotFound:
            return None
        return None

    def explain(self, _resource: str, job: Object) -> list[Reason]:
        """When a Job that has ended goes."""
        due = expiry(job)
        if due is None:
            return []
        seconds = job["spec"]["ttlSecondsAfterFinished"]
        text = f"deletes this Job {seconds} s after its end, at {timestamp(due)}"
        return [Reason(self.name, text)]


def expiry(job: Object) -> int | None:
    """When a Job may go, in ns; None when it has no time to live or has not ended."""
    seconds, end = job["spec"].get("ttlSecondsAfterFinished"), finished_as(job)
    if seconds is None or not end:
        return None
    found = condition(job, end) or {}
    return parse_timestamp(found["lastTransitionTime"]) + int(seconds) * SECOND
