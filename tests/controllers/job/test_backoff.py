"""Tests of the pauses after failures."""

from kubelearn.controllers.job.backoff import INITIAL, LIMIT, BackoffRecord, finish_time, remaining
from kubelearn.sim.clock import SECOND


def test_pauses_double_up_to_ten_minutes() -> None:
    """10 s, 20 s, 40 s ... 600 s."""
    found = [remaining(n, 0, 0) // INITIAL for n in (1, 2, 3, 6, 7, 100)]
    assert found == [1, 2, 4, 32, 60, LIMIT // INITIAL]


def test_a_success_resets() -> None:
    """Only failures after it count."""
    times = ("2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", "2026-01-01T00:00:03Z")
    early, success, late = ({"metadata": {}, "status": {"containerStatuses": [
        {"state": {"terminated": {"finishedAt": time}}}]}} for time in times)  # fmt: skip
    found = BackoffRecord(5, 0).after([success], [early, late])
    assert found == (1, 3 * SECOND)


def test_the_creation_is_the_last_resort() -> None:
    """A pod without any trace of its end."""
    metadata = {"creationTimestamp": "2026-01-01T00:00:09Z"}
    assert finish_time({"metadata": metadata, "status": {}}) == 9 * SECOND


def test_the_latest_of_the_new_failures_counts() -> None:
    """Even when an older one was reported later than it."""
    failed = {"metadata": {"creationTimestamp": "2026-01-01T00:00:03Z"}, "status": {}}
    found = BackoffRecord(1, 5 * SECOND).after([], [failed])
    assert found == (2, 3 * SECOND)


def test_a_pod_ends_with_the_last_of_its_sidecars() -> None:
    """Other init containers do not count."""
    ends = ("2026-01-01T00:00:01Z", "2026-01-01T00:00:07Z", "2026-01-01T00:00:09Z")
    states = ({"state": {"terminated": {"finishedAt": end}}} for end in ends)
    main, sidecar, setup = states
    inits = [{"name": "s", "restartPolicy": "Always"}, {"name": "i"}]
    status = {
        "containerStatuses": [main],
        "initContainerStatuses": [{"name": "s", **sidecar}, {"name": "i", **setup}],
    }
    pod = {"metadata": {}, "spec": {"initContainers": inits}, "status": status}
    assert finish_time(pod) == 7 * SECOND
