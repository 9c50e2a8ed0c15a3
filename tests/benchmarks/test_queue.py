"""The event kernel gives the right waits; how fast is told by `python -m tests.benchmarks`."""

import pytest

from tests.benchmarks.queue import erlang_c_wait, in_simpy, on_our_clock, workload


def test_waits_equal_simpys_one_by_one():
    """Integer nanoseconds: not nearly equal, equal."""
    work = workload(2_000, seed=1)
    assert on_our_clock(work) == in_simpy(work)


def test_erlang_c_of_ten_servers():
    """The textbook value for M/M/10 at 80 % load."""
    assert erlang_c_wait(10, 8.0) == pytest.approx(0.20459, abs=1e-5)


@pytest.mark.slow
def test_the_mean_over_30_seeds_agrees_with_erlang_c():
    """Within the 95 % interval of the 30 means of 100,000 customers."""
    means = [sum(on_our_clock(workload(100_000, seed))) / 1e14 for seed in range(30)]
    mean = sum(means) / 30
    deviation = (sum((one - mean) ** 2 for one in means) / 29) ** 0.5
    assert abs(mean - erlang_c_wait(10, 8.0)) < 2.045 * deviation / 30**0.5
