"""Tests of what ends a Job."""

from kubelearn.api.objects import merge
from tests.controllers.job.job_room import active, conditions, end, job_room, status


def test_too_many_failed_indexes() -> None:
    """With maxFailedIndexes 0: the first failed index ends the Job."""
    room = job_room(completions=2, parallelism=2, completionMode="Indexed",
                    backoffLimitPerIndex=0, maxFailedIndexes=0)  # fmt: skip
    end(room, active(room)[0], 1)
    room.stop_all()
    room.run(2)
    assert ("Failed", "True", "MaxFailedIndexesExceeded") in conditions(room)


def test_a_failed_index_fails_the_job_in_the_end() -> None:
    """The others may complete first."""
    room = job_room(completions=2, parallelism=2, completionMode="Indexed", backoffLimitPerIndex=0)
    first, second = active(room)
    end(room, first, 1)
    assert conditions(room) == []
    end(room, second)
    assert ("Failed", "True", "FailedIndexes") in conditions(room)
    assert status(room)["failedIndexes"] == "0"


def test_restarts_count_with_on_failure() -> None:
    """As many restarts as backoffLimit end the Job."""
    room = job_room(backoffLimit=2)
    key = ("default", active(room)[0]["metadata"]["name"])
    again = {"status": {"phase": "Running", "containerStatuses": [{"restartCount": 2}]}}
    room.api.store.put("pods", key, merge(room.api.get("pods", *key), again))
    job = room.get("jobs.batch", "job")
    policy = {"spec": {"template": {"spec": {"restartPolicy": "OnFailure"}}}}
    room.api.store.put("jobs.batch", ("default", "job"), merge(job, policy))
    room.run(2)
    assert conditions(room) == [("FailureTarget", "True", "BackoffLimitExceeded")]
