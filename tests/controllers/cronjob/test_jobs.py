"""Tests of the Jobs that CronJobs make."""

from kubelearn.controllers.cronjob.jobs import SCHEDULED, new_job, reference, too_old
from tests.controllers.cronjob.cron_room import cron_room, jobs


def test_a_job_knows_when_it_was_due() -> None:
    """In the time of its zone."""
    room = cron_room(timeZone="Europe/Berlin")
    made = new_job(room.get("cronjobs.batch", "cron"), 0)
    assert made["metadata"]["annotations"][SCHEDULED] == "2026-01-01T01:00:00+01:00"


def test_a_reference_names_the_version() -> None:
    """As object references do."""
    room = cron_room()
    room.run(60)
    assert reference(jobs(room)[0])["apiVersion"] == "batch/v1"


def test_a_running_job_is_never_too_old() -> None:
    """Only finished ones are counted."""
    room = cron_room(successfulJobsHistoryLimit=0, failedJobsHistoryLimit=0)
    room.run(60)
    assert too_old(room.get("cronjobs.batch", "cron"), jobs(room)) == []
