"""Rates that change in steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import SECOND
from kubelearn.traffic.rates import UNIT, Rates

DAY = Rates.of(7, [(0, 2), (10 * SECOND, 0), (20 * SECOND, 5)])


def test_a_step_stretches_the_axis():
    """Two a second for ten seconds, then a pause, then five a second."""
    found = [DAY.time(requests * UNIT) for requests in (0, 10, 20, 25)]
    assert found == [7, 7 + 5 * SECOND, 7 + 20 * SECOND, 7 + 21 * SECOND]


def test_a_load_that_ends_in_a_pause_sends_no_more():
    """There is no moment for the next request."""
    assert Rates.of(0, [(0, 2), (SECOND, 0)]).time(3 * UNIT) is None


@given(st.lists(st.integers(0, 60 * UNIT), min_size=1, max_size=20))
def test_columns_are_equal_to_single_moments(units):
    """In order, as they come."""
    assert [DAY.time(unit) for unit in units] == DAY.times(np.array(units)).tolist()
    ordered = DAY.times(np.array(sorted(units)))
    assert (np.diff(ordered) >= 0).all()


def test_how_many_are_expected():
    """Between a place on the axis and a moment."""
    assert DAY.expected(5 * UNIT, 7 + 21 * SECOND) == pytest.approx(20)


@pytest.mark.parametrize("steps", [[], [(SECOND, 1)], [(0, 1), (0, 2)], [(0, -1)], [(0, 0)]])
def test_what_are_no_steps(steps):
    """They begin at 0, go on in order, and are above 0 somewhere."""
    with pytest.raises(ValueError, match="rate="):
        Rates.of(0, steps)
