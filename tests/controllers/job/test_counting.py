"""Tests of the counting of ended pods."""

from kubelearn.controllers.job.pods import FINALIZER
from tests.controllers.job.job_room import active, end, job_room, status


def test_a_pod_is_noted_then_released_then_counted() -> None:
    """Three writes, in this order."""
    room = job_room()
    pod = active(room)[0]
    start = len(room.api.store.log)
    end(room, pod)
    steps = []
    for record in room.api.store.log[start:]:
        new = record.new or {}
        if record.resource == "jobs.batch":
            uncounted = new["status"]["uncountedTerminatedPods"].get("succeeded")
            steps.append((uncounted, new["status"].get("succeeded")))
        elif record.resource == "pods" and FINALIZER not in new["metadata"].get("finalizers", ()):
            steps.append(("released", None))
    uid = pod["metadata"]["uid"]
    assert [([uid], None), ("released", None), (None, 1)] == steps


def test_no_pod_is_counted_twice() -> None:
    """Many syncs later the numbers are the same."""
    room = job_room(completions=3)
    end(room, active(room)[0], 1)
    room.run(60)
    assert status(room)["failed"] == 1
