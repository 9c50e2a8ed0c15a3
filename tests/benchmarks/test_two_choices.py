"""The less busy of two hosts; how fast it is told is for `python -m tests.benchmarks`."""

import pytest

from kubelearn.traffic.power_of_two import send
from tests.benchmarks.two_choices import InSimpy, drawn, idle


@pytest.mark.parametrize("workers", [1, 4])
def test_answers_equal_simpys_one_by_one(workers):
    """Integer nanoseconds: not nearly equal, equal."""
    asks = drawn(10, workers, 3_000)
    answered = send(asks, idle(10, workers)).answered
    assert InSimpy(asks, 10, workers).run() == answered.tolist()
