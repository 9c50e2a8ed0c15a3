"""Job: runs pods until enough of them have succeeded, or too many have failed.

Source: `pkg/controller/job/job_controller.go`, Kubernetes 1.36.

Unlike the real one: Jobs of another manager (`spec.managedBy`) are left alone without its metrics;
a sync counts all ended pods at once (the real one at most 500); an unknown completion mode is
refused by the API server only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, controller_of, is_terminating
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers.adoption import ORPHANS, adopters, claim
from kubelearn.controllers.job.backoff import BackoffRecord
from kubelearn.controllers.job.conditions import (
    REACHED,
    End,
    is_finished,
    new_condition,
    with_condition,
)
from kubelearn.controllers.job.counting import settle
from kubelearn.controllers.job.explain import reasons
from kubelearn.controllers.job.managing import COMPONENT, JOBS, manage, remove_active
from kubelearn.controllers.job.pods import is_suspended, is_tracked, release
from kubelearn.controllers.job.situation import Situation
from kubelearn.runtime.controller import Mapped, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

BATCH = SECOND
"""Changes of pods, and of the status, are gathered for so long before the next sync."""
MANAGER = "kubernetes.io/job-controller"


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    return adopters(reconciler.context, record, JOBS)


def _owners(_reconciler: Any, record: Record) -> Iterable[Key]:
    return Owned("pods", by="Job").keys(None, record)


def _spec_changed(_reconciler: Any, record: Record) -> Iterable[Key]:
    return () if _same_generation(record) else (record.key,)


def _status_changed(_reconciler: Any, record: Record) -> Iterable[Key]:
    return (record.key,) if _same_generation(record) else ()


def _same_generation(record: Record) -> bool:
    if record.old is None or record.new is None:
        return False
    old, new = record.old["metadata"], record.new["metadata"]
    return bool(old.get("generation") == new.get("generation"))


class JobController:
    """Creates, counts and removes the pods of Jobs."""

    name: ClassVar[str] = "job"
    watches: ClassVar[tuple[Watch, ...]] = (
        Mapped(JOBS, _spec_changed),
        Mapped(JOBS, _status_changed, BATCH),
        Mapped("pods", _owners, BATCH, about=frozenset({"Job"})),
        Mapped("pods", _adopters, BATCH, about=ORPHANS),
    )
    explains: ClassVar[tuple[str, ...]] = (JOBS,)
    state: ClassVar[tuple[str, ...]] = ("records",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.records: dict[str, BackoffRecord] = {}
        """UID of a Job → its failures since the last success."""

    def reconcile(self, key: Key) -> int | None:
        """Count what ended, decide whether the Job ends, make or remove pods, write the status."""
        job = self.context.api.find(JOBS, *key)
        if job is None:
            self._release_orphans(key)
            return None
        if job["spec"].get("managedBy", MANAGER) != MANAGER or is_finished(job):
            self.records.pop(job["metadata"]["uid"], None)
            return None
        return self._sync(job)

    def _release_orphans(self, key: Key) -> None:
        """Pods of a Job that is gone need not be counted any more."""
        for pod in self.context.api.list("pods", key[0]):
            owner = controller_of(pod)
            if is_tracked(pod) and (owner is None or _is_gone(owner, key)):
                release(self.context, pod)

    def _sync(self, job: Object) -> int | None:
        job = self._started(job)
        uid = job["metadata"]["uid"]
        pods = claim(self.context, job, "pods")
        known = self.records.get(uid, BackoffRecord())
        found = Situation.of(job, pods, self.context.clock.now, known)
        again, refusal, changed = None, None, False
        end = found.end()
        if end is not None:
            remove_active(self.context, found)
        else:
            deadline = found.deadline()
            again = None if deadline is None else deadline - found.now
            try:
                if not is_terminating(job):
                    again = _sooner(again, manage(self.context, found))
            except APIError as error:
                refusal = error
            if _is_complete(found):
                end = REACHED
            elif not is_terminating(job):
                changed = self._suspension(found)
        self.records[uid] = found.record
        self._finish(found, end, changed)
        if refusal is not None:
            raise refusal
        return again

    def _finish(self, found: Situation, end: End | None, changed: bool) -> None:
        """Count, write, and tell how it ended."""
        if not settle(self.context, found, end, changed):
            return
        assert end is not None
        self.records.pop(found.job["metadata"]["uid"], None)
        if end.succeeds:
            wanted = found.job["spec"].get("completions")
            if wanted is not None and found.job["status"].get("succeeded", 0) > wanted:
                text = "Too many succeeded pods running after completion count reached"
                self._tell(found.job, "Warning", "TooManySucceededPods", text)
            self._tell(found.job, "Normal", "Completed", "Job completed")
        else:
            self._tell(found.job, "Warning", end.reason, end.message)

    def _tell(self, job: Object, kind: str, reason: str, message: str) -> None:
        self.context.recorder.event(job, kind, reason, message, COMPONENT)

    def _started(self, job: Object) -> Object:
        """The Job with a start time, unless it is suspended; written with the rest."""
        if job["status"].get("startTime") or is_suspended(job):
            return job
        status = {**job["status"], "startTime": timestamp(self.context.clock.now)}
        return {**job, "status": status}

    def _suspension(self, found: Situation) -> bool:
        """Note in the situation's Job that it was suspended or resumed; whether it was."""
        status = found.job["status"]
        old = list(status.get("conditions") or ())
        stops = is_suspended(found.job)
        word = "suspended" if stops else "resumed"
        reason, message = f"Job{word.capitalize()}", f"Job {word}"
        made = new_condition("Suspended", str(stops), reason, message, found.now)
        new = with_condition(old, made)
        if new is old:
            return False
        start = None if stops else timestamp(found.now)
        found.job = {**found.job, "status": {**status, "conditions": new, "startTime": start}}
        self._tell(found.job, "Normal", word.capitalize(), message)
        return True

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What a Job waits for."""
        record = self.records.get(obj["metadata"]["uid"], BackoffRecord())
        return [Reason(COMPONENT, text) for text in reasons(obj, record, self.context.clock.now)]


def _is_gone(owner: Object, key: Key) -> bool:
    return bool(owner["kind"] == "Job" and owner["name"] == key[1])


def _is_complete(found: Situation) -> bool:
    wanted = found.job["spec"].get("completions")
    enough = found.succeeded > 0 if wanted is None else found.succeeded >= wanted
    return enough and found.active == 0


def _sooner(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)
