"""Columns of requests."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.network import bulk
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic.rates import Rates
from kubelearn.traffic.station import Station, quota_of

DRAWS, RATES = Draws(1), Rates.of(0, [(0, 500)])
LISTS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**8)), min_size=1, max_size=30)


@given(LISTS, st.sampled_from([0, 200]), st.integers(0, 10**9))
def test_a_queue_of_columns_is_a_queue_of_single_requests(rows, limit, busy):
    """Each departure, and the state afterwards."""
    gaps, works = (np.array(column) for column in zip(*rows, strict=True))
    arrives, begin = np.cumsum(gaps), Station(quota_of(limit), busy)
    station, ends = begin, []
    for time, work in zip(arrives.tolist(), works.tolist(), strict=True):
        station = station.take(time, work)
        ends.append(station.busy)
    after, found = bulk.queue(begin, arrives, works)
    assert (station, ends) == (after, found.tolist())


def test_arrivals_in_pieces_are_the_same_as_at_once():
    """Whoever looks in between changes nothing."""
    first, end = (0, 5 * SECOND), 3 * SECOND
    _, whole, following = bulk.arrivals(DRAWS, "load 1", RATES, first, end, end)
    parts, at = [], first
    for until in range(0, end + 1, 130 * MILLISECOND):
        _, sent, at = bulk.arrivals(DRAWS, "load 1", RATES, at, until, end)
        parts += sent.tolist()
    _, sent, at = bulk.arrivals(DRAWS, "load 1", RATES, at, end, end)
    assert whole.tolist() == [*parts, *sent.tolist()]
    assert at == following


def test_arrivals_end_with_the_load():
    """The next one would be behind it."""
    _, sent, (number, unit) = bulk.arrivals(DRAWS, "load 1", RATES, (0, 0), 10 * SECOND, SECOND)
    assert sent.max() < SECOND <= RATES.time(unit)
    assert number == len(sent)


def test_the_rate_is_kept():
    """On the whole."""
    _, sent, _ = bulk.arrivals(DRAWS, "load 1", RATES, (0, 0), 20 * SECOND, 20 * SECOND)
    assert abs(len(sent) - 10_000) < 400
