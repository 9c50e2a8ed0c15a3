"""The delays between tries."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.kubelet.backoff import INITIAL, LIMIT, Backoff
from kubelearn.sim.clock import SECOND


def test_delays_double_up_to_five_minutes() -> None:
    """10, 20, 40, 80, 160, 300, 300 s."""
    backoff, now, delays = Backoff(), 0, []
    for _ in range(7):
        backoff = backoff.next(now, now)
        delays.append(backoff.delay // SECOND)
        now += backoff.delay
    assert delays == [10, 20, 40, 80, 160, 300, 300]


def test_the_first_try_waits_for_nothing() -> None:
    """There is no delay before the first failure."""
    assert not Backoff().waits(0, 0)


def test_ten_good_minutes_are_forgiven() -> None:
    """A failure more than twice the limit after the last raise begins anew."""
    raised = Backoff(LIMIT, 0)
    late = 2 * LIMIT + 1
    assert not raised.waits(late, late)
    assert raised.next(late, late) == Backoff(INITIAL, late)
    assert raised.waits(late - 1, late)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 400))
def test_until_is_the_end_of_waits(since: int, raised: int, seconds: int) -> None:
    """At `until` it waits no more, a moment before it still does."""
    backoff = Backoff(seconds * SECOND, min(raised, since))
    end = backoff.until(since)
    assert not backoff.waits(since, end)
    assert end == since or backoff.waits(since, end - 1)
