"""How the requests of loads ended, window by window and in all: answered, or lost for a reason.

A request counts at the moment at which it was sent, as in `Load.report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelearn.frames.lanes import Point, lane, series
from kubelearn.frames.load_lanes import columns_of, p95_of, window
from kubelearn.frames.source import Row
from kubelearn.network.verdict import NO_ANSWER, NO_ROUTE, REFUSED, RESET, TIMED_OUT
from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LOOKS = {
    TIMED_OUT: "alarm starting",
    RESET: "alarm ending",
    REFUSED: "ink starting",
    NO_ROUTE: "ink ending",
    NO_ANSWER: "muted starting",
}
"""How a request is lost → its look, the same in all pictures."""
OTHER = "muted ending"
"""The look of all other ways, such as a status."""
ANSWERED = "answered"
SETTLED = 10 * SECOND
"""Without a lost request at the end for so long, users are well again."""


class Outcomes:
    """The requests of some loads that were sent in a time; all times in ns."""

    def __init__(self, world: Any, numbers: list[int], start: int, end: int) -> None:
        import numpy as np

        self.start, self.end, self.step = start, end, window(start, end)
        self.names = [ANSWERED]
        self.flying = 0
        """Requests that had been sent and had not ended."""
        parts = [self._ended(world.parts["loads"], number) for number in numbers]
        empty = np.array([], np.int64)
        self.sent, self.done, self.codes = (
            np.concatenate([empty, *(part[place] for part in parts)]) for place in range(3)
        )
        self.good = self.codes == 0

    def _ended(self, loads: Any, number: int) -> tuple[Array, Array, Array]:
        """Sent, done and end of the requests of a load; the others are counted as flying."""
        import numpy as np

        results = loads.ended(number)
        index, sent, done, outcome = columns_of([results])
        missing = np.ones(loads.sent(number), bool)
        missing[index] = False
        later = loads.sent_at(number, np.flatnonzero(missing))
        known = done <= self.end  # a moment of the past has not seen the others' end
        self.flying += int(np.count_nonzero(np.concatenate([later, sent[~known]]) < self.end))
        return sent[known], done[known], self._codes(results, outcome[known])

    def _codes(self, results: Any, outcomes: Array) -> Array:
        """The end of each request as its place in `names`."""
        import numpy as np

        found = np.zeros(len(outcomes), np.int64)
        for value in np.unique(outcomes).tolist():
            told = results.words(value)
            name = ANSWERED if told == "ok" else told
            if name not in self.names:
                self.names.append(name)
            found[outcomes == value] = self.names.index(name)
        return found

    def counts(self) -> dict[str, int]:
        """How many ended in which way; answered ones first."""
        import numpy as np

        return dict(zip(self.names, np.bincount(self.codes, minlength=len(self.names)).tolist(),
                        strict=True))  # fmt: skip

    def lost_since(self, moment: int) -> Array:
        """When the requests were sent that were lost, from a moment on."""
        import numpy as np

        return np.sort(self.sent[~self.good & (self.sent >= moment)])

    def p95(self, start: int, end: int) -> float | None:
        """The p95 of the answered requests of a time, in ms."""
        inside = (self.sent >= start) & (self.sent < end) & self.good
        return p95_of((self.done - self.sent)[inside])

    def recovery(self, fault: int) -> int | None:
        """From a fault until the last lost request was sent (ns); 0 = none, None = not yet over."""
        lost = self.lost_since(fault)
        if not len(lost):
            return 0
        last = int(lost[-1])
        return None if int(self.sent.max()) - last < SETTLED else last - fault

    def lanes(self) -> list[Row]:
        """Requests per second by their end, and the p95 of the answered ones."""
        import numpy as np

        count = -(-(self.end - self.start) // self.step)
        place = (self.sent - self.start) // self.step
        bands = []
        for code, name in enumerate(self.names):
            look = LOOKS.get(name, OTHER) if code else "accent ready"
            here = np.bincount(place[self.codes == code], minlength=count)
            bands.append(series(name, name, look, self._rates(here[:count].tolist())))
        line: list[Point] = [
            [self.start + number * self.step, self.p95(*self._window(number))]
            for number in range(count)
        ]
        label = f"p95 of the answered requests, every {self.step // SECOND} s"
        latency = lane("p95", label, "ms", lines=[series("p95", "p95", "ink solid", line)])
        return [lane("requests", "requests per second", "", bands), latency]

    def _window(self, number: int) -> tuple[int, int]:
        begin = self.start + number * self.step
        return begin, min(begin + self.step, self.end)

    def _rates(self, counts: list[int]) -> list[Point]:
        windows = [self._window(number) for number in range(len(counts))]
        return [
            [begin, round(count / ((end - begin) / SECOND), 2)]
            for (begin, end), count in zip(windows, counts, strict=True)
        ]
