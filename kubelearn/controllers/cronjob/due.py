"""Which run of a CronJob is due, how many were missed, and when to look again.

Source: `pkg/controller/cronjob/utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.cronjob.schedule import Schedule
from kubelearn.sim.clock import MILLISECOND, SECOND

MANY = 100
PADDING = 100 * MILLISECOND
"""Added to each wait so that the look is surely after the scheduled time."""


class ScheduleError(ValueError):
    """The schedule never fires, or again at once."""


class Due(NamedTuple):
    """From when on runs count, the most recent one (None: none yet), and what was missed."""

    earliest: int
    most_recent: int | None
    missed: str
    """"none", "few" or "many" (more than a hundred)."""


def due(cronjob: Object, now: int, schedule: Schedule, *, with_deadline: bool = True) -> Due:
    """The most recent run up to `now`, in ns; ScheduleError for a schedule that never fires."""
    earliest = _earliest(cronjob, now, with_deadline=with_deadline)
    first = schedule.next(earliest)
    second = None if first is None else schedule.next(first)
    if first is None or second is None or second - first < SECOND:
        raise ScheduleError("time difference between two schedules is less than 1 second")
    if now < first:
        return Due(earliest, None, "none")
    if now < second:
        return Due(earliest, first, "none")
    period = round((second - first) / SECOND)
    missed = (now - first) // SECOND // period + 1
    found: int | None = None
    at = schedule.next(first + (missed - 2) * period * SECOND)
    while at is not None and at <= now:
        found, at = at, schedule.next(at)
    return Due(earliest, found, "many" if missed > MANY else "few")


def _earliest(cronjob: Object, now: int, *, with_deadline: bool) -> int:
    last = (cronjob.get("status") or {}).get("lastScheduleTime")
    earliest = parse_timestamp(last or cronjob["metadata"]["creationTimestamp"])
    deadline: int | None = cronjob["spec"].get("startingDeadlineSeconds")
    if with_deadline and deadline is not None:
        return max(earliest, now - deadline * SECOND)
    return earliest


def wait(cronjob: Object, now: int, schedule: Schedule) -> int:
    """Nanoseconds until the next run, and a little more."""
    base = now
    try:
        found = due(cronjob, now, schedule, with_deadline=False)
    except ScheduleError:
        pass
    else:
        if found.most_recent is not None:
            base = found.most_recent
        elif found.missed == "none":
            base = found.earliest
    following = schedule.next(base)
    if following is None:
        raise ScheduleError("the schedule fires in none of the next five years")
    return following + PADDING - now
