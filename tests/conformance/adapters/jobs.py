"""Answers the vectors of `controllers/jobs.json` with the Job controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.job import success_policy
from kubelearn.controllers.job.backoff import BackoffRecord, finish_time, remaining
from kubelearn.controllers.job.failure_policy import judge
from kubelearn.controllers.job.indexes import (
    INDEX,
    first_pending,
    intervals,
    parse,
    split_duplicates,
)
from kubelearn.controllers.job.pods import FINALIZER, generate_name
from kubelearn.controllers.job.situation import Situation
from kubelearn.sim.clock import SECOND
from tests.conformance.adapters.job_sync import sync, sync_never, sync_on_failure

Given = dict[str, Any]


def _failure(given: Given) -> Given:
    policy = given["policy"]
    if policy and not given["backoffLimitPerIndexEnabled"]:
        # An action that is not there yet is passed over like any other unknown one.
        policy = {"rules": [_without_fail_index(rule) for rule in policy["rules"]]}
    found = judge(policy, given["failedPod"])
    fails = found.message is not None
    return {"countFailed": found.counts, "action": found.action, "failJob": fails,
            "message": found.message}  # fmt: skip


def _without_fail_index(rule: Object) -> Object:
    return {**rule, "action": "none"} if rule["action"] == "FailIndex" else rule


def _listed(pairs: list[list[int]]) -> set[int]:
    return {index for first, last in pairs for index in range(first, last + 1)}


def _success(given: Given) -> Given:
    policy = given["policy"] if given["enabled"] else None
    succeeded = _listed(given["succeededIntervals"])
    message = success_policy.met(policy, given["completions"], succeeded)
    return {"met": bool(message), "message": message}


def _remaining(given: Given) -> Given:
    since = given["secondsSinceLastFailure"]
    last = None if since is None else -int(since * SECOND)
    times = (int(given[n] * SECOND) for n in ("defaultBackoffSeconds", "maxBackoffSeconds"))
    left = remaining(given["failuresAfterLastSuccess"], last, 0, *times)
    return {"remainingSeconds": left / SECOND}


def _ended(times: list[str]) -> list[Object]:
    made = ({"terminated": {"finishedAt": time}} for time in times)
    return [{"metadata": {}, "status": {"containerStatuses": [{"state": one}]}} for one in made]


def _record(given: Given) -> Given:
    old = given["previous"] or {"failuresAfterLastSuccess": 0, "lastFailureTime": None}
    time = old["lastFailureTime"]
    before = BackoffRecord(old["failuresAfterLastSuccess"], time and parse_timestamp(time))
    names = ("newSucceededFinishTimes", "newFailedFinishTimes")
    found = before.after(*(_ended(given[name]) for name in names))
    last = None if found.last is None else timestamp(found.last)
    return {"failuresAfterLastSuccess": found.failures, "lastFailureTime": last}


def _finish(given: Given) -> Given:
    return {"time": timestamp(finish_time(given["pod"]))}


def _pods(given: list[Given]) -> list[Object]:
    """Pods of a Job with an index and a phase; "-" stands for no index."""
    return [
        {
            "metadata": {
                "name": f"pod-{number}",
                "uid": str(number),
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "finalizers": [FINALIZER],
                "annotations": {} if one["index"] == "-" else {INDEX: one["index"]},
            },
            "spec": {},
            "status": {"phase": one["phase"]},
        }
        for number, one in enumerate(given)
    ]


def _shown(pods: list[Object]) -> list[Given]:
    return [
        {"index": (p["metadata"]["annotations"] or {}).get(INDEX, "-"),
         "phase": p["status"]["phase"]} for p in pods
    ]  # fmt: skip


def _pending(given: Given) -> Given:
    done = _listed(given["succeededIntervals"]) | _listed(given["failedIntervals"])
    active = _pods(given["activePods"])
    return {"indexes": first_pending(given["count"], given["completions"], active, done)}


def _succeeded(given: Given) -> Given:
    spec = {"completions": given["completions"], "completionMode": "Indexed"}
    job = {"spec": spec, "status": {"completedIndexes": given["previous"]}}
    found = Situation.of(job, _pods(given["pods"]), 0, BackoffRecord())
    previous = parse(given["previous"], given["completions"])
    return {
        "intervals": [list(one) for one in intervals(found.succeeded_indexes)],
        "previousIntervals": [list(one) for one in intervals(previous)],
    }


def _duplicates(given: Given) -> Given:
    removed, kept = split_duplicates(_pods(given["pods"]), given["completions"])
    return {"remove": _shown(removed), "keep": _shown(kept)}


def _name(given: Given) -> Given:
    return {"generateName": generate_name(given["jobName"], given["index"])}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "matchPodFailurePolicy": _failure,
    "matchSuccessPolicy": _success,
    "remainingBackoff": _remaining,
    "newBackoffRecord": _record,
    "podFinishTime": _finish,
    "firstPendingIndexes": _pending,
    "succeededIndexes": _succeeded,
    "duplicateIndexPods": _duplicates,
    "podGenerateName": _name,
    "syncJob": sync,
    "syncJobOnFailure": sync_on_failure,
    "syncJobNever": sync_never,
}
