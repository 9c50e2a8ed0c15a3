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
    """Even where there is no host at all: then the first level has them."""
    found = loads(levels)
    assert sum(found.healthy) + sum(found.degraded) == 100
    if not any(level.total for level in levels):
        assert found.healthy[0] == 100


@given(LEVELS, st.integers(0, 2**64 - 1))
def test_a_request_goes_to_a_level_that_has_a_share(levels, value):
    """Whatever its hash."""
    found = loads(levels)
    place, weak = choose_level(found, value)
    shares = found.degraded if weak else found.healthy
    assert shares[place] > 0


def test_seventy_two_percent_still_take_everything():
    """Overprovisioning: 1.4 times 72 is over 100; one less is not."""
    assert loads([Level(100, 72), Level(100, 100)]).healthy == (100, 0)
    assert loads([Level(100, 71), Level(100, 100)]).healthy == (99, 1)


def test_without_panic_and_without_anybody_well_the_first_level_has_the_load():
    """Envoy wants 100 in all, though nobody takes it: 503 UH."""
    found = loads([Level(4, 0), Level(2, 0)], threshold=0)
    assert (found.healthy, found.panic) == ((100, 0), (False, False))
    assert loads([Level(4, 1), Level(2, 0)], threshold=0).healthy == (100, 0)
