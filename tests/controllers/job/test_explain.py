"""Tests of what a Job says that it waits for."""

from kubelearn.controllers.job.backoff import BackoffRecord
from kubelearn.controllers.job.explain import reasons
from tests.controllers.job.job_room import active, end, job_room


def test_the_pause_is_told_with_its_end() -> None:
    """Which is ten seconds after the pod's last trace of life."""
    room = job_room()
    end(room, active(room)[0], 1)
    record = next(iter(room.parts["job"].reconciler.records.values()))
    text = list(reasons(room.get("jobs.batch", "job"), record, room.clock.now))
    assert text[0].startswith("0 of 1 completions, 1 failed, 0 of at most 1 pod active")
    assert text[1] == "waits after a failure: the next pod is made at 2026-01-01T00:00:10Z"


def test_suspension_is_told() -> None:
    """With what to do."""
    room = job_room(suspend=True)
    text = list(reasons(room.get("jobs.batch", "job"), BackoffRecord(), 0))
    assert text[1] == "is suspended: set spec.suspend to false and it makes pods"
