"""Resilience4j's circuit breaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import SECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import read
from kubelearn.spring.resilience import (
    CLOSED,
    HALF_OPEN,
    OPEN,
    Breaker,
    BreakerSettings,
    ask,
    breaker_settings,
    record,
)

FOUR = BreakerSettings(slidingWindowSize=4, waitDurationInOpenState=10 * SECOND,
                       permittedNumberOfCallsInHalfOpenState=2)  # fmt: skip


def after(outcomes: str, settings: BreakerSettings = FOUR, step: int = 0) -> Breaker:
    """A breaker after calls that went well (.) or badly (x)."""
    breaker = Breaker()
    for number, one in enumerate(outcomes):
        breaker = record(breaker, settings, number * step, 0, failed=one == "x")
    return breaker


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [("xxx", CLOSED), ("xx..", OPEN), ("x...", CLOSED), ("xx.......", OPEN), ("x..x", OPEN),
     ("x...x...x", CLOSED)],
)  # fmt: skip
def test_half_of_the_last_four(outcomes, state):
    """It opens at half of them, and not before there are four."""
    assert after(outcomes).state == state


def test_open_then_half_open():
    """After its wait it lets two calls try; both decide together."""
    breaker = after("xxxx")
    assert ask(breaker, FOUR, 9 * SECOND)[0] is False
    allowed, breaker = ask(breaker, FOUR, 10 * SECOND)
    assert (allowed, breaker.state) == (True, HALF_OPEN)
    allowed, breaker = ask(breaker, FOUR, 10 * SECOND)
    assert allowed
    assert ask(breaker, FOUR, 10 * SECOND)[0] is False


@pytest.mark.parametrize(("outcomes", "state"), [("..", CLOSED), (".x", OPEN), ("x", HALF_OPEN)])
def test_the_trial_decides(outcomes, state):
    """Half of the two calls is enough to open it again."""
    breaker = Breaker(HALF_OPEN, permitted=0)
    for one in outcomes:
        breaker = record(breaker, FOUR, 20 * SECOND, 0, failed=one == "x")
    assert breaker.state == state


def test_a_window_of_seconds():
    """What is older than the window does not count."""
    settings = FOUR._replace(slidingWindowType="TIME_BASED", minimumNumberOfCalls=4)
    assert after("xxxx", settings, SECOND // 2).state == OPEN
    assert after("xxxx", settings, 2 * SECOND).state == CLOSED


def test_slow_calls_count_too():
    """A rate of their own."""
    settings = FOUR._replace(slowCallDurationThreshold=SECOND, slowCallRateThreshold=50)
    breaker = Breaker()
    for took in (2, 2, 0, 0):
        breaker = record(breaker, settings, 0, took * SECOND, failed=False)
    assert breaker.state == OPEN


@given(st.lists(st.booleans(), max_size=60))
def test_a_window_never_grows_beyond_its_size(outcomes):
    """And an open breaker remembers nothing."""
    breaker = Breaker()
    for failed in outcomes:
        breaker = record(breaker, FOUR, 0, 0, failed=failed)
        assert len(breaker.window) <= (0 if breaker.state == OPEN else 4)


def test_settings_from_properties():
    """An instance is a configuration with changes."""
    text = """
resilience4j:
  circuitbreaker:
    configs: {default: {sliding-window-size: 8}, quick: {waitDurationInOpenState: 5s}}
    instances: {orders: {baseConfig: quick, failureRateThreshold: 20}}
  timelimiter.instances.orders.timeout-duration: 200ms
"""
    found = breaker_settings(read({"/app/config/application.yaml": text}, {}), "orders")
    assert (
        found.slidingWindowSize, found.failureRateThreshold, found.waitDurationInOpenState,
        found.timeoutDuration) == (100, 20.0, 5 * SECOND, SECOND // 5)  # fmt: skip
    other = breaker_settings(read({"/app/config/application.yaml": text}, {}), "other")
    assert other.slidingWindowSize == 8


def test_a_setting_that_is_not_modelled():
    """It is refused, not passed over."""
    text = "resilience4j.circuitbreaker.instances.orders.recordExceptions: [java.io.IOException]"
    with pytest.raises(StartFailure, match="configuration"):
        breaker_settings(read({"/app/config/application.yaml": text}, {}), "orders")
