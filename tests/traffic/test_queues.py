"""Queues as columns: each departure is that of one request after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic import side_by_side
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.queues import queue, queues
from kubelearn.traffic.station import FULL, Station, quota_of

NUMBERS = st.integers(0, 10**9)
ROWS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)), min_size=1, max_size=30)
WHOLE = st.one_of(
    st.builds(lambda busy: Station(FULL, busy), NUMBERS),
    st.builds(Crew.of, st.just(FULL), st.integers(2, 4)),
    st.builds(lambda one, other: Crew(FULL, tuple(sorted([(one, 0), (other, 0)]))), NUMBERS,
              NUMBERS),
)  # fmt: skip
LIMITED = st.builds(lambda busy: Station(quota_of(200), busy), NUMBERS)


def columns(rows):
    """Arrivals in order, and their work."""
    gaps, works = (np.array(column) for column in zip(*rows, strict=True))
    return np.cumsum(gaps), works


def one_by_one(station, arrives, works):
    """The station afterwards, and each departure."""
    ends = []
    for time, work in zip(arrives.tolist(), works.tolist(), strict=True):
        station = station.take(time, work)
        ends.append(station.busy)
    return station, ends


@given(ROWS, st.one_of(WHOLE, LIMITED))
def test_a_queue_of_columns_is_a_queue_of_single_requests(rows, begin):
    """Each departure, and the state afterwards."""
    after, found = queue(begin, *columns(rows))
    assert one_by_one(begin, *columns(rows)) == (after, found.tolist())


@pytest.mark.parametrize("faster", [False, True])
@given(cases=st.lists(st.tuples(WHOLE, ROWS), min_size=1, max_size=5))
def test_queues_side_by_side_are_those_of_single_requests(faster, cases):
    """Of programs with any number of workers and of requests; one after the other as well."""
    stations, made = [one for one, _ in cases], [columns(rows) for _, rows in cases]
    arrives, works = (np.concatenate(each) for each in zip(*made, strict=True))
    serve = side_by_side.serve if faster else queues
    after, ends = serve(stations, arrives, works, [len(rows) for _, rows in cases])
    expected = [one_by_one(one, *each) for one, each in zip(stations, made, strict=True)]
    assert after == [one for one, _ in expected]
    assert ends.tolist() == [end for _, ends in expected for end in ends]


@given(st.lists(st.one_of(WHOLE, LIMITED), min_size=1, max_size=3), st.lists(ROWS, min_size=3))
def test_a_limit_is_kept_among_others(stations, rows):
    """Programs that stand still until their next period come one after the other."""
    made = [columns(each) for each in rows[: len(stations)]]
    arrives, works = (np.concatenate(each) for each in zip(*made, strict=True))
    _, ends = queues(stations, arrives, works, [len(one) for one, _ in made])
    expected = [one_by_one(one, *each)[1] for one, each in zip(stations, made, strict=True)]
    assert ends.tolist() == [end for ends in expected for end in ends]


def test_a_station_without_requests_stays_as_it_is():
    """Between two that have some."""
    stations = [Station(), Station(FULL, 7), Crew.of(FULL, 2)]
    after, ends = queues(stations, np.array([5, 6]), np.array([1, 2]), [1, 0, 1])
    assert after == [stations[0].take(5, 1), stations[1], stations[2].take(6, 2)]
    assert ends.tolist() == [6, 8]


def test_many_of_few_requests_go_side_by_side():
    """And few of many go one by one, where a step would serve few at once."""
    crew = Crew.of(FULL, 4)
    assert side_by_side.is_faster([crew] * 100, [500] * 100)
    assert not side_by_side.is_faster([crew] * 10, [5000] * 10)
    assert side_by_side.is_faster([Station()] * 300, [100] * 300)
    assert not side_by_side.is_faster([Station()] * 10, [5000] * 10)
    assert not side_by_side.is_faster([crew] * 99 + [Station(quota_of(200))], [500] * 100)
