"""Lanes: several courses of numbers above one time axis, with marks where something happened.

The shape that pictures over time share. A lane has *bands*, which are stacked, and *lines*; each is
a list of points `[time (ns), value]` that hold until the next one. A value None is not known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from kubelearn.frames.source import Frame, Row
from kubelearn.frames.timeline import EVER
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.duration import format_duration

TENTH = 100 * MILLISECOND
AGAIN = 60 * SECOND
"""Time after which the same words are worth another mark."""
MOST_POINTS = 400
MOST_MARKS = 12
Point = list[Any]
"""`[time, value]`."""


class Course:
    """A number over time, noted whenever it changes."""

    def __init__(self, value: float | None = 0) -> None:
        self.points: list[Point] = [[EVER, value]]

    def set(self, time: int, value: float | None) -> None:
        """The number from this moment on."""
        last = self.points[-1]
        if last[1] == value:
            return
        if last[0] == time:
            last[1] = value
        else:
            self.points.append([time, value])

    def add(self, time: int, change: float) -> None:
        """The number changes by so much."""
        self.set(time, (self.points[-1][1] or 0) + change)


def series(key: str, label: str, look: str, course: Course | list[Point]) -> Row:
    """One band or line; `look` is "tone state" for bands, "tone dash" for lines."""
    points = course.points if isinstance(course, Course) else course
    return {"key": key, "label": label, "look": look, "points": points}


def lane(
    key: str, label: str, unit: str, bands: Sequence[Row] = (), lines: Sequence[Row] = (),
) -> Row:  # fmt: skip
    """One lane; it is clipped and gets the top of its axis in `over_time`."""
    return {"key": key, "label": label, "unit": unit, "bands": list(bands), "lines": list(lines)}


def over_time(
    kind: str, start: int, end: int, lanes: Sequence[Row], marks: Iterable[Row], summary: str,
    **more: Any,
) -> Frame:  # fmt: skip
    """The frame: all lanes clipped to the time from `start` to `end` (ns)."""
    end = max(end, start + 1)
    inside = [mark for mark in marks if start <= mark["time"] <= end]
    return {
        "kind": kind,
        "start": start,
        "end": end,
        "lanes": [_clipped(each, start, end) for each in lanes],
        "marks": inside[-MOST_MARKS:],
        "hidden": max(0, len(inside) - MOST_MARKS),
        "summary": summary,
        **more,
    }


def _clipped(found: Row, start: int, end: int) -> Row:
    bands = _aligned([_within(band, start, end) for band in found["bands"]])
    lines = [_within(line, start, end) for line in found["lines"]]
    return {**found, "bands": bands, "lines": lines, "top": _top(_highest(bands, lines))}


def _within(given: Row, start: int, end: int) -> Row:
    points = given["points"]
    times = [point[0] for point in points]
    inside = [point for point in points if start < point[0] < end]
    step = -(-len(inside) // MOST_POINTS) or 1
    kept = [[start, at(points, times, start)], *inside[::-1][::step][::-1]]
    return {**given, "points": [*kept, [end, at(points, times, end)]]}


def at(points: Sequence[Point], times: Sequence[int], time: int) -> Any:
    """The value at a moment; None before the first point."""
    place = bisect_right(times, time)
    return points[place - 1][1] if place else None


def _aligned(bands: list[Row]) -> list[Row]:
    """Bands with the same moments, so that they can be stacked."""
    moments = sorted({point[0] for band in bands for point in band["points"]})
    found = []
    for band in bands:
        times = [point[0] for point in band["points"]]
        points = [[time, at(band["points"], times, time) or 0] for time in moments]
        found.append({**band, "points": points})
    return found


def _highest(bands: list[Row], lines: list[Row]) -> float:
    sums = [
        sum(point[1] for point in column)
        for column in zip(*(band["points"] for band in bands), strict=True)
    ]
    values = [p[1] for line in lines for p in line["points"] if p[1] is not None]
    return max([*sums, *values], default=0)


def _top(value: float) -> float:
    """A round number at or above a value, for the end of an axis."""
    if value <= 0:
        return 1
    size = 1
    while size * 10 < value:
        size *= 10
    steps = [step for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * size >= value]
    return round(steps[0] * size, 1)


def mark(time: int, text: str, kind: str = "Normal", key: str = "") -> Row:
    """A moment worth a mark; `kind` is "Normal" or "Warning"."""
    return {"key": key or f"{time} {text}", "time": time, "type": kind, "text": text,
            "timeText": format_duration(round(time / TENTH) * TENTH)}  # fmt: skip


def merged(marks: Iterable[Row]) -> list[Row]:
    """In order of time; what is told again in the same words within a minute only once."""
    found: list[Row] = []
    last: dict[str, int] = {}
    for one in sorted(marks, key=lambda each: (each["time"], each["text"])):
        before = last.get(one["text"])
        last[one["text"]] = one["time"]
        if before is None or one["time"] - before > AGAIN:
            found.append(one)
    return found
