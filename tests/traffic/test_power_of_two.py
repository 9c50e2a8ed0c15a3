"""The less busy of two hosts, against a simulation event by event and known mean waits."""

from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.power_of_two import Asks, Host, send
from kubelearn.traffic.station import FULL, Station

BEGIN, HOSTS = 1000, 3
ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(0, 2), st.integers(0, 2)),
    min_size=1, max_size=60,
)  # fmt: skip
THERE, BACK = st.integers(1, 9), st.integers(0, 9)
ANSWERS = st.lists(st.integers(BEGIN, BEGIN + 90), max_size=4).map(sorted).map(tuple)
FIFO = st.integers(BEGIN - 5, BEGIN + 60).map(lambda busy: Station(FULL, busy))
OTHERS = st.sampled_from([Crew.of(FULL, 2), Crew.of(FULL, 3), Station(20)])
IN_ORDER = st.builds(Host, FIFO, THERE, BACK, st.just(()), st.just(0))
ANY = st.builds(Host, st.one_of(FIFO, OTHERS), THERE, BACK, ANSWERS, st.integers(0, 2))


def columns(rows):
    """Requests with gaps between them."""
    gaps, *others = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Asks(BEGIN + np.cumsum(gaps), *others)


def by_events(asks, hosts, answers_first):
    """(host, finished, answered) of each request, and how busy the hosts are in the end."""
    busy = [len(one.answers) + one.unknown for one in hosts]
    stations, found, heap = [one.station for one in hosts], {}, []
    rank = {"answer": 0, "ask": 1} if answers_first else {"ask": 0, "answer": 1}
    for place, one in enumerate(hosts):
        for time in one.answers:
            heappush(heap, (time, rank["answer"], -1, "answer", place))
    for number, time in enumerate(asks.time.tolist()):
        heappush(heap, (time, rank["ask"], number, "ask", -1))
    while heap:
        time, _, number, event, place = heappop(heap)
        if event == "answer":
            busy[place] -= 1
        elif event == "ask":
            first, second = int(asks.first[number]), int(asks.second[number])
            place = second if busy[second] < busy[first] else first
            busy[place] += 1
            heappush(heap, (time + hosts[place].there, 2, number, "come", place))
        else:
            stations[place] = stations[place].take(time, int(asks.work[number]))
            end = stations[place].busy
            found[number] = (place, end, end + hosts[place].back)
            heappush(heap, (found[number][-1], rank["answer"], number, "answer", place))
    return [found[number] for number in range(len(found))], stations


def rows_of(sent):
    """The columns as rows."""
    return list(zip(sent.chosen.tolist(), sent.finished.tolist(), sent.answered.tolist(),
                    strict=True))  # fmt: skip


@given(ROWS, st.one_of(*(st.lists(one, min_size=3, max_size=3) for one in (IN_ORDER, ANY))),
       st.booleans())  # fmt: skip
def test_each_choice_and_moment_is_that_of_a_simulation(rows, hosts, answers_first):
    """Of hosts that serve in order, and of those with workers, limits and requests before."""
    asks = columns(rows)
    sent = send(asks, hosts, answers_first=answers_first)
    expected, stations = by_events(asks, hosts, answers_first)
    assert expected == rows_of(sent)
    assert stations == [host.station for host in sent.hosts]


@given(ROWS, st.lists(ANY, min_size=3, max_size=3), st.booleans(), st.integers(0, 60))
def test_in_two_pieces_it_is_the_same(rows, hosts, answers_first, cut):
    """The hosts behind the first piece are all that the second needs."""
    asks, found = columns(rows), []
    whole = send(asks, hosts, answers_first=answers_first)
    for part in (slice(cut), slice(cut, None)):
        piece = Asks(*(column[part] for column in asks))
        if len(piece.time):
            sent = send(piece, hosts, answers_first=answers_first)
            found, hosts = found + rows_of(sent), sent.hosts
    assert rows_of(whole) == found
    assert whole.hosts == hosts


def known_time(load):
    """The mean time in the system in units of service, of very many hosts (Mitzenmacher 2001)."""
    return sum(load ** (2**place - 2) for place in range(1, 40))


@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
def test_mean_times_are_the_known_ones(load):
    """To within two percent with four hundred hosts."""
    count, hosts, mean = 400_000, 400, 10**6
    source = np.random.default_rng(1)
    gaps, works = (source.exponential(each, count).astype(np.int64)
                   for each in (mean / hosts / load, mean))  # fmt: skip
    drawn = source.integers(0, hosts, (2, count))
    asks = Asks(np.cumsum(gaps), works, *drawn)
    sent = send(asks, [Host(Station(), 0, 0)] * hosts)
    took = (sent.answered - asks.time)[count // 10 :]
    assert took.mean() / mean == pytest.approx(known_time(load), rel=0.02)


@pytest.mark.parametrize("answers_first", [True, False])
def test_an_answer_at_the_moment_of_a_request(answers_first):
    """The request goes to the host that was busy until now only if its answer comes first."""
    asks = Asks(*(np.array(column) for column in ([10, 20], [7, 1], [0, 0], [1, 1])))
    sent = send(asks, [Host(Station(), 1, 2)] * 2, answers_first=answers_first)
    assert sent.chosen.tolist() == ([0, 0] if answers_first else [0, 1])
    assert sent.answered.tolist() == [20, 24]
