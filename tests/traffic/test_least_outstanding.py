"""Choices of the least busy target, against a simulation event by event."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.least_outstanding import NOBODY, Arrival, Asks, Before, Leaf, choose
from kubelearn.traffic.station import FULL, Station, quota_of

TARGETS = 3
STATIONS = [Station(), Crew.of(FULL, 2), Station(quota_of(300))]
DELAYS = st.sampled_from([0, 3, 11])
LEAVES = st.lists(
    st.builds(lambda delay, answered, works: (delay, answered, works), DELAYS, DELAYS,
              st.booleans()),
    min_size=2 * TARGETS, max_size=2 * TARGETS,
)  # fmt: skip
ROWS = st.lists(
    st.tuples(st.integers(1, 20), st.integers(1, 60), st.integers(0, 1)), min_size=1, max_size=40
)


def by_events(asks, forks, before):
    """The same, looking at all requests at each moment."""
    stations, chosen = list(before.stations), []
    waiting = [(one.time, number, one.deadline, one.work, one.leaf)
               for number, one in enumerate(before.arriving)]  # fmt: skip
    answered = [(time, target) for time, target in before.leaving]
    first = len(waiting)

    def arrive(until):
        for one in sorted(each for each in waiting if each[0] <= until):
            waiting.remove(one)
            time, _, deadline, work, leaf = one
            stations[leaf.station] = stations[leaf.station].take(time, work)
            end = stations[leaf.station].busy + leaf.answered
            answered.append((min(end, deadline), leaf.target))

    unknown = list(before.counts)
    for _, target in answered:
        unknown[target] -= 1
    for one in waiting:
        unknown[one[-1].target] -= 1
    for number, now in enumerate(asks.time.tolist()):
        arrive(now)
        counts = list(unknown)
        for target in [target for time, target in answered if time > now]:
            counts[target] += 1
        for *_, leaf in waiting:
            counts[leaf.target] += 1
        fork = forks[int(asks.fork[number])]
        targets, turn = list(fork), int(asks.turn[number])
        order = [targets[(turn + step) % len(targets)] for step in range(len(targets))]
        leaf = fork[min(order, key=lambda target: counts[target])]
        chosen.append((leaf.goal, leaf.delay))
        time, deadline = now + leaf.delay, int(asks.deadline[number])
        if leaf.station == NOBODY or time > deadline:
            answered.append((min(time + leaf.answered, deadline), leaf.target))
        else:
            work = int(asks.works[leaf.law][number])
            waiting.append((time, first + number, deadline, work, leaf))
    return chosen


def asked(times, patience, turn, forks, *works):
    """Columns of requests whose turns follow each other; twice the work by another law."""
    time, turns = np.array(times), turn + np.arange(len(times))
    work = [np.array(one) for one in works]
    return Asks(time, time + patience, turns, np.array(forks), [*work, 2 * work[0]])


def rows_of(found):
    """(goal, delay) of each request."""
    return list(zip(*(column.tolist() for column in found), strict=True))


def case(rows, leaves, patience, turn):
    """Asks at two forks, the second of which knows two of three targets only."""
    now, times = 100, []
    for gap, *_ in rows:
        now += gap
        times.append(now)
    works = [work for _, work, _ in rows]
    made = [Leaf(place % TARGETS, delay, place % TARGETS if busy else NOBODY, answered, place % 2,
                 place)
            for place, (delay, answered, busy) in enumerate(leaves)]  # fmt: skip
    forks = {0: dict(enumerate(made[:TARGETS])), 4: {2: made[5], 0: made[3]}}
    asks = asked(times, patience, turn, [4 * fork for *_, fork in rows], works)
    coming = Arrival(103, 400, 50, Leaf(1, 9, 1, 5))
    return asks, forks, Before([1, 2, 1], [(130, 0), (104, 1)], [coming], STATIONS)


@given(ROWS, LEAVES, st.sampled_from([15, 60, 10_000]), st.integers(0, 5))
def test_each_choice_is_that_of_a_simulation(rows, leaves, patience, turn):
    """With stations of all kinds, clients who give up, targets that nobody serves."""
    asks, forks, before = case(rows, leaves, patience, turn)
    assert by_events(asks, forks, before) == rows_of(choose(asks, forks, before))


def test_the_least_busy_gets_the_next():
    """Of equals the one whose turn it is."""
    leaves = {place: Leaf(place, 1, place, 1, goal=place) for place in range(3)}
    asks = asked([10, 11, 12, 13], 10**9, 2, [0] * 4, [10**6] * 4)
    before = Before([0, 0, 0], [], [], [Station() for _ in range(3)])
    goal, _ = choose(asks, {0: leaves}, before)
    assert goal.tolist() == [2, 0, 1, 2]


def test_a_leaf_may_differ_from_ask_to_ask():
    """Behind an instance another draw decides."""
    here, there = Leaf(0, 1, 0, 1, goal=7), Leaf(0, 5, 1, 1, goal=8)
    asks = asked([10, 20], 10**9, 0, [0, 0], [5, 5])
    before = Before([0], [], [], [Station(), Station()])
    assert rows_of(choose(asks, {0: {0: [here, there]}}, before)) == [(7, 1), (8, 5)]
