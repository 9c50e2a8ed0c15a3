"""Tests of successPolicy."""

from kubelearn.controllers.job.success_policy import met
from tests.controllers.job.job_room import active, conditions, end, job_room


def test_a_count_among_indexes() -> None:
    """Two of three named indexes are enough."""
    policy = {"rules": [{"succeededIndexes": "0-2", "succeededCount": 2}]}
    found = [met(policy, 5, done) for done in ({0}, {0, 4}, {0, 2})]
    assert found == ["", "", "Matched rules at index 0"]


def test_a_job_ends_early() -> None:
    """The leader is done: the others are stopped and not counted as failed."""
    policy = {"rules": [{"succeededIndexes": "0"}]}
    room = job_room(completions=2, parallelism=2, completionMode="Indexed", successPolicy=policy)
    leader = next(p for p in active(room) if "-0-" in p["metadata"]["name"])
    end(room, leader)
    room.run(2)
    assert ("Complete", "True", "SuccessPolicy") in conditions(room)
    assert "failed" not in room.get("jobs.batch", "job")["status"]
