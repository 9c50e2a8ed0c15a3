"""Back-off, weighted choice, rings with weights."""

from collections import Counter

import pytest

from kubelearn.balancing import Host
from kubelearn.balancing.backoff import JitteredBackoff
from kubelearn.balancing.ring_hash import ring
from kubelearn.balancing.weighted import choose


def test_intervals_double_up_to_the_cap():
    """Envoy's defaults for retries: 25 ms, 250 ms."""
    backoff = JitteredBackoff(25, 250)
    assert [backoff.interval(attempt) for attempt in range(6)] == [25, 50, 100, 200, 250, 250]


def test_a_value_falls_on_the_weights_in_turn():
    """Modulo their sum."""
    assert [choose([90, 10], value) for value in (0, 89, 90, 99, 100)] == [0, 0, 1, 1, 0]
    with pytest.raises(ValueError, match="leave nothing to choose"):
        choose([0, 0], 1)


def test_a_ring_has_at_least_its_minimum_and_shares_by_weight():
    """The lightest host has a whole number of entries."""
    entries = Counter(key for _, key in ring((Host("a", 1), Host("b", 3)), 1024))
    assert entries == {"a": 256, "b": 768}
