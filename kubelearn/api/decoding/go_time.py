"""Time stamps as Go reads and writes them, with its words for those that it cannot read.

`Time` is RFC 3339, written in UTC and whole seconds; `MicroTime` has exactly six digits behind the
point. Source: Go `time/format.go` (Parse), apimachinery `pkg/apis/meta/v1/time.go`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

SECONDS: Final = "2006-01-02T15:04:05Z07:00"
MICROSECONDS: Final = "2006-01-02T15:04:05.000000Z07:00"

_ELEMENTS: Final = (
    ("2006", "[0-9]{4}"), ("-", "-"), ("01", "[0-9]{2}"), ("-", "-"), ("02", "[0-9]{2}"),
    ("T", "T"), ("15", "[0-9]{2}"), (":", ":"), ("04", "[0-9]{2}"), (":", ":"),
    ("05", "[0-9]{2}"),
)  # fmt: skip
"""The parts of both layouts up to the seconds, each with what it accepts."""
_RANGES: Final = (("month", 2, 1, 12), ("hour", 6, 0, 23), ("minute", 8, 0, 59),
                  ("second", 10, 0, 59))  # fmt: skip
_FRACTION: Final = re.compile(r"[.,][0-9]+")
_SIX: Final = re.compile(r"[.,][0-9]{6}")
_ZONE: Final = re.compile(r"Z|[-+][0-9]{2}:[0-9]{2}")


class TimeError(ValueError):
    """A text is no time stamp; `str(error)` is what Go says."""


@lru_cache(maxsize=4096)
def time_text(text: str, *, micro: bool = False) -> str:
    """A time stamp as the API server writes it back: UTC, whole seconds (or six digits)."""
    layout = MICROSECONDS if micro else SECONDS
    parts, rest = _parts(text, layout)
    fraction, rest = _fraction(text, layout, rest)
    zone = _ZONE.match(rest)
    if zone is None:
        raise _cannot(text, layout, rest, "Z07:00")
    if zone.end() != len(rest):
        raise TimeError(f'parsing time "{text}": extra text: "{rest[zone.end() :]}"')
    moment = _moment(text, parts) - _offset(zone[0])
    written = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{written}.{fraction[1:7]:0<6}Z" if micro else f"{written}Z"


def _parts(text: str, layout: str) -> tuple[list[str], str]:
    """The parts up to the seconds, and the rest."""
    rest, parts = text, []
    for element, pattern in _ELEMENTS:
        match = re.match(pattern, rest)
        if match is None:
            raise _cannot(text, layout, rest, element)
        parts.append(match[0])
        rest = rest[match.end() :]
    for name, index, low, high in _RANGES:
        if not low <= int(parts[index]) <= high:
            raise TimeError(f'parsing time "{text}": {name} out of range')
    return parts, rest


def _fraction(text: str, layout: str, rest: str) -> tuple[str, str]:
    if layout == MICROSECONDS:
        match = _SIX.match(rest)
        if match is None:
            raise _cannot(text, layout, rest, ".000000")
    else:
        match = _FRACTION.match(rest)
    found = match[0] if match else ""
    return found, rest[len(found) :]


def _cannot(text: str, layout: str, rest: str, element: str) -> TimeError:
    return TimeError(f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{element}"')


def _moment(text: str, parts: list[str]) -> datetime:
    try:
        return datetime(*(int(parts[index]) for index in (0, 2, 4, 6, 8, 10)), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        raise TimeError(f'parsing time "{text}": day out of range') from None


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -size if zone[0] == "-" else size
