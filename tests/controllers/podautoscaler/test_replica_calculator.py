"""From a metric to a number of replicas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.podautoscaler import replica_calculator as calculator
from kubelearn.controllers.podautoscaler.ratios import Tolerances
from kubelearn.controllers.podautoscaler.replica_calculator import PodSet
from kubelearn.metrics.client import MetricsError
from tests.controllers.podautoscaler.pods import NOW, pod, used

PODS = [pod(name, cpu="100m") for name in ("a", "b", "c")]


def by_cpu(metrics, target=50, pods=PODS, current=3):
    """What cpu asks for."""
    return calculator.by_utilization(PodSet(pods, current, NOW), metrics, "cpu", target)


def test_the_formula_with_its_arithmetic():
    """ceil(ratio x ready pods), told step by step."""
    found = by_cpu(used(a=100, b=100, c=100))
    assert (found.replicas, found.utilization) == (6, 100)
    assert found.steps == (
        "3 pods use 300m of 300m requested = 100%; / 50% = 2",
        "ceil(2 × 3 ready pods) = 6",
    )


def test_within_tolerance_nothing_happens():
    """And why is told."""
    found = by_cpu(used(a=55, b=55, c=55))
    assert (found.replicas, found.steps[-1]) == (3, "0.9 ≤ 1.1 ≤ 1.1: stays at 3")


def test_a_missing_sample_holds_a_scale_down_back():
    """It counts as fully used."""
    assert by_cpu(used(a=10, b=10)).replicas == 3
    assert "without a sample counts as fully used" in by_cpu(used(a=10, b=10)).steps[1]


def test_a_missing_sample_holds_a_scale_up_back():
    """It counts as idle."""
    assert by_cpu(used(a=100, b=100)).replicas == 4


def test_unready_pods_count_as_idle_when_scaling_up():
    """The new pods of the last step have not helped yet."""
    pods = [*PODS[:2], pod("c", ready=False, age=20, changed=19, cpu="100m")]
    assert by_cpu(used(a=100, b=100, c=100), pods=pods).replicas == 4


def test_without_any_sample_there_is_no_answer():
    """Nor without pods."""
    with pytest.raises(MetricsError, match="did not receive metrics for targeted pods"):
        by_cpu({})
    with pytest.raises(MetricsError, match="no pods returned by selector"):
        by_cpu({}, pods=[])


def test_values_of_the_whole_and_per_pod():
    """Of an object or from outside."""
    of = PodSet(PODS, 3, NOW)
    assert calculator.by_value(of, 20_000, 10_000).replicas == 6
    assert calculator.by_value(of._replace(current=0), 20_000, 10_000).replicas == 2
    assert calculator.by_value_per_pod(of, 20_000, 5_000, 3)[:2] == (4, 6667)


@given(
    st.lists(st.integers(0, 400), min_size=3, max_size=3),
    st.integers(1, 200),
    st.integers(1, 20),
    st.integers(1, 3),
)
def test_guesses_never_turn_the_direction(amounts, target, current, known):
    """With samples above the target never fewer replicas, below it never more."""
    metrics = used(**dict(zip("abc"[:known], amounts, strict=False)))
    exact = PodSet(PODS, current, NOW, Tolerances(0.0, 0.0))
    found = calculator.by_utilization(exact, metrics, "cpu", target)
    if known < 3 and found.utilization > target:
        assert found.replicas >= current
    if known < 3 and found.utilization < target:
        assert found.replicas <= current


def test_external_values_add_up_to_a_64_bit_integer_at_most():
    """A larger sum does not wrap around."""
    assert calculator.total([1, 2]) == 3
    assert calculator.total([calculator.MAX_INT64, 1]) == calculator.MAX_INT64
