"""Durations as Go reads them."""

import re

import pytest

from kubelearn.scheduler.configuration.durations import nanoseconds
from kubelearn.sim.clock import HOUR, MILLISECOND, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15s", 15 * SECOND),
        ("1h2m3.5s", HOUR + 2 * MINUTE + 3 * SECOND + 500 * MILLISECOND),
        ("-1.5h", -HOUR - 30 * MINUTE),
        ("+.5s", SECOND // 2),
        ("1.s", SECOND),
        ("0", 0),
        ("-0", 0),
        ("3µs", 3000),
        ("7ns", 7),
    ],
)
def test_lengths(text: str, expected: int) -> None:
    """In nanoseconds."""
    assert expected == nanoseconds(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abc", 'time: invalid duration "abc"'),
        ("", 'time: invalid duration ""'),
        ("-", 'time: invalid duration "-"'),
        (".s", 'time: invalid duration ".s"'),
        ("1 s", 'time: unknown unit " s" in duration "1 s"'),
        ("15", 'time: missing unit in duration "15"'),
        ("2d", 'time: unknown unit "d" in duration "2d"'),
        ("9999999h", 'time: invalid duration "9999999h"'),
    ],
)
def test_what_is_none(text: str, told: str) -> None:
    """In Go's words; a day is no unit there."""
    with pytest.raises(ValueError, match="^" + re.escape(told) + "$"):
        nanoseconds(text)
