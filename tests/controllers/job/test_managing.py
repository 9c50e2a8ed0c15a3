"""Tests of how many pods a Job has."""

from tests.controllers.job.job_room import active, end, job_room


def test_no_more_pods_than_completions_are_left() -> None:
    """Three at a time, four in all: after two successes two are wanted."""
    room = job_room(parallelism=3, completions=4)
    found = [len(active(room))]
    for pod in active(room)[:2]:
        end(room, pod)
        found.append(len(active(room)))
    assert found == [3, 3, 2]


def test_a_work_queue_makes_no_pods_after_a_success() -> None:
    """Without completions the first success says that the work is done."""
    room = job_room(parallelism=2, completions=None)
    end(room, active(room)[0])
    assert len(active(room)) == 1


def test_less_parallelism_deletes_pods_without_counting_them() -> None:
    """They are not failures."""
    room = job_room(parallelism=3, completions=3)
    room.api.patch("jobs.batch", "default", "job", {"spec": {"parallelism": 1}})
    room.run(2)
    assert len(active(room)) == 1
    assert "failed" not in room.get("jobs.batch", "job")["status"]


def test_a_going_pod_is_not_replaced_under_failed() -> None:
    """The policy Failed waits until it has ended."""
    found = []
    for policy in ("TerminatingOrFailed", "Failed"):
        room = job_room(podReplacementPolicy=policy)
        room.start_all()
        room.api.delete("pods", "default", room.pods()[0]["metadata"]["name"])
        room.run(45)
        found.append(len(active(room)))
    assert found == [1, 0]
