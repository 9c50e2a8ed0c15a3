"""Histograms that forget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.verticalpodautoscaler.histogram import CPU, HALF_LIFE, MEMORY, Histogram


@given(st.floats(0, 999))
def test_a_value_lies_in_its_bucket(value):
    """Between its start and the next one's."""
    bucket = CPU.bucket(value)
    assert CPU.start(bucket) <= value * (1 + 1e-9) + 1e-12
    assert value <= CPU.start(bucket + 1) * (1 + 1e-9)


def test_what_is_too_large_is_in_the_last_bucket():
    """And above its start nothing is told apart."""
    assert MEMORY.bucket(1e15) == MEMORY.buckets - 1
    assert Histogram(MEMORY).add(1e15, 1, 0).percentile(1.0) == MEMORY.start(MEMORY.buckets - 1)


def test_a_percentile_is_the_end_of_a_bucket():
    """At most 5 % above the value, and a bucket's first width."""
    histogram = Histogram(CPU)
    for number in range(1, 11):
        histogram = histogram.add(number / 10, 1, 0)
    assert histogram.percentile(0.5) == pytest.approx(0.5, abs=0.035)
    assert histogram.percentile(0.9) == pytest.approx(0.9, abs=0.055)


def test_a_sample_weighs_half_after_a_day():
    """So that two of yesterday are as much as one of today."""
    old = Histogram(CPU).add(0.1, 2, 0)
    assert old.add(0.5, 0.99, HALF_LIFE).percentile(0.5) < 0.2
    assert old.add(0.5, 1.01, HALF_LIFE).percentile(0.5) > 0.5


def test_a_sample_can_be_taken_away():
    """Nothing is left then."""
    assert Histogram(CPU).add(0.1, 1, 5).add(0.1, -1, 5).weights == ()
    assert Histogram(CPU).percentile(0.9) == 0.0
