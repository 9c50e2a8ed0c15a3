"""How many pods a Job wants, and the creation or removal of the difference.

Source: `manageJob` in `pkg/controller/job/job_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.controllers.job.backoff import finish_time, remaining
from kubelearn.controllers.job.indexes import by_rank, first_pending, split_duplicates
from kubelearn.controllers.job.pods import (
    all_failures,
    is_indexed,
    is_suspended,
    new_pod,
    per_index,
    release,
    replaces_only_failed,
)
from kubelearn.controllers.job.situation import Situation
from kubelearn.controllers.pods import create_pod, delete_pod, is_ready, namespace_goes
from kubelearn.controllers.replicaset import slow_start
from kubelearn.runtime.part import Context

JOBS = "jobs.batch"
COMPONENT = "job-controller"
BURST = 500
"""Pods created or deleted in one sync at most."""


def manage(context: Context, found: Situation) -> int | None:
    """Create or remove pods; nanoseconds until the next look when that has to wait."""
    surplus = _surplus(found)
    if surplus:
        _remove(context, found, surplus[:BURST])
        return None
    waiting = found.terminating if replaces_only_failed(found.job) else 0
    missing = min(wanted(found) - waiting - found.active, BURST)
    if missing <= 0 or is_suspended(found.job):
        return None
    return _create(context, found, missing)


def wanted(found: Situation) -> int:
    """How many pods shall be active."""
    spec = found.job["spec"]
    if is_suspended(found.job):
        return 0
    parallelism = int(spec.get("parallelism", 1))
    completions: int | None = spec.get("completions")
    if completions is None:
        return found.active if found.succeeded else parallelism
    return max(0, min(parallelism, completions - found.succeeded))


def _surplus(found: Situation) -> list[Object]:
    """The active pods to remove: those whose index another one has, then the least far ones."""
    active = found.active_pods
    count = max(0, len(active) - wanted(found))
    removed: list[Object] = []
    if is_indexed(found.job):
        removed, active = split_duplicates(active, found.completions)
    return removed + by_rank(active)[: max(0, count - len(removed))]


def _remove(context: Context, found: Situation, pods: list[Object]) -> None:
    """Delete pods without counting them as failed: their finalizer goes first."""
    for pod in pods:
        left = release(context, pod)
        if left is not None:
            delete_pod(context, found.job, left, COMPONENT)
        _note_removed(found, pod)
    _see_again(context, found)


def remove_active(context: Context, found: Situation) -> None:
    """Delete all active pods of a Job that ends; they keep their finalizer until counted.

    They are counted as they were before: one that a success made needless has not failed.
    """
    for pod in found.active_pods:
        delete_pod(context, found.job, pod, COMPONENT)
        _note_removed(found, pod)


def _note_removed(found: Situation, pod: Object) -> None:
    found.active -= 1
    found.terminating += 1
    found.ready -= is_ready(pod)


def _see_again(context: Context, found: Situation) -> None:
    """Look at the pods as they are after the writes of this sync."""
    keys = ((p["metadata"]["namespace"], p["metadata"]["name"]) for p in found.pods)
    again = (context.api.find("pods", *key) for key in keys)
    found.pods = [pod for pod in again if pod is not None]


def _create(context: Context, found: Situation, missing: int) -> int | None:
    if per_index(found.job) is not None:
        return _create_each(context, found, missing)
    pause = found.record.remaining(found.now)
    if pause:
        return pause
    indexes: list[int | None] = [None] * missing
    if is_indexed(found.job):
        done, active = found.succeeded_indexes, found.active_pods
        indexes = [*first_pending(missing, found.completions, active, done)]
    _create_all(context, found, [new_pod(found.job, index) for index in indexes])
    return None


def _create_each(context: Context, found: Situation, missing: int) -> int | None:
    """Pods for those indexes whose own pause is over."""
    done, kept = found.succeeded_indexes | found.failed_indexes, found.kept_failures()
    indexes = first_pending(missing, found.completions, found.active_pods, done)
    pauses = {index: _pause(kept.get(index), found.now) for index in indexes}
    due = [index for index in indexes if not pauses[index]]
    _create_all(context, found, [new_pod(found.job, i, kept.get(i)) for i in due])
    return None if due else min(pauses.values(), default=None)


def _pause(failed: Object | None, now: int) -> int:
    if failed is None:
        return 0
    return remaining(all_failures(failed) + 1, finish_time(failed), now)


def _create_all(context: Context, found: Situation, pods: list[Object]) -> None:
    """Create pods in batches; a batch with a refusal is the last."""
    left = iter(pods)
    for size in slow_start(len(pods)):
        refusals = [one for _ in range(size) if (one := _try(context, found, next(left)))]
        if refusals:
            if not namespace_goes(refusals[0]):
                raise refusals[0]
            return


def _try(context: Context, found: Situation, pod: Object) -> APIError | None:
    try:
        made = create_pod(context, found.job, pod, COMPONENT)
    except APIError as error:
        return error
    found.active += 1
    found.pods = [*found.pods, made]
    return None
