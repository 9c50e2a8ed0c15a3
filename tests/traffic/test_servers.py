"""Programs that know what they have been given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.servers import server
from kubelearn.traffic.station import Station, quota_of

ROWS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**8)), min_size=1, max_size=40)
KINDS = {
    "one worker": Station(),
    "a share of a core": Station(quota_of(300)),
    "several workers": Crew.of(quota_of(0), 3),
    "several with a share": Crew.of(quota_of(900, 3), 3),
}


@pytest.mark.parametrize("kind", KINDS)
@given(rows=ROWS)
def test_it_becomes_the_station_that_took_the_same(kind, rows):
    """When each request is done, and the state afterwards."""
    station = KINDS[kind]
    mine, now = server(station), 0
    for gap, work in rows:
        now += gap
        station = station.take(now, work)
        assert mine.take(now, work) == station.busy
    assert mine.station() == station
