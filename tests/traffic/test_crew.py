"""Programs with several workers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import MILLISECOND as MS
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.lines import line
from kubelearn.traffic.station import FULL, Station, quota_of

ROWS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**8)), min_size=1, max_size=40)
LIMITS = st.sampled_from([0, 300])


def in_order(rows):
    """(when it arrives, its work) of requests, from the times between them."""
    now, found = 0, []
    for gap, work in rows:
        now += gap
        found.append((now, work))
    return found


def by_hand(rows, workers):
    """When each is done: the first worker that is free takes it."""
    free, ends = [0] * workers, []
    for now, work in rows:
        place = min(range(workers), key=free.__getitem__)
        free[place] = max(now, free[place]) + work
        ends.append(free[place])
    return ends


def stepped(crew, rows):
    """The crew afterwards, and when each is done, one by one."""
    ends = []
    for now, work in rows:
        crew = crew.take(now, work)
        ends.append(crew.busy)
    return crew, ends


@given(ROWS, st.integers(1, 5))
def test_whoever_is_free_first_takes_the_next(rows, workers):
    """And works without a pause."""
    rows = in_order(rows)
    assert by_hand(rows, workers) == stepped(Crew.of(FULL, workers), rows)[1]


@given(ROWS, st.integers(1, 5))
def test_many_at_once_are_many_one_by_one(rows, workers):
    """Each end, and the crew afterwards."""
    rows, crew = in_order(rows), Crew.of(FULL, workers)
    assert stepped(crew, rows) == crew.take_all(*map(list, zip(*rows, strict=True)))


@given(ROWS, st.integers(1, 5), LIMITS)
def test_a_line_tells_the_same_ends(rows, workers, limit):
    """With a CPU limit too."""
    rows, crew = in_order(rows), Crew.of(quota_of(limit, workers), workers)
    take = line(crew)
    assert stepped(crew, rows)[1] == [take(*row) for row in rows]


@given(ROWS, LIMITS)
def test_one_worker_is_a_station(rows, limit):
    """Its ends, and its CPU time at any moment."""
    rows, station = in_order(rows), Station(quota_of(limit))
    crew, ends = stepped(Crew.of(quota_of(limit), 1), rows)
    last, same = stepped(station, rows)
    assert ends == same
    assert [last.done(end) for end in ends] == [crew.done(end) for end in ends]


def test_workers_use_a_core_each():
    """Of two requests of 20 ms at once, 20 ms are done after 10 ms."""
    crew = Crew.of(FULL, 3).take(0, 20 * MS).take(0, 20 * MS)
    assert [crew.done(time * MS) for time in (10, 20, 30)] == [20 * MS, 40 * MS, 40 * MS]


def test_workers_share_the_limit():
    """Half a core for two: each has a quarter, which is 25 ms in 100 ms."""
    assert quota_of(500, 2) == 25 * MS
    assert Crew.of(quota_of(500, 2), 2).take(0, 30 * MS).busy == 105 * MS


@pytest.mark.parametrize("limit", [0, 4000])
def test_who_has_a_core_for_each_worker_never_waits_for_the_limit(limit):
    """Or no limit."""
    assert quota_of(limit, 4) == FULL
