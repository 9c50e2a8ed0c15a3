"""A room with a Job and without a kubelet: pods end when a test says so."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, merge
from tests.controllers.control_room import CONTAINER, Room, control_room

POLICY = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]}


def job_room(*more: str, **spec: Any) -> Room:
    """The Job `job` with this spec, looked at for the first time."""
    room = control_room("job", *more)
    template = {"spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}
    room.create("Job", "job", {"template": template, **spec})
    room.run(2)
    return room


def end(room: Room, pod: Object, code: int = 0) -> None:
    """All containers of a pod exit; the controller has seen it two seconds later."""
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    state = {"terminated": {"exitCode": code}}
    status = {
        "phase": "Failed" if code else "Succeeded",
        "containerStatuses": [{"name": "web", "state": state}],
    }
    room.api.store.put("pods", key, merge(room.api.get("pods", *key), {"status": status}))
    room.run(2)


def status(room: Room) -> Object:
    """The status of the Job."""
    found: Object = room.get("jobs.batch", "job")["status"]
    return found


def conditions(room: Room) -> list[tuple[str, str, str]]:
    """Type, status and reason of the conditions, in their order."""
    found = status(room).get("conditions") or ()
    return [(one["type"], one["status"], one["reason"]) for one in found]


def active(room: Room) -> list[Object]:
    """The pods that are Pending and not asked to go."""
    return [pod for pod in room.live() if pod["status"]["phase"] == "Pending"]
