"""What a container should request."""

import pytest

from kubelearn.controllers.verticalpodautoscaler.estimate import (
    DAY,
    Peak,
    Seen,
    after_oom,
    recommend,
    with_memory,
)

MIB = 2**20


def seen(cores, days=1):
    """So much cpu once a minute for some days."""
    found = Seen()
    for minute in range(days * 1440 + 1):
        found = found.with_cpu(cores, 1.0, minute * DAY // 1440)
    return found


def test_the_target_is_the_usage_and_15_percent():
    """As far as buckets tell it."""
    assert recommend(seen(0.5), 1).target.cpu == pytest.approx(0.5 * 1.15, rel=0.06)


def test_bounds_narrow_with_the_days():
    """With little history everything is possible."""
    found = seen(0.5)
    assert found.confidence == pytest.approx(1.0, rel=0.01)
    one, week = recommend(found, 1), recommend(seen(0.5, 7), 1)
    assert one.upper.cpu > week.upper.cpu > week.target.cpu
    assert one.lower.cpu <= week.lower.cpu <= week.target.cpu


def test_a_pod_gets_no_less_than_the_least():
    """Which its containers share."""
    found = recommend(seen(0.0001), 2).target
    assert (found.cpu, found.memory) == (0.0125, 125 * MIB)


def test_only_the_peak_of_a_day_counts():
    """A smaller sample changes nothing, a larger one takes its place."""
    first, peak = with_memory(Seen(), Peak(), 500 * MIB, 0)
    same, _ = with_memory(first, peak, 400 * MIB, 60)
    assert same is first
    second, peak = with_memory(first, peak, 800 * MIB, 120)
    assert len(second.memory.weights) == 1
    third, _ = with_memory(second, peak, 300 * MIB, DAY + 1)
    assert len(third.memory.weights) == 2


def test_after_a_kill_more_is_needed():
    """A fifth more, or 100 MiB."""
    assert after_oom(200 * MIB, Peak()) == 300 * MIB
    assert after_oom(100 * MIB, Peak(1000 * MIB)) == 1200 * MIB
