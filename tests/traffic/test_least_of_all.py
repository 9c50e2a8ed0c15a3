"""Choices of the least busy of all targets, against a simulation event by event."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic import least_of_all, least_outstanding
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.least_outstanding import NOBODY, Arrival, Before, Leaf
from kubelearn.traffic.station import FULL, Station, quota_of
from tests.traffic.test_least_outstanding import asked, by_events, rows_of

FORKS, TARGETS, MOST_DELAY = 2, 3, 12
ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 60), st.integers(0, 1)), min_size=1, max_size=60
)
SHORT = st.integers(0, MOST_DELAY)
STATIONS = st.lists(
    st.one_of(
        st.integers(0, 200).map(lambda busy: Station(FULL, busy)),
        st.integers(2, 3).map(lambda workers: Crew.of(FULL, workers)),
    ),
    min_size=TARGETS, max_size=TARGETS,
)  # fmt: skip
WAYS = st.lists(st.tuples(SHORT, SHORT), min_size=FORKS * TARGETS, max_size=FORKS * TARGETS)
OLD = st.lists(
    st.tuples(st.integers(100, 130), st.integers(140, 300), st.integers(0, 50), st.integers(0, 5)),
    max_size=3,
)
LEAVING = st.lists(st.tuples(st.integers(90, 160), st.integers(0, TARGETS - 1)), max_size=3)


def leaves(ways):
    """The leaves of two forks with the same targets, in one order."""
    made = [Leaf(place % TARGETS, delay, place % TARGETS, answered, 1, place)
            for place, (delay, answered) in enumerate(ways)]  # fmt: skip
    return made, {7: dict(enumerate(made[:TARGETS])), 2: dict(enumerate(made[TARGETS:]))}


def case(rows, patience=10**6):
    """Requests at two forks."""
    times = [100]
    for gap, *_ in rows[1:]:
        times.append(times[-1] + gap)
    return asked(times, patience, 4, [(7, 2)[fork] for *_, fork in rows], [row[1] for row in rows])


@given(ROWS, WAYS, STATIONS, OLD, LEAVING, st.sampled_from([MOST_DELAY, 60, 10**6]))
def test_each_choice_is_that_of_a_simulation(rows, ways, stations, old, leaving, patience):
    """With others on their way, pods with workers, ways of all lengths, clients who give up."""
    asks, (made, forks) = case(rows, patience), leaves(ways)
    arriving = [Arrival(*one, made[place]) for *one, place in old]
    counts = [1] * TARGETS
    for target in (*(target for _, target in leaving), *(one.leaf.target for one in arriving)):
        counts[target] += 1
    before = Before(counts, leaving, arriving, stations)
    assert by_events(asks, forks, before) == rows_of(least_of_all.choose(asks, forks, before))


EMPTY = Before([0] * TARGETS, [], [], [Station()] * TARGETS)
MADE, FORK = leaves([(1, 1)] * (FORKS * TARGETS))


def test_what_it_does_not_choose():
    """Limits on programs, ends without one, other draws or targets, moments that are no floats."""
    asks = case([(1, 1, 0), (1, 1, 1)])
    assert least_of_all.choose(asks, FORK, EMPTY) is not None
    stations = [Station(), Station(), Station(quota_of(200))]
    assert least_of_all.choose(asks, FORK, EMPTY._replace(stations=stations)) is None
    late = [Station(), Station(), Station(FULL, 1 << 52)]
    assert least_of_all.choose(asks, FORK, EMPTY._replace(stations=late)) is None
    dead, drawn = MADE[0]._replace(station=NOBODY), [MADE[0]] * 2
    for other in ({**FORK[7], 0: dead}, {**FORK[7], 0: drawn}, {0: MADE[0]}):
        assert least_of_all.choose(asks, {**FORK, 7: other}, EMPTY) is None


def test_many_unanswered_requests():
    """A thousand for each target, all of which count."""
    rows = [(1, 10**6 if number < 3000 else 1, number % 2) for number in range(3100)]
    asks = case(rows, 10**12)
    expected = least_outstanding.choose(asks, FORK, EMPTY)
    assert rows_of(expected) == rows_of(least_of_all.choose(asks, FORK, EMPTY))
