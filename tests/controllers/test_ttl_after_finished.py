"""Tests of the time that finished Jobs have left."""

from kubelearn.controllers.ttl_after_finished import expiry
from kubelearn.sim.clock import SECOND
from tests.controllers.job.job_room import active, end, job_room


def test_a_finished_job_goes_when_its_time_is_over() -> None:
    """And not before."""
    room = job_room("ttl-after-finished", "garbage-collector", ttlSecondsAfterFinished=20)
    end(room, active(room)[0])
    room.run(15)
    assert len(room.api.list("jobs.batch")) == 1
    room.run(10)
    assert room.api.list("jobs.batch") == []


def test_a_running_job_has_no_end() -> None:
    """The time begins with the final condition."""
    job = {"spec": {"ttlSecondsAfterFinished": 5}, "status": {}}
    assert expiry(job) is None
    done = {"type": "Failed", "status": "True", "lastTransitionTime": "2026-01-01T00:00:01Z"}
    assert expiry({**job, "status": {"conditions": [done]}}) == 6 * SECOND
