"""A program at work: its queue and its CPU limit."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.station import PERIOD, Station, quota_of, throttled

MS = MILLISECOND
WORKS = st.lists(st.tuples(st.integers(0, 300 * MS), st.integers(1, 90 * MS)), max_size=20)


def by_hand(begin, work, quota, used):
    """Run, stand still until the next period, run on."""
    time = begin
    while True:
        turn = (time // PERIOD + 1) * PERIOD
        run = min(work, max(quota - used, 0), turn - time)
        time, work, used = time + run, work - run, used + run
        if not work:
            return time, used
        time, used = turn, 0


def test_quotas():
    """Nothing more than a whole core; no limit is a whole core too."""
    assert [quota_of(limit) for limit in (0, 100, 1000, 4000)] == [
        PERIOD,
        PERIOD // 10,
        PERIOD,
        PERIOD,
    ]


def test_requests_wait_for_each_other():
    """One after the other, and idle in between."""
    one = Station().take(0, 20 * MS)
    two = one.take(5 * MS, 20 * MS)
    three = two.take(100 * MS, 20 * MS)
    assert [s.busy // MS for s in (one, two, three)] == [20, 40, 120]
    assert (three.work, three.served) == (60 * MS, 3)


def test_a_burst_within_the_quota_is_not_slowed():
    """20 ms of work are 20 ms, also with a fifth of a core."""
    assert Station(quota_of(200)).take(0, 20 * MS).busy == 20 * MS


def test_beyond_the_quota_the_program_stands_still():
    """The second request waits for the next period."""
    station = Station(quota_of(200)).take(0, 20 * MS).take(0, 20 * MS)
    assert station.busy == 120 * MS


def test_a_limit_caps_the_usage():
    """In the long run exactly the limit is used."""
    station = Station(quota_of(250))
    for _ in range(100):
        station = station.take(0, 10 * MS)
    assert station.busy == 39 * PERIOD + 25 * MS
    assert station.done(20 * PERIOD) == 500 * MS


@given(st.integers(0, 250 * MS), st.integers(1, 400 * MS), st.integers(1, 99), st.integers(0, 99))
def test_throttling_is_what_the_periods_give(begin, work, percent, gone):
    """Equal to going through the periods one by one."""
    quota = percent * MS
    used = min(gone, percent) * MS
    assert by_hand(begin, work, quota, used) == throttled(begin, work, quota, used)


@given(WORKS, st.sampled_from([0, 100, 500]))
def test_work_done_never_runs_ahead_nor_back(works, limit):
    """It grows with time, and in the end all is done."""
    station, now = Station(quota_of(limit)), 0
    for gap, work in works:
        now += gap
        station = station.take(now, work)
    moments = range(now, max(station.busy, now) + PERIOD, 10 * MS)
    done = [station.done(moment) for moment in moments]
    assert sorted(done) == done
    assert done[-1] == station.work
