"""Tests of the Job controller's whole syncs."""

from tests.controllers.job.job_room import POLICY, active, conditions, end, job_room, status


def test_a_job_is_complete_after_its_pod() -> None:
    """The interim condition comes first, then the final one, then the event."""
    room = job_room()
    end(room, active(room)[0])
    kinds = [(kind, reason) for kind, _, reason in conditions(room)]
    expected = [("SuccessCriteriaMet", "CompletionsReached"), ("Complete", "CompletionsReached")]
    assert expected == kinds
    assert room.messages("Completed") == ["Job completed"]


def test_failed_pods_are_replaced_up_to_the_limit() -> None:
    """With backoffLimit 1: one more pod, ten seconds later, then the Job fails."""
    room = job_room(backoffLimit=1)
    end(room, active(room)[0], 1)
    assert active(room) == []
    room.run(10)
    end(room, active(room)[0], 1)
    expected = [("FailureTarget", "True", "BackoffLimitExceeded"),
                ("Failed", "True", "BackoffLimitExceeded")]  # fmt: skip
    assert expected == conditions(room)
    assert status(room)["failed"] == 2


def test_the_policy_ends_a_job_at_once() -> None:
    """An exit code of a FailJob rule fails the Job although retries are left."""
    room = job_room(podFailurePolicy=POLICY)
    pod = active(room)[0]["metadata"]["name"]
    end(room, active(room)[0], 42)
    text = f"Container web for pod default/{pod} failed with exit code 42 matching FailJob rule"
    assert [f"{text} at index 0"] == room.messages("PodFailurePolicy")


def test_suspension_removes_pods_and_resumption_makes_them() -> None:
    """Suspended: no pods, no start time; resumed: both again."""
    room = job_room(parallelism=2, completions=2)
    for suspend, reason in ((True, "Suspended"), (False, "Resumed")):
        room.api.patch("jobs.batch", "default", "job", {"spec": {"suspend": suspend}})
        room.run(2)
        assert (len(active(room)), "startTime" in status(room)) == (
            (0, False) if suspend else (2, True)
        )
        assert room.messages(reason) == [f"Job {reason.lower()}"]


def test_a_deadline_ends_a_job() -> None:
    """The time counts from the start; active pods are deleted and count as failed."""
    room = job_room(activeDeadlineSeconds=5)
    room.run(10)
    assert ("Failed", "True", "DeadlineExceeded") in conditions(room)
    assert status(room)["failed"] == 1


def test_a_going_pod_delays_the_final_condition() -> None:
    """As long as a pod is stopping the Job has only FailureTarget."""
    room = job_room(activeDeadlineSeconds=5)
    room.start_all()
    room.run(10)
    assert conditions(room) == [("FailureTarget", "True", "DeadlineExceeded")]
    room.stop_all()
    room.run(3)
    assert ("Failed", "True", "DeadlineExceeded") in conditions(room)


def test_pods_of_a_gone_job_lose_their_finalizer() -> None:
    """Nobody will count them any more."""
    room = job_room()
    room.api.delete("jobs.batch", "default", "job", propagation="Background")
    room.api.delete("pods", "default", room.pods()[0]["metadata"]["name"], grace=0)
    room.run(3)
    assert room.pods() == []


def test_jobs_of_another_manager_are_left_alone() -> None:
    """spec.managedBy names who makes the pods."""
    assert job_room(managedBy="example.com/other").pods() == []


def test_two_worlds_keep_their_own_records() -> None:
    """A fork goes on with the same back-off."""
    room = job_room()
    end(room, active(room)[0], 1)
    twin = room.fork()
    twin.run(12)
    assert (len(active(twin)), len(active(room))) == (1, 0)
