"""A room with a CronJob at the start of a minute."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, merge
from tests.controllers.control_room import CONTAINER, Room, control_room

TEMPLATE = {"spec": {"template": {"spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}}}


def cron_room(schedule: str = "* * * * *", **spec: Any) -> Room:
    """The CronJob `cron`; no controller looks after its Jobs."""
    room = control_room("cronjob")
    room.create("CronJob", "cron", {"schedule": schedule, "jobTemplate": TEMPLATE, **spec})
    room.run(1)
    return room


def jobs(room: Room) -> list[Object]:
    """Its Jobs, oldest first."""
    return room.api.list("jobs.batch")


def finish(room: Room, job: Object, kind: str = "Complete") -> None:
    """A Job ends."""
    key = ("default", job["metadata"]["name"])
    status = {"conditions": [{"type": kind, "status": "True"}],
              "completionTime": "2026-01-01T00:01:09Z"}  # fmt: skip
    room.api.store.put("jobs.batch", key, merge(job, {"status": status}))
    room.run(1)
