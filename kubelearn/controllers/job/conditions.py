"""The conditions of a Job and how it ends, in two steps.

First `FailureTarget` or `SuccessCriteriaMet` says how it will end; when its last pod has stopped,
`Failed` or `Complete` says that it has. Source: `pkg/controller/job/job_controller.go`, 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object, condition, is_true
from kubelearn.api.times import timestamp

FINAL = {"FailureTarget": "Failed", "SuccessCriteriaMet": "Complete"}
"""Interim condition → the final one."""


class End(NamedTuple):
    """How a Job ends: the interim condition, reason and message."""

    kind: str
    reason: str
    message: str

    @property
    def succeeds(self) -> bool:
        """Whether this is a good end."""
        return self.kind == "SuccessCriteriaMet"


REACHED = End(
    "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods"
)


def failure(reason: str, message: str) -> End:
    """A bad end."""
    return End("FailureTarget", reason, message)


def decided(job: Object) -> End | None:
    """The end that an earlier sync has decided on."""
    for kind in ("SuccessCriteriaMet", "FailureTarget"):
        if is_true(job, kind):
            found = condition(job, kind) or {}
            return End(kind, found.get("reason", ""), found.get("message", ""))
    return None


def is_finished(job: Object) -> bool:
    """Whether a Job is Complete or Failed."""
    return is_true(job, "Complete") or is_true(job, "Failed")


def finished_as(job: Object) -> str:
    """How a Job has ended: "Complete" or "Failed"; "" when it has not."""
    return next((kind for kind in ("Complete", "Failed") if is_true(job, kind)), "")


def new_condition(kind: str, status: str, reason: str, message: str, now: int) -> Object:
    """A condition as it is written; empty texts are left out."""
    time = timestamp(now)
    made = {"type": kind, "status": status, "lastProbeTime": time, "lastTransitionTime": time}
    return made | {n: v for n, v in (("reason", reason), ("message", message)) if v}


def with_condition(conditions: list[Object], new: Object) -> list[Object]:
    """The conditions with one changed or added; the same list when nothing changes.

    A condition that would be False and is not there yet is not added.
    """
    for number, old in enumerate(conditions):
        if old["type"] == new["type"]:
            if all(old.get(name) == new.get(name) for name in ("status", "reason", "message")):
                return conditions
            return [*conditions[:number], new, *conditions[number + 1 :]]
    return conditions if new["status"] == "False" else [*conditions, new]
