"""Cron schedules: five fields, descriptors such as `@daily`, and `@every 1h30m`.

Source: `github.com/robfig/cron/v3`, `parser.go`, `spec.go`, `constantdelay.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple, Protocol

from kubelearn.api.validation.cron_schedule import FIELDS, Bounds, schedule_problem
from kubelearn.controllers.cronjob.zones import UnknownZone, local, moment, zone
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration

YEARS = 5
"""A schedule that fires in none of the next years never does."""
HOUR, MINUTE = 3600 * SECOND, 60 * SECOND
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class Schedule(Protocol):
    """Tells when the next run is due."""

    def next(self, after: int) -> int | None:
        """The first moment later than `after`, both in ns; None when there is none."""


class Allowed(NamedTuple):
    """The values of a field that fire; `star` when the field restricts nothing."""

    values: frozenset[int]
    star: bool


@dataclass(frozen=True, slots=True)
class Every:
    """A run each `period` ns, at whole seconds."""

    period: int

    def next(self, after: int) -> int | None:
        """One period later."""
        return after + self.period - after % SECOND


@dataclass(frozen=True, slots=True)
class Fields:
    """A run whenever the clocks of `where` show what all five fields allow."""

    minute: Allowed
    hour: Allowed
    day: Allowed
    month: Allowed
    weekday: Allowed
    where: tzinfo

    def next(self, after: int) -> int | None:
        """The first moment later than `after` that every field allows."""
        search = _Search(self, after + SECOND - after % SECOND)
        return search.run()

    def allows_day(self, shown: datetime) -> bool:
        """Day of month and of week: both, or either of them when both are restricted."""
        by_month = shown.day in self.day.values
        by_week = shown.isoweekday() % 7 in self.weekday.values
        if self.day.star or self.weekday.star:
            return by_month and by_week
        return by_month or by_week


class _Search:
    """Moves a moment on, from the coarsest field to the finest, until all fields allow it."""

    def __init__(self, fields: Fields, start: int) -> None:
        self.fields, self.time = fields, start
        self.cut = False
        """Whether the finer fields have been set to their start already."""

    @property
    def shown(self) -> datetime:
        return local(self.time, self.fields.where)

    def run(self) -> int | None:
        last = self.shown.year + YEARS
        while self.shown.year <= last:
            if self._month() and self._day() and self._hour() and self._minute() and self._second():
                return self.time
        return None

    def _set(self, shown: datetime) -> None:
        self.time = moment(shown, self.fields.where)

    def _cut_to(self, unit: str) -> None:
        """Go back to the start of a "month", "day" or "hour", once in a search."""
        if not self.cut:
            self.cut = True
            start = self.shown.replace(minute=0, second=0, microsecond=0)
            start = start if unit == "hour" else start.replace(hour=0)
            self._set(start.replace(day=1) if unit == "month" else start)

    # Each says False when a coarser field changed, so that the search begins again.

    def _month(self) -> bool:
        while self.shown.month not in self.fields.month.values:
            self._cut_to("month")
            shown = self.shown
            years, month = divmod(shown.month, 12)
            self._set(shown.replace(year=shown.year + years, month=month + 1))
            if self.shown.month == 1:
                return False
        return True

    def _day(self) -> bool:
        while not self.fields.allows_day(self.shown):
            self._cut_to("day")
            self._set(self.shown + timedelta(days=1))
            hour = self.shown.hour
            if hour:  # there is no midnight on this day
                self.time += (24 - hour if hour > 12 else -hour) * HOUR
            if self.shown.day == 1:
                return False
        return True

    def _hour(self) -> bool:
        while self.shown.hour not in self.fields.hour.values:
            self._cut_to("hour")
            self.time += HOUR
            if self.shown.hour == 0:
                return False
        return True

    def _minute(self) -> bool:
        while self.shown.minute not in self.fields.minute.values:
            if not self.cut:
                self.cut = True
                self.time -= self.time % MINUTE
            self.time += MINUTE
            if self.shown.minute == 0:
                return False
        return True

    def _second(self) -> bool:
        second = self.shown.second
        if not second:
            return True
        self.cut = True
        self.time += (60 - second) * SECOND
        return False


@lru_cache(maxsize=1024)
def parse(text: str, where: tzinfo = UTC) -> Schedule:
    """The schedule that a text means, read in a zone; ValueError says what is wrong with it.

    `TZ=Zone` or `CRON_TZ=Zone` at its beginning names another zone.
    """
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, _, text = text.partition(" ")
        name, text = prefix.partition("=")[2], text.strip()
        try:
            where = zone(name)
        except UnknownZone as error:
            raise ValueError(f"provided bad location {name}: {error}") from None
    problem = schedule_problem(text)
    if problem:
        raise ValueError(problem)
    if text.startswith("@every "):
        period = parse_duration(text.removeprefix("@every ").strip())
        return Every(max(SECOND, period - period % SECOND))
    text = DESCRIPTORS.get(text, text)
    minute, hour, day, month, weekday = map(_allowed, text.split(), FIELDS)
    return Fields(minute, hour, day, month, weekday, where)


def _allowed(text: str, bounds: Bounds) -> Allowed:
    ranges = [_range(one, bounds) for one in text.split(",") if one]
    values = frozenset(value for one in ranges for value in one.values)
    return Allowed(values, any(one.star for one in ranges))


def _range(text: str, bounds: Bounds) -> Allowed:
    limits, _, step_text = text.partition("/")
    first, _, last = limits.partition("-")
    step = int(step_text or 1)
    star = first in ("*", "?")
    low = bounds.low if star else _value(first, bounds)
    if star or (step_text and not last):
        high = bounds.high
    else:
        high = _value(last, bounds) if last else low
    return Allowed(frozenset(range(low, high + 1, step)), star and step == 1)


def _value(text: str, bounds: Bounds) -> int:
    named = bounds.names.get(text.lower())
    return int(text) if named is None else named
