"""Puts whole syncs of `controllers/jobs.json` to the Job controller, on a real API server.

The cases tell which feature gates are on. Where JobPodReplacementPolicy and JobManagedBy are off,
the final condition does not wait for pods to stop, and there is no interim one: so pods that were
asked to go are taken away, another sync follows, and interim conditions are not compared.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, merge
from kubelearn.api.store import Record
from kubelearn.controllers.job.backoff import BackoffRecord
from kubelearn.controllers.job.conditions import FINAL
from kubelearn.controllers.job.controller import JobController
from kubelearn.controllers.job.indexes import INDEX
from kubelearn.controllers.job.pods import FINALIZER, new_pod
from tests.controllers.control_room import CONTAINER, Room, control_room

Given = dict[str, Any]
KEY = ("default", "job")
JOBS = "jobs.batch"
MARK = {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 30}


def sync(given: Given) -> Given:
    """One sync of a Job with so many pods of each kind."""
    room, job = _job(given)
    for phase, count, ready, going in _groups(given["pods"]):
        for number in range(count):
            _pod(room, job, phase, ready=number < ready, going=going)
    for one in given["indexedPods"]:
        _pod(room, job, one["phase"], index=one["index"])
    start = len(room.api.store.log)
    controller = JobController(room.context)
    if given["backoffRecord"]:
        controller.records[job["metadata"]["uid"]] = _just_failed(room, given["backoffRecord"])
    controller.reconcile(KEY)
    records = room.api.store.log[start:]
    gates = given["featureGates"]
    found = _counters(room, gates) | _writes(records)
    if not (gates["JobPodReplacementPolicy"] or gates["JobManagedBy"]):
        found["conditions"] = _final(room, gates)
    indexes = _created_indexes(records)
    return found | ({"createdIndexes": indexes} if indexes else {})


def _just_failed(room: Room, given: Given) -> BackoffRecord:
    """The failures so far; in upstream's table the last of them is always of this moment."""
    last = given.get("lastFailureTime") and room.clock.now
    return BackoffRecord(given["failuresAfterLastSuccess"], last)


def _groups(pods: Given) -> list[tuple[str, int, int, bool]]:
    return [
        ("Pending", pods["pending"], 0, False),
        ("Running", pods["running"], pods["ready"], False),
        ("Succeeded", pods["succeeded"], 0, False),
        ("Failed", pods["failed"], 0, False),
        ("Running", pods["terminating"], 0, True),
    ]


def sync_on_failure(given: Given) -> Given:
    """Syncs of a Job whose pods restart their containers."""
    room, job = _job({**given, "restartPolicy": "OnFailure"})
    for restarts in given["podRestartCounts"]:
        status = {"containerStatuses": [{"name": "c", "restartCount": restarts}]}
        _pod(room, job, given["podPhase"], status=status)
    JobController(room.context).reconcile(KEY)
    return _short(room, interim=any(given["featureGates"].values()))


def sync_never(given: Given) -> Given:
    """Syncs of a Job whose pods never restart."""
    room, job = _job({**given, "restartPolicy": "Never"})
    for _ in range(given["activePods"]):
        _pod(room, job, given["activePodsPhase"])
    for _ in range(given["failedPods"]):
        _pod(room, job, "Failed")
    JobController(room.context).reconcile(KEY)
    return _short(room)


def _job(given: Given) -> tuple[Room, Object]:
    """A room with the Job and no running controllers."""
    room = control_room()
    names = ("parallelism", "completions", "backoffLimit", "completionMode", "suspend",
             "podReplacementPolicy", "podFailurePolicy")  # fmt: skip
    spec = {name: given[name] for name in names if given.get(name) is not None}
    policy = given.get("restartPolicy", "Never")
    spec["template"] = {"spec": {"containers": [CONTAINER], "restartPolicy": policy}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": spec}
    made = room.api.create({**job, "metadata": {"name": "job", "namespace": "default"}})
    patch: Object = {"status": dict(given.get("previousStatus") or {})}
    if given.get("wasSuspended"):
        suspended = {"type": "Suspended", "status": "True", "reason": "JobSuspended",
                     "message": "Job suspended"}  # fmt: skip
        patch["status"]["conditions"] = [suspended]
    if given.get("deleting"):
        patch["metadata"] = {**MARK, "finalizers": ["foregroundDeletion"]}
    made = merge(made, patch)
    room.api.store.put(JOBS, KEY, made)
    return room, made


def _pod(
    room: Room,
    job: Object,
    phase: str,
    *,
    ready: bool = False,
    going: bool = False,
    index: str = "",
    status: Object | None = None,
) -> None:
    pod = room.api.create(new_pod(job))
    conditions = [{"type": "Ready", "status": str(ready)}]
    patch: Object = {"status": {"phase": phase, "conditions": conditions, **(status or {})}}
    # Created long ago: no back-off is left of those that have failed.
    patch["metadata"] = {"creationTimestamp": "2025-01-01T00:00:00Z"} | (MARK if going else {})
    if index:
        patch["metadata"]["annotations"] = {INDEX: index}
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    room.api.store.put("pods", key, merge(pod, patch))


def _counters(room: Room, gates: dict[str, bool]) -> Given:
    status = room.api.get(JOBS, *KEY)["status"]
    found = {name: status.get(name) or 0 for name in ("active", "ready", "succeeded", "failed")}
    reported = gates["JobPodReplacementPolicy"]
    found["terminating"] = status.get("terminating", 0) if reported else None
    found["completedIndexes"] = status.get("completedIndexes") or ""
    return {**found, "conditions": _conditions(status.get("conditions") or ())}


def _conditions(conditions: Any) -> list[Given]:
    names = ("type", "status", "reason", "message")
    return [{name: one.get(name, "") for name in names} for one in conditions]


def _final(room: Room, gates: dict[str, bool]) -> list[Given]:
    """The conditions when all pods that go are gone, without the interim ones."""
    _let_go(room)
    found = room.api.get(JOBS, *KEY)["status"].get("conditions") or ()
    left = [one for one in _conditions(found) if not _is_interim(one)]
    for one in left:
        if one["type"] == "Complete" and not gates["JobSuccessPolicy"]:
            one["reason"] = one["message"] = ""  # they came with that gate
    return left


def _is_interim(condition: Given) -> bool:
    return condition["type"] in FINAL and condition["status"] == "True"


def _let_go(room: Room) -> None:
    for pod in room.api.list("pods", "default"):
        if "deletionTimestamp" in pod["metadata"]:
            room.api.store.delete("pods", ("default", pod["metadata"]["name"]))
    JobController(room.context).reconcile(KEY)


def _short(room: Room, *, interim: bool = False) -> Given:
    status = room.api.get(JOBS, *KEY)["status"]
    found = {name: status.get(name) or 0 for name in ("active", "succeeded", "failed")}
    if not interim:
        _let_go(room)
    status = room.api.get(JOBS, *KEY)["status"]
    names = ("type", "status", "reason")
    conditions = status.get("conditions") or ()
    shown = [{name: one[name] for name in names} for one in conditions]
    return {**found, "conditions": [one for one in shown if interim or not _is_interim(one)]}


def _writes(records: list[Record]) -> Given:
    pods = [record for record in records if record.resource == "pods"]
    return {
        "creations": sum(record.old is None for record in pods),
        "deletions": sum(_is_deletion(record) for record in pods),
        "podPatches": sum(_lost_finalizer(record) for record in pods),
    }


def _is_deletion(record: Record) -> bool:
    if record.old is None:
        return False
    if record.new is None:
        return "deletionTimestamp" not in record.old["metadata"]
    was, now = record.old["metadata"], record.new["metadata"]
    return "deletionTimestamp" in now and "deletionTimestamp" not in was


def _lost_finalizer(record: Record) -> bool:
    if record.old is None:
        return False
    had = FINALIZER in (record.old["metadata"].get("finalizers") or ())
    has = record.new is not None and FINALIZER in (record.new["metadata"].get("finalizers") or ())
    return had and not has


def _created_indexes(records: list[Record]) -> list[int]:
    made = (r.new for r in records if r.resource == "pods" and r.old is None and r.new is not None)
    found = ((pod["metadata"].get("annotations") or {}).get(INDEX) for pod in made)
    return sorted(int(index) for index in found if index is not None)
