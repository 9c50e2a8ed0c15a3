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
