"""Priority levels: shares add up, and nothing is sent where nobody is."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.balancing.priority import Level, choose_level, loads

LEVELS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: Level(max(pair), min(pair))),
    min_size=1,
    max_size=4,
)


@given(LEVELS)
def test_shares_add_up_to_a_hundred(levels):
    """Unless there is no host at all."""
    found = loads(levels)
    total = sum(found.healthy) + sum(found.degraded)
    assert total == (100 if any(level.total for level in levels) else 0)


@given(LEVELS, st.integers(0, 2**64 - 1))
def test_a_request_goes_to_a_level_that_has_a_share(levels, value):
    """Whatever its hash."""
    found = loads(levels)
    place, weak = choose_level(found, value)
    shares = found.degraded if weak else found.healthy
    assert shares[place] > 0 or not any(level.total for level in levels)


def test_seventy_two_percent_still_take_everything():
    """Overprovisioning: 1.4 times 72 is over 100; one less is not."""
    assert loads([Level(100, 72), Level(100, 100)]).healthy == (100, 0)
    assert loads([Level(100, 71), Level(100, 100)]).healthy == (99, 1)
