"""Wall clocks: the local time of a moment in a zone, and the moment of a local time.

Where a local time does not exist, or exists twice, the moment is the one that Go's `time.Date`
gives. Moments are nanoseconds of the clock.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from kubelearn.api.times import EPOCH
from kubelearn.sim.clock import SECOND


class UnknownZone(ValueError):
    """There is no time zone with this name."""


def zone(name: str) -> tzinfo:
    """The time zone with a name of the IANA database; "" and "UTC" are UTC. Raises UnknownZone."""
    if name in ("", "UTC"):
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = "" if zoneinfo.available_timezones() else " (no time zones here: install tzdata)"
        raise UnknownZone(f"unknown time zone {name}{hint}") from None


def local(moment: int, where: tzinfo) -> datetime:
    """What the clocks in a zone show, without the zone; fractions of a second are dropped."""
    shown = (EPOCH + timedelta(seconds=moment // SECOND)).astimezone(where)
    return shown.replace(tzinfo=None)


def moment(shown: datetime, where: tzinfo) -> int:
    """When the clocks in a zone show a time."""
    as_utc = shown.replace(tzinfo=UTC)
    first = as_utc - _offset(as_utc, where)
    delta = as_utc - _offset(first, where) - EPOCH
    return (delta.days * 86400 + delta.seconds) * SECOND


def _offset(at: datetime, where: tzinfo) -> timedelta:
    return at.astimezone(where).utcoffset() or timedelta()


def fixed(hours: float) -> tzinfo:
    """A zone that is always so many hours ahead of UTC."""
    return timezone(timedelta(hours=hours))
