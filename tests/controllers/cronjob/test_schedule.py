"""Tests of cron schedules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.cronjob.schedule import parse
from kubelearn.controllers.cronjob.zones import zone
from kubelearn.sim.clock import SECOND


def _next(text: str, after: str, where: str = "UTC") -> str:
    found = parse(text, zone(where)).next(parse_timestamp(after))
    return "never" if found is None else timestamp(found)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(0, 10**8))
def test_a_daily_run_is_found_as_by_the_calendar(minute: int, hour: int, after: int) -> None:
    """In UTC the next run is today or tomorrow."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=after)
    wanted = start.replace(hour=hour, minute=minute, second=0)
    wanted += timedelta(days=wanted <= start)
    found = parse(f"{minute} {hour} * * *").next(after * SECOND)
    assert wanted == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=(found or 0) // SECOND)


def test_days_of_month_and_week_are_either_or() -> None:
    """Both restricted: the 13th, and all Fridays; 2 January 2026 is one."""
    assert _next("0 0 13 * Fri", "2026-01-01T00:00:00Z") == "2026-01-02T00:00:00Z"
    assert _next("0 0 13 * *", "2026-01-01T00:00:00Z") == "2026-01-13T00:00:00Z"


def test_a_day_that_does_not_exist_never_comes() -> None:
    """31 February."""
    assert _next("0 0 31 2 *", "2026-01-01T00:00:00Z") == "never"


def test_every_counts_from_the_last_run() -> None:
    """Not from midnight."""
    assert _next("@every 1h30m", "2026-01-01T00:10:00Z") == "2026-01-01T01:40:00Z"


def test_a_local_time_that_is_left_out_is_skipped() -> None:
    """29 March 2026 has no 02:30 in Berlin."""
    found = _next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin")
    assert found == "2026-03-30T00:30:00Z"


@pytest.mark.parametrize("text", ["* * * *", "61 * * * *", "@fortnightly", "TZ=Mars/X * * * * *"])
def test_mistakes_are_refused(text: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValueError, match=r"expected|above|unrecognized|bad location"):
        parse(text)
