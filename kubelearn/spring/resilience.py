"""Resilience4j's circuit breaker: a window of outcomes, and three states.

Source: resilience4j 2.3 `CircuitBreakerConfig.java`, `CircuitBreakerStateMachine.java`,
`FixedSizeSlidingWindowMetrics.java`, `SlidingTimeWindowMetrics.java`,
`TimeLimiterConfig.java`.

Unlike the real one: `recordExceptions`, `ignoreExceptions`, `maxWaitDurationInHalfOpenState` and an
interval that grows are not read.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kubelearn.sim.clock import SECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import Properties, canonical, duration

CLOSED, OPEN, HALF_OPEN = "CLOSED", "OPEN", "HALF_OPEN"
ROOT = "resilience4j"


class BreakerSettings(NamedTuple):
    """How a breaker counts; times in ns, rates in percent."""

    slidingWindowSize: int = 100  # noqa: N815
    minimumNumberOfCalls: int = 100  # noqa: N815
    failureRateThreshold: float = 50.0  # noqa: N815
    slowCallRateThreshold: float = 100.0  # noqa: N815
    slowCallDurationThreshold: int = 60 * SECOND  # noqa: N815
    waitDurationInOpenState: int = 60 * SECOND  # noqa: N815
    permittedNumberOfCallsInHalfOpenState: int = 10  # noqa: N815
    slidingWindowType: str = "COUNT_BASED"  # noqa: N815
    timeoutDuration: int = SECOND  # noqa: N815
    """Of its time limiter; 0 = none."""

    @property
    def by_time(self) -> bool:
        """Whether the window is one of seconds."""
        return self.slidingWindowType == "TIME_BASED"

    @property
    def least(self) -> int:
        """How many calls make a rate."""
        least = self.minimumNumberOfCalls
        return least if self.by_time else min(least, self.slidingWindowSize)


class Outcome(NamedTuple):
    """How a call ended."""

    time: int
    failed: bool
    slow: bool


class Breaker(NamedTuple):
    """A breaker's state."""

    state: str = CLOSED
    window: tuple[Outcome, ...] = ()
    until: int = 0
    """When an open one lets calls try again."""
    permitted: int = 0
    """How many calls a half-open one still lets through."""


def ask(breaker: Breaker, settings: BreakerSettings, now: int) -> tuple[bool, Breaker]:
    """Whether a call may go, and the breaker from then on."""
    if breaker.state == CLOSED:
        return True, breaker
    if breaker.state == OPEN:
        if now < breaker.until:
            return False, breaker
        breaker = Breaker(HALF_OPEN, (), 0, settings.permittedNumberOfCallsInHalfOpenState)
    if not breaker.permitted:
        return False, breaker
    return True, breaker._replace(permitted=breaker.permitted - 1)


def record(
    breaker: Breaker, settings: BreakerSettings, now: int, took: int, *, failed: bool
) -> Breaker:
    """The breaker after a call that it had let through."""
    if breaker.state == OPEN:
        return breaker
    outcome = Outcome(now, failed, took > settings.slowCallDurationThreshold)
    trial = breaker.state == HALF_OPEN
    least = settings.permittedNumberOfCallsInHalfOpenState if trial else settings.least
    window = _kept((*breaker.window, outcome), settings, now, trial=trial)
    breaker = breaker._replace(window=window)
    if len(window) < least:
        return breaker
    if _too_many(window, settings):
        return Breaker(OPEN, (), now + settings.waitDurationInOpenState)
    return Breaker() if trial else breaker


def _kept(
    window: tuple[Outcome, ...], settings: BreakerSettings, now: int, *, trial: bool
) -> tuple[Outcome, ...]:
    if settings.by_time and not trial:
        first = now // SECOND - settings.slidingWindowSize
        return tuple(one for one in window if one.time // SECOND > first)
    size = settings.permittedNumberOfCallsInHalfOpenState if trial else settings.slidingWindowSize
    return window[-size:]


def _too_many(window: tuple[Outcome, ...], settings: BreakerSettings) -> bool:
    failed = 100 * sum(one.failed for one in window) / len(window)
    slow = 100 * sum(one.slow for one in window) / len(window)
    return failed >= settings.failureRateThreshold or slow >= settings.slowCallRateThreshold


def rate(breaker: Breaker) -> str:
    """The failures that a window holds, in words."""
    return f"{sum(one.failed for one in breaker.window)} of {len(breaker.window)} failed"


# Reading


def breaker_settings(properties: Properties, name: str) -> BreakerSettings:
    """The settings of a circuit breaker by its name."""
    found = BreakerSettings()
    for part in ("circuitbreaker", "timelimiter"):
        instance = properties.branch(f"{ROOT}.{part}.instances.{name}")
        base = next((v for k, v in instance.items() if canonical(k) == "baseconfig"), "default")
        for place in (f"configs.{base}", f"instances.{name}"):
            given = properties.branch(f"{ROOT}.{part}.{place}")
            found = _with(found, given, f"{ROOT}.{part}.{place}")
    if properties.text("spring.cloud.circuitbreaker.resilience4j.disable-time-limiter") == "True":
        return found._replace(timeoutDuration=0)
    return found


def _with(found: BreakerSettings, given: dict[str, Any], place: str) -> BreakerSettings:
    known = {canonical(name): name for name in found._fields}
    for name, value in given.items():
        field = known.get(canonical(name))
        if field is None:
            if canonical(name) in IGNORED:
                continue
            raise StartFailure.unbound(f"{place}.{name}", value, "this setting is not modelled")
        old = getattr(found, field)
        try:
            new: Any = duration(value) if field in DURATIONS else type(old)(value)
        except (ValueError, TypeError) as error:
            raise StartFailure.unbound(f"{place}.{name}", value, str(error)) from error
        found = found._replace(**{field: new})
    return found


DURATIONS = ("slowCallDurationThreshold", "waitDurationInOpenState", "timeoutDuration")
IGNORED = ("baseconfig", "registerhealthindicator", "eventconsumerbuffersize",
           "automatictransitionfromopentohalfopenenabled")  # fmt: skip
"""What changes nothing that a request meets."""
