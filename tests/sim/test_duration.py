"""Durations as texts and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.duration import format_duration, parse_duration

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90 * SECOND),
        ("1m30s", 90 * SECOND),
        ("250ms", SECOND // 4),
        ("1.5h", 5400 * SECOND),
        ("-30s", -30 * SECOND),
        ("2d", 172800 * SECOND),
        (1.5, 1_500_000_000),
        (2, 2 * SECOND),
    ],
)
def test_texts_and_numbers_of_seconds(text, expected):
    """All ways to say how long."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "5", "s", "5 minutes", "1h-2m"])
def test_a_wrong_text_says_what_is_allowed(text):
    """The message names the units."""
    with pytest.raises(ValueError, match="write a number with a unit"):
        parse_duration(text)


@pytest.mark.parametrize("value", [None, True, [1]])
def test_a_wrong_type_says_so(value):
    """A bool is no number of seconds."""
    with pytest.raises(TypeError, match="not "):
        parse_duration(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e300, 10**30])
def test_a_time_that_no_clock_can_hold(value):
    """Neither as a number nor as a text."""
    with pytest.raises(ValueError, match=r"not a duration|shorter than 292 years"):
        parse_duration(value)
    with pytest.raises(ValueError, match="shorter than 292 years"):
        parse_duration("9" * 400 + "s")


@pytest.mark.parametrize(
    ("nanoseconds", "expected"),
    [(0, "0s"), (350_000_000, "350ms"), (90 * SECOND, "1m30s"), (7200 * SECOND, "2h")],
)
def test_short_texts(nanoseconds, expected):
    """Only units that are not zero."""
    assert format_duration(nanoseconds) == expected


@given(st.integers(0, 10**6))
def test_milliseconds_survive_the_round_trip(milliseconds):
    """What is printed is read back."""
    nanoseconds = milliseconds * 1_000_000
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds
