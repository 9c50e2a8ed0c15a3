"""Usage against its target."""

import pytest

from kubelearn.controllers.podautoscaler.ratios import Tolerances, average, ceil32, utilization
from kubelearn.metrics.client import MetricsError
from tests.controllers.podautoscaler.pods import used


def test_utilization_is_cut_to_whole_percent():
    """Before it is compared."""
    usage = utilization(used(a=333, b=333), {"a": 500, "b": 500, "c": 500}, 60)
    assert (usage.utilization, usage.average, usage.ratio) == (66, 333, 66 / 60)


def test_samples_of_unknown_pods_do_not_count():
    """Unless there are no others."""
    assert utilization(used(a=100, x=900), {"a": 100}, 50).utilization == 100
    with pytest.raises(MetricsError, match="no metrics returned matched known pods"):
        utilization(used(x=900), {"a": 100}, 50)


def test_an_average_is_cut_too():
    """To thousandths."""
    assert average(used(a=1, b=2), 3)[:3] == (1 / 3, None, 1)


def test_both_ends_of_the_tolerance_belong_to_it():
    """0.9 and 1.1 by default."""
    ratios = (0.89, 0.9, 1.0, 1.1, 1.11)
    assert [Tolerances().holds(ratio) for ratio in ratios] == [False, True, True, True, False]


def test_a_number_of_replicas_has_32_bits():
    """As in the API."""
    assert [ceil32(1.5), ceil32(1e30)] == [2, 2**31 - 1]
