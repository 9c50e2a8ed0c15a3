"""How ended pods are counted exactly once, and what the status says in the end.

A pod's UID goes into `uncountedTerminatedPods`, then its finalizer goes, then the counter rises: a
crash between two of these steps loses nothing. Source: `trackJobStatusAndRemoveFinalizers` in
`pkg/controller/job/job_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.job.conditions import FINAL, End, new_condition, with_condition
from kubelearn.controllers.job.failure_policy import judge
from kubelearn.controllers.job.indexes import in_range, text_of
from kubelearn.controllers.job.managing import JOBS
from kubelearn.controllers.job.pods import (
    is_failed,
    is_indexed,
    is_tracked,
    per_index,
    release,
)
from kubelearn.controllers.job.situation import Situation
from kubelearn.runtime.part import Context

Uncounted = dict[str, list[str]]


def settle(context: Context, found: Situation, end: End | None, changed: bool) -> bool:
    """Write what ended, release it, count it; whether the Job has ended with that."""
    uncounted = _uncounted(found)
    # What lost its finalizer in a sync before this one is counted first.
    tracked = {pod["metadata"]["uid"] for pod in found.pods if is_tracked(pod)}
    status, counted = _counted(found.job["status"], uncounted, tracked)
    releasable = [pod for pod in found.pods if is_tracked(pod) and _may_go(found, pod, end)]
    noted = sum(_note(found, pod, end, uncounted) for pod in releasable) > 0
    status = {**status, **_numbers(found), "uncountedTerminatedPods": dict(uncounted)}
    if end is not None:
        status = _with(status, end.kind, end, found.now)
    if changed or counted or noted or _differs(status, found.job["status"]):
        _write(context, found, status)
    for pod in releasable:
        release(context, pod)
    left = tracked - {pod["metadata"]["uid"] for pod in releasable}
    status, counted = _counted(status, uncounted, left)
    finished = end is not None and not any(uncounted.values()) and found.terminating == 0
    if finished and end is not None:
        status = _with(status, FINAL[end.kind], end, found.now)
        if end.succeeds:
            status["completionTime"] = status["conditions"][-1]["lastTransitionTime"]
    if counted or finished:
        _write(context, found, status)
    return finished


def _uncounted(found: Situation) -> Uncounted:
    old = found.job["status"].get("uncountedTerminatedPods") or {}
    return {name: list(old.get(name) or ()) for name in ("succeeded", "failed")}


def _counted(status: Object, uncounted: Uncounted, tracked: set[str]) -> tuple[Object, bool]:
    """The status with the UIDs counted whose pods have no finalizer any more."""
    changed = False
    status = dict(status)
    for name, uids in uncounted.items():
        done = [uid for uid in uids if uid not in tracked]
        if done:
            changed = True
            status[name] = (status.get(name) or 0) + len(done)
            uncounted[name] = [uid for uid in uids if uid in tracked]
    status["uncountedTerminatedPods"] = dict(uncounted)
    return status, changed


def _may_go(found: Situation, pod: Object, end: End | None) -> bool:
    """Whether the finalizer of a pod may be removed."""
    phase = pod["status"].get("phase")
    if is_terminating(found.job) or end is not None or phase == "Succeeded":
        return True
    if not is_failed(pod, found.job):
        return False
    uid = pod["metadata"]["uid"]
    return all(one["metadata"]["uid"] != uid for one in found.kept_failures().values())


def _note(found: Situation, pod: Object, end: End | None, uncounted: Uncounted) -> bool:
    """Put an ended pod among the uncounted ones; whether that changed anything."""
    uid, job = pod["metadata"]["uid"], found.job
    valid = not is_indexed(job) or in_range(pod, found.completions)
    if not valid or uid in uncounted["failed"]:
        return False
    if pod["status"].get("phase") == "Succeeded":
        # The list of completed indexes is enough to count no index twice.
        if is_indexed(job) or uid in uncounted["succeeded"]:
            return False
        uncounted["succeeded"].append(uid)
        return True
    fails = is_failed(pod, job) or (end is not None and not end.succeeds)
    if not fails or not judge(job["spec"].get("podFailurePolicy"), pod).counts:
        return False
    uncounted["failed"].append(uid)
    return True


def _numbers(found: Situation) -> Object:
    numbers: dict[str, Any] = {
        "active": found.active,
        "ready": found.ready,
        "terminating": found.terminating,
    }
    if is_indexed(found.job):
        numbers["succeeded"] = len(found.succeeded_indexes)
        numbers["completedIndexes"] = text_of(found.succeeded_indexes)
    if per_index(found.job) is not None:
        numbers["failedIndexes"] = text_of(found.failed_indexes)
    return numbers


def _with(status: Object, kind: str, end: End, now: int) -> Object:
    old = list(status.get("conditions") or ())
    made = new_condition(kind, "True", end.reason, end.message, now)
    return {**status, "conditions": with_condition(old, made)}


def _differs(new: Object, old: Object) -> bool:
    """Whether one of the numbers that call for a write has changed."""
    names = ("active", "ready", "terminating", "completedIndexes", "failedIndexes", "conditions")
    return any((new.get(name) or None) != (old.get(name) or None) for name in names) or (
        "ready" not in old
    )


def _write(context: Context, found: Situation, status: Object) -> None:
    """Write the status; zeros and empty lists are left out where Kubernetes does."""
    metadata = found.job["metadata"]
    waiting = status.get("uncountedTerminatedPods") or {}
    patch: Object = dict(status)
    for name in ("active", "succeeded", "failed", "completedIndexes"):
        patch[name] = status.get(name) or None
    patch["uncountedTerminatedPods"] = {n: waiting.get(n) or None for n in ("succeeded", "failed")}
    written = context.api.patch_status(JOBS, metadata["namespace"], metadata["name"], patch)
    found.job = {**found.job, "status": written["status"]}
