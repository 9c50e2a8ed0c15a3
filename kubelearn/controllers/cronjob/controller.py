"""CronJob: makes a Job whenever its schedule says so.

Source: `pkg/controller/cronjob/cronjob_controllerv2.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from kubelearn.api.errors import AlreadyExists, APIError, NotFound
from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.times import EPOCH, parse_timestamp, timestamp
from kubelearn.controllers.adoption import controlled
from kubelearn.controllers.cronjob.due import ScheduleError, due, wait
from kubelearn.controllers.cronjob.explain import reasons
from kubelearn.controllers.cronjob.jobs import job_name, new_job, reference, too_old
from kubelearn.controllers.cronjob.schedule import Schedule, parse
from kubelearn.controllers.cronjob.zones import UnknownZone, zone
from kubelearn.controllers.job.conditions import finished_as
from kubelearn.controllers.pods import namespace_goes
from kubelearn.runtime.controller import Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

CRONJOBS, JOBS = "cronjobs.batch", "jobs.batch"
COMPONENT = "cronjob-controller"
PAGE = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
TOO_MANY = (
    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
)
ACTIVE = "Not starting job because prior execution is running and concurrency policy is Forbid"


class CronJobController:
    """Starts Jobs on time, follows them, and removes old ones."""

    name: ClassVar[str] = "cronjob"
    watches: ClassVar[tuple[Watch, ...]] = (Own(CRONJOBS), Owned(JOBS, by="CronJob"))
    explains: ClassVar[tuple[str, ...]] = (CRONJOBS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Remove old Jobs, follow the active ones, start the one that is due."""
        cronjob = self.context.api.find(CRONJOBS, *key)
        if cronjob is None:
            return None
        uid = cronjob["metadata"]["uid"]
        run = _Run(self.context, cronjob, controlled(self.context.api.owned(JOBS, uid), uid))
        try:
            run.clean_up()
            run.follow()
            return run.start()
        finally:
            run.write_status()

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What a CronJob waits for."""
        return [Reason(COMPONENT, text) for text in reasons(obj, self.context.clock.now)]


class _Run:
    """One sync of a CronJob; its status is gathered and written once."""

    def __init__(self, context: Context, cronjob: Object, jobs: list[Object]) -> None:
        self.context, self.cronjob, self.jobs = context, cronjob, jobs
        self.now = context.clock.now
        status = cronjob.get("status") or {}
        self.active: list[Object] = list(status.get("active") or ())
        self.last_schedule: str | None = status.get("lastScheduleTime")
        self.last_success: str | None = status.get("lastSuccessfulTime")

    def _tell(self, kind: str, reason: str, message: str) -> None:
        self.context.recorder.event(self.cronjob, kind, reason, message, COMPONENT)

    def write_status(self) -> None:
        """Write what has changed."""
        metadata, old = self.cronjob["metadata"], self.cronjob.get("status") or {}
        status = {
            "active": self.active or None,
            "lastScheduleTime": self.last_schedule,
            "lastSuccessfulTime": self.last_success,
        }
        if all((old.get(name) or None) == value for name, value in status.items()):
            return
        try:
            self.context.api.patch_status(CRONJOBS, metadata["namespace"], metadata["name"], status)
        except NotFound:
            return

    # Old Jobs

    def clean_up(self) -> None:
        """Delete the finished Jobs that are too many."""
        if is_terminating(self.cronjob):
            return
        for job in too_old(self.cronjob, self.jobs):
            self._delete(job)

    def _delete(self, job: Object) -> None:
        metadata = job["metadata"]
        try:
            self.context.api.delete(
                JOBS, metadata["namespace"], metadata["name"], propagation="Background"
            )
        except APIError as error:
            self._tell("Warning", "FailedDelete", f"Deleted job: {error}")
            raise
        self._forget(metadata["uid"])
        self._tell("Normal", "SuccessfulDelete", f"Deleted job {metadata['name']}")

    def _forget(self, uid: str) -> None:
        self.active = [one for one in self.active if one["uid"] != uid]

    # Active Jobs

    def follow(self) -> None:
        """Take finished and vanished Jobs off the active list."""
        for job in self.jobs:
            self._follow(job)
        known = {job["metadata"]["uid"] for job in self.jobs}
        for one in [one for one in self.active if one["uid"] not in known]:
            if self.context.api.find(JOBS, one["namespace"], one["name"]) is None:
                self._tell("Normal", "MissingJob", f"Active job went missing: {one['name']}")
                self._forget(one["uid"])

    def _follow(self, job: Object) -> None:
        metadata, end = job["metadata"], finished_as(job)
        listed = any(one["uid"] == metadata["uid"] for one in self.active)
        if not listed and not end and not is_terminating(job):
            text = "Saw a job that the controller did not create or forgot: "
            self._tell("Warning", "UnexpectedJob", text + metadata["name"])
        if listed and end:
            self._forget(metadata["uid"])
            text = f"Saw completed job: {metadata['name']}, condition: {end}"
            self._tell("Normal", "SawCompletedJob", text)
        completion = job["status"].get("completionTime")
        if end == "Complete" and completion is not None:
            self.last_success = max(self.last_success or "", completion)

    # The Job that is due

    def start(self) -> int | None:
        """Make the Job of the run that is due; nanoseconds until the next look."""
        if is_terminating(self.cronjob):
            return None
        schedule = self._schedule()
        if schedule is None:
            return None
        try:
            found = due(self.cronjob, self.now, schedule)
        except ScheduleError as error:
            text = f"invalid schedule: {self.cronjob['spec']['schedule']} : {error}"
            self._tell("Warning", "InvalidSchedule", text)
            return None
        if found.most_recent is not None:
            if found.missed == "many":
                self._tell("Warning", "TooManyMissedTimes", TOO_MANY)
            if not self._start_at(found.most_recent):
                return None
        return wait(self._present(), self.now, schedule)

    def _present(self) -> Object:
        """The CronJob with the time of its last run as it is by now."""
        status = {**(self.cronjob.get("status") or {}), "lastScheduleTime": self.last_schedule}
        return {**self.cronjob, "status": status}

    def _schedule(self) -> Schedule | None:
        """The schedule; None, after an event if that is a mistake, when nothing shall run."""
        spec = self.cronjob["spec"]
        name = spec.get("timeZone") or ""
        try:
            where = zone(name)
        except UnknownZone as error:
            self._tell("Warning", "UnknownTimeZone", f'invalid timeZone: "{name}": {error}')
            return None
        if spec.get("suspend"):
            return None
        text = spec["schedule"]
        if "TZ" in text:
            told = f'CRON_TZ or TZ used in schedule "{text}" is not officially supported, see '
            self._tell("Warning", "UnsupportedSchedule", f"{told}{PAGE} for more details")
        try:
            return parse(text, where)
        except ValueError as error:
            told = f'unparseable schedule: "{text}" : {error}'
            self._tell("Warning", "UnparseableSchedule", told)
            return None

    def _start_at(self, scheduled: int) -> bool:
        """Start a run if it may start; False when another Job has the name that it needs."""
        spec = self.cronjob["spec"]
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and scheduled + deadline * SECOND < self.now:
            text = f"Missed scheduled time to start a job: {_mail_date(scheduled)}"
            self._tell("Warning", "MissSchedule", text)
            return True
        name = job_name(self.cronjob, scheduled)
        if self._is_started(name, scheduled):
            return True
        policy = spec.get("concurrencyPolicy", "Allow")
        if policy == "Forbid" and self.active:
            self._tell("Normal", "JobAlreadyActive", ACTIVE)
            return True
        if policy == "Replace":
            self._replace()
        return self._create(scheduled)

    def _is_started(self, name: str, scheduled: int) -> bool:
        if any(one["name"] == name for one in self.active):
            return True
        return self.last_schedule is not None and parse_timestamp(self.last_schedule) == scheduled

    def _replace(self) -> None:
        for one in list(self.active):
            try:
                job = self.context.api.get(JOBS, one["namespace"], one["name"])
            except NotFound as error:
                self._tell("Warning", "FailedGet", f"Get job: {error}")
                raise
            self._delete(job)

    def _create(self, scheduled: int) -> bool:
        account = f"system:serviceaccount:kube-system:{COMPONENT}"
        wanted = new_job(self.cronjob, scheduled)
        name = wanted["metadata"]["name"]
        try:
            job = self.context.api.create(wanted, user=account)
        except AlreadyExists:
            known = next((o for o in self.jobs if o["metadata"]["name"] == name), None)
            if known is None:
                return False
            job = known  # made by an earlier sync that could not write the status any more
        except APIError as error:
            if not namespace_goes(error):
                self._tell("Warning", "FailedCreate", f"Error creating job: {error}")
            raise
        else:
            self._tell("Normal", "SuccessfulCreate", f"Created job {name}")
        self.active.append(reference(job))
        self.last_schedule = timestamp(scheduled)
        return True


def _mail_date(moment: int) -> str:
    """RFC 1123 with a numeric zone: "Thu, 01 Jan 2026 00:01:00 +0000"."""
    shown = EPOCH + timedelta(seconds=moment // SECOND)
    return shown.strftime("%a, %d %b %Y %H:%M:%S +0000")
