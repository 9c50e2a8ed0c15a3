"""Columns of requests."""

from kubelearn.network import bulk
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic.rates import Rates

DRAWS, RATES = Draws(1), Rates.of(0, [(0, 500)])


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
