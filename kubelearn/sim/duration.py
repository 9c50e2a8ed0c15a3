"""Durations as people write them: "90s", "1m30s", "250ms", or a number of seconds."""

from __future__ import annotations

import math
import re

from kubelearn.sim.arguments import shown
from kubelearn.sim.clock import HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND

UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
    "d": 24 * HOUR,
}
LONGEST = 1 << 63
"""Nanoseconds that the clock cannot hold: 292 years."""
_PIECE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h|d)")
_WHOLE = re.compile(rf"([+-]?)((?:{_PIECE.pattern})+)")


def parse_duration(value: str | float) -> int:
    """Nanoseconds of a text such as "90s" or "1m30s", or of a number of seconds.

    Raises ValueError for other texts, for what the clock cannot hold, and TypeError for other
    types.
    """
    try:
        found = _nanoseconds(value)
    except OverflowError:  # a text with hundreds of digits
        found = LONGEST
    if abs(found) >= LONGEST:
        raise ValueError(f"{shown(value)} is too long: a duration is shorter than 292 years")
    return found


def _nanoseconds(value: str | float) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        wanted = "a text such as '90s' or a number of seconds"
        raise TypeError(f"a duration is {wanted}, not {shown(value)}")
    if not isinstance(value, str):
        if not math.isfinite(value):
            raise ValueError(f"{shown(value)} is not a duration: give a number of seconds")
        return round(value * SECOND)
    found = _WHOLE.fullmatch(value.strip())
    if found is None:
        raise ValueError(
            f"{shown(value)} is not a duration: write a number with a unit ({', '.join(UNITS)}), "
            "such as '90s', '2m' or '1h30m'"
        )
    total = sum(round(float(number) * UNITS[unit]) for number, unit in _PIECE.findall(value))
    return -total if found[1] == "-" else total


def format_duration(nanoseconds: int) -> str:
    """A short text of a duration: "0s", "350ms", "1m30s", "-2h"."""
    if nanoseconds < 0:
        return "-" + format_duration(-nanoseconds)
    if nanoseconds < SECOND:
        return f"{_trim(nanoseconds / MILLISECOND)}ms" if nanoseconds else "0s"
    hours, rest = divmod(nanoseconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = _trim(rest / SECOND)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number not in (0, "0"))


def _trim(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
