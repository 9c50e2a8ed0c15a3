"""What users felt, in lanes: requests per second, those that failed, and p95, window by window.

A request counts in the window in which it was sent, as in `Load.report`; windows in which nothing
was sent have no p95.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from kubelearn.frames.lanes import Point, lane, series
from kubelearn.frames.source import Row
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.traffic.call import Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Lengths that a window may have, in seconds."""
WINDOWS = 60
SMALL = 0.25
"""Failures below this share of the requests get an axis of their own."""


def window(start: int, end: int) -> int:
    """The length of a window (ns): at most `WINDOWS` of them."""
    wanted = (end - start) / SECOND / WINDOWS
    return next((step for step in STEPS if step >= wanted), STEPS[-1]) * SECOND


class Felt:
    """The windows of some loads: when each began (ns), sent and failed per second, p95 in ms."""

    def __init__(self, start: int, end: int) -> None:
        self.step = window(start, end)
        self.start, self.end = start, end
        self.sent: list[Point] = []
        self.failed: list[Point] = []
        self.p95: list[Point] = []
        self.totals = {"sent": 0, "failed": 0}

    def lanes(self) -> list[Row]:
        """The lanes of what was noted; none when nothing was sent."""
        if not self.totals["sent"]:
            return []
        found = [lane("load", "requests per second", "", lines=[*self._sent(), *self._failed()])]
        worst = max(value for _, value in self.failed)
        if 0 < worst < SMALL * max(value for _, value in self.sent):
            lost = series("failed", "failed", "alarm ready", self.failed)
            found = [lane("load", "requests per second", "", lines=self._sent()),
                     lane("failed", "failed requests per second", "", [lost])]  # fmt: skip
        latency = [series("p95", "p95", "ink solid", self.p95)]
        label = f"p95: 95 of 100 answers came within, every {self.step // SECOND} s"
        return [*found, lane("p95", label, "ms", lines=latency)]

    def _sent(self) -> list[Row]:
        return [series("sent", "sent", "accent solid", self.sent)]

    def _failed(self) -> list[Row]:
        return [series("failed", "failed", "alarm dash", self.failed)] * bool(self.totals["failed"])


def felt(world: Any, hosts: Collection[str], start: int, end: int) -> Felt:
    """The loads whose URL names one of the hosts (a Service's name), from `start` to `end` (ns)."""
    found = Felt(start, end)
    loads = world.parts.get("loads")
    rows = [] if loads is None else [
        row for row in loads.rows.values()
        if row.begin <= end and Target.of(row.url).host.split(".")[0] in hosts
    ]  # fmt: skip
    if rows:
        _fill(found, [loads.ended(row.number) for row in rows], min(row.begin for row in rows))
    return found


def _fill(found: Felt, results: list[Any], begin: int) -> None:
    import numpy as np

    _, sent, done, outcome = columns_of(results)
    known = (sent >= found.start) & (sent < found.end) & (done <= found.end)
    sent, done, outcome = sent[known], done[known], outcome[known]
    good = (outcome > 0) & (outcome < 400)
    found.totals = {"sent": len(sent), "failed": int(np.count_nonzero(~good))}
    first = max(found.start, begin)
    place = (sent - first) // found.step
    for number in range(-(-(found.end - first) // found.step)):
        here = place == number
        took = (done - sent)[here & good]
        moment = first + number * found.step
        length = min(found.step, found.end - moment) / SECOND
        failed = int(np.count_nonzero(here & ~good))
        found.sent.append([moment, round(int(np.count_nonzero(here)) / length, 2)])
        found.failed.append([moment, round(failed / length, 2)])
        found.p95.append([moment, p95_of(took)])


def columns_of(results: list[Any]) -> tuple[Array, Array, Array, Array]:
    """Number, sent, done and outcome of all ended requests."""
    import numpy as np

    parts: list[Any] = []
    for one in results:
        parts += one.columns
        if one.singles:
            parts.append([np.array(column, np.int64) for column in zip(*one.singles, strict=True)])
    empty = np.array([], np.int64)
    joined = [np.concatenate([empty, *(part[place] for part in parts)]) for place in range(4)]
    return joined[0], joined[1], joined[2], joined[3]


def p95_of(took: Array) -> float | None:
    """Nearest rank, in ms."""
    import numpy as np

    if not len(took):
        return None
    rank = math.ceil(0.95 * len(took)) - 1
    return round(int(np.partition(took, rank)[rank]) / MILLISECOND, 1)
