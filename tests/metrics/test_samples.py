"""Rates between two samples."""

from kubelearn.metrics.client import PodMetric
from kubelearn.metrics.samples import Pair, Sample, beginning
from kubelearn.sim.clock import SECOND

RUN = ("uid", 0)


def sample(time, *usages, started=0):
    """A sample at a second."""
    return Sample(time * SECOND, RUN, started * SECOND, usages)


PAIR = Pair(
    sample(10, ("web", 2 * SECOND, 50), ("log", 0, 5)),
    sample(20, ("web", 7 * SECOND, 60), ("log", SECOND, 6)),
)


def test_cpu_is_the_rate_between_the_samples():
    """Five seconds of CPU in ten are half a core."""
    assert PodMetric(600, 20 * SECOND, 10 * SECOND) == PAIR.metric("cpu")
    assert PodMetric(100, 20 * SECOND, 10 * SECOND) == PAIR.metric("cpu", "log")


def test_cpu_is_rounded_up():
    """As a Quantity gives its thousandths."""
    pair = Pair(sample(0, ("web", 0, 0)), sample(10, ("web", 1, 0)))
    assert pair.cpu("web") == 1


def test_memory_is_the_last_amount():
    """In thousandths of a byte."""
    assert PodMetric(66_000, 20 * SECOND, 10 * SECOND) == PAIR.metric("memory")


def test_what_is_not_measured_is_none():
    """Another resource, another container."""
    assert PAIR.metric("example.com/gpu") is None
    assert PAIR.metric("cpu", "absent") is None


def test_the_start_of_a_fresh_container_is_a_sample():
    """From ten seconds on, for one resolution."""
    ages = {age: beginning(sample(100, ("web", 5, 5), started=100 - age), 15 * SECOND)
            for age in (9, 10, 24, 25)}  # fmt: skip
    assert {age for age, found in ages.items() if found is not None} == {10, 24}
    assert ages[10] == sample(90, ("web", 0, 0), started=90)
