"""Tests of the CronJob controller's whole syncs."""

import pytest

from kubelearn.api.objects import merge
from tests.controllers.cronjob.cron_room import TEMPLATE, cron_room, finish, jobs


def test_a_job_starts_at_the_minute() -> None:
    """A tenth of a second after it, under the name of the minute."""
    room = cron_room()
    room.run(58)
    assert jobs(room) == []
    room.run(2)
    assert [job["metadata"]["name"] for job in jobs(room)] == ["cron-29453761"]
    status = room.get("cronjobs.batch", "cron")["status"]
    assert (len(status["active"]), status["lastScheduleTime"]) == (1, "2026-01-01T00:01:00Z")


@pytest.mark.parametrize(("policy", "count"), [("Allow", 2), ("Forbid", 1), ("Replace", 1)])
def test_policies_about_a_job_that_still_runs(policy: str, count: int) -> None:
    """Beside it, later, or in its place."""
    room = cron_room(concurrencyPolicy=policy)
    room.run(120)
    assert len(jobs(room)) == count
    told = "JobAlreadyActive" if policy == "Forbid" else "SuccessfulDelete"
    assert bool(room.messages(told)) == (policy != "Allow")


def test_a_finished_job_leaves_the_active_list() -> None:
    """And its success is remembered."""
    room = cron_room()
    room.run(60)
    finish(room, jobs(room)[0])
    assert room.messages("SawCompletedJob") == [
        "Saw completed job: cron-29453761, condition: Complete"
    ]
    expected = {"lastScheduleTime": "2026-01-01T00:01:00Z",
                "lastSuccessfulTime": "2026-01-01T00:01:09Z"}  # fmt: skip
    assert expected == room.get("cronjobs.batch", "cron")["status"]


def test_old_jobs_go() -> None:
    """Of failed ones, one stays."""
    room = cron_room()
    for _ in range(3):
        room.run(60)
        finish(room, jobs(room)[-1], "Failed")
    assert [job["metadata"]["name"] for job in jobs(room)] == ["cron-29453763"]


def test_a_late_run_is_missed() -> None:
    """Suspended over its minute, resumed after the deadline: it is not made up for."""
    room = cron_room("1 * * * *", startingDeadlineSeconds=10, suspend=True)
    room.run(90)
    room.api.patch("cronjobs.batch", "default", "cron", {"spec": {"suspend": False}})
    room.run(5)
    assert jobs(room) == []


def test_a_zone_that_does_not_exist_is_told() -> None:
    """The API server refuses it now; older objects may have it."""
    room = cron_room()
    old = room.get("cronjobs.batch", "cron")
    wrong = merge(old, {"spec": {"timeZone": "Mars/Olympus"}})
    room.api.store.put("cronjobs.batch", ("default", "cron"), wrong)
    room.run(1)
    assert room.messages("UnknownTimeZone") == [
        'invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus'
    ]


def test_a_name_that_is_taken() -> None:
    """A Job of somebody else is left alone and not counted."""
    room = cron_room()
    room.create("Job", "cron-29453761", TEMPLATE["spec"])
    room.run(62)
    assert [job["metadata"].get("ownerReferences") for job in jobs(room)] == [None]
    assert room.messages("SuccessfulCreate") == []
    assert "lastScheduleTime" not in (room.get("cronjobs.batch", "cron").get("status") or {})


def test_a_job_of_an_earlier_sync_is_listed_again() -> None:
    """When the status could not be written after it was made."""
    room = cron_room()
    room.run(60)
    cron = room.get("cronjobs.batch", "cron")
    lost = {**cron, "status": {}}
    room.api.store.put("cronjobs.batch", ("default", "cron"), lost)
    room.run(2)
    status = room.get("cronjobs.batch", "cron")["status"]
    assert [one["name"] for one in status["active"]] == ["cron-29453761"]
    assert status["lastScheduleTime"] == "2026-01-01T00:01:00Z"
