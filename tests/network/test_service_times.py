"""Service times as columns."""

import numpy as np
import pytest

from kubelearn.api.app import Distribution
from kubelearn.network.service_times import lognormal, service_time, service_times
from kubelearn.sim.draws import Draws

DRAWS, INDEX = Draws(3), np.arange(2000)
MEAN = 20_000_000


def test_a_lognormal_law_as_it_is_drawn_one_by_one():
    """To the nanosecond."""
    law = Distribution("lognormal", MEAN, MEAN // 4)
    normal = [DRAWS.normal("service-time", "load 1", index) for index in INDEX.tolist()]
    expected = [round(lognormal(law, each)) for each in normal]
    assert expected == service_times(DRAWS, law, "load 1", INDEX).tolist()


@pytest.mark.parametrize(
    "law", [("fixed", MEAN), ("exponential", MEAN), ("lognormal", MEAN, MEAN), ("lognormal", 0, 5)]
)
def test_many_at_once_are_those_that_are_drawn_one_by_one(law):
    """To the nanosecond, by each law."""
    law = Distribution(*law)
    expected = [service_time(DRAWS, law, "load 1", index) for index in INDEX.tolist()]
    assert expected == service_times(DRAWS, law, "load 1", INDEX).tolist()


@pytest.mark.parametrize("law", [("fixed", MEAN), ("exponential", MEAN), ("lognormal", MEAN, MEAN)])
def test_the_mean_is_the_mean(law):
    """Of each law."""
    found = service_times(DRAWS, Distribution(*law), "load 1", np.arange(20_000))
    assert found.mean() == pytest.approx(MEAN, rel=0.05)
