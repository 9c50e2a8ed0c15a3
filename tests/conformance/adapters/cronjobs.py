"""Answers the vectors of `controllers/cronjobs.json` with the CronJob controller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kubelearn.api.objects import Object, merge, owner_reference
from kubelearn.api.times import EPOCH, parse_timestamp
from kubelearn.controllers.cronjob.controller import CRONJOBS, JOBS, CronJobController
from kubelearn.controllers.cronjob.due import ScheduleError, due, wait
from kubelearn.controllers.cronjob.jobs import job_name, reference
from kubelearn.controllers.cronjob.schedule import parse
from kubelearn.sim.clock import SECOND
from tests.controllers.control_room import CONTAINER, Room, control_room

Given = dict[str, Any]
TEMPLATE = {"spec": {"template": {"spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}}}


def _text(moment: int) -> str:
    return (EPOCH + timedelta(seconds=moment // SECOND)).isoformat().replace("+00:00", "Z")


def _recent(given: Given) -> Given:
    cronjob, now = given["cronJob"], parse_timestamp(given["now"])
    schedule = parse(cronjob["spec"]["schedule"])
    try:
        found = due(cronjob, now, schedule, with_deadline=given["applyStartingDeadline"])
    except ScheduleError:
        return {"error": True}
    recent = None if found.most_recent is None else _text(found.most_recent)
    return {"earliestTime": _text(found.earliest), "mostRecentTime": recent,
            "missed": found.missed}  # fmt: skip


def _requeue(given: Given) -> Given:
    schedule = parse(given["cronJob"]["spec"]["schedule"])
    delay = wait(given["cronJob"], parse_timestamp(given["now"]), schedule)
    return {"delaySeconds": delay / SECOND}


def _sync(given: Given) -> Given:
    room = control_room(now=parse_timestamp(given["now"]))
    key, cronjob = _put_cronjob(room, given["cronJob"])
    if given["previousJob"] is not None:
        _put_previous(room, key, cronjob, given["previousJob"])
    start = len(room.api.store.log)
    again = CronJobController(room.context).reconcile(key)
    records = room.api.store.log[start:]
    jobs = [record for record in records if record.resource == JOBS]
    events = [r.new for r in records if r.resource == "events" and r.new is not None]
    found = {
        "createJob": any(record.old is None for record in jobs),
        "deleteJob": any(record.new is None for record in jobs),
        "warnings": sum(event["type"] == "Warning" for event in events),
        "updateStatus": any(record.resource == CRONJOBS for record in records),
        "error": False,
    }
    return found if again is None else {**found, "requeueAfterSeconds": again / SECOND}


def _put_cronjob(room: Room, given: Object) -> tuple[tuple[str, str], Object]:
    """The CronJob as given: past the validation, which refuses some of these today."""
    metadata = {"uid": "1a2b3c", **given["metadata"]}
    key = (metadata["namespace"], metadata["name"])
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": key[0]}}
    room.api.create(namespace)
    spec = {**given["spec"], "jobTemplate": TEMPLATE}
    cronjob = {**given, "metadata": metadata, "spec": spec}
    return key, room.api.store.put(CRONJOBS, key, cronjob)


def _put_previous(room: Room, key: tuple[str, str], cronjob: Object, given: Given) -> None:
    scheduled = parse_timestamp(given["scheduledTime"])
    name = job_name(cronjob, scheduled)
    metadata = {"name": name, "namespace": key[0], "uid": "previous",
                "creationTimestamp": given["scheduledTime"],
                "ownerReferences": [owner_reference(cronjob)]}  # fmt: skip
    done = [{"type": "Complete", "status": "True"}] if given["finished"] else []
    status = {"startTime": given["scheduledTime"], "conditions": done}
    if given["completionTime"]:
        status["completionTime"] = given["completionTime"]
    job: Object = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
                   "spec": TEMPLATE["spec"], "status": status}  # fmt: skip
    # What a cache shows makes no difference to a controller without one: it sees what there is.
    room.api.store.put(JOBS, (key[0], name), job)
    if given["listedInStatusActive"] or given["listedInLiveStatusActive"]:
        patch = {"status": {"active": [reference(job)]}}
        room.api.store.put(CRONJOBS, key, merge(room.api.get(CRONJOBS, *key), patch))


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "mostRecentScheduleTime": _recent,
    "requeueDelay": _requeue,
    "syncCronJob": _sync,
}
