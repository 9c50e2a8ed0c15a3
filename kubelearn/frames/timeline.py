"""How many pods were in each state over time, and what happened meanwhile.

Read from the store's write log, so it is the whole history, not samples. `History` reads on where
it stopped, which makes it cheap beside a running clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record, Store
from kubelearn.api.tables.pods import pod_status
from kubelearn.frames.marks import MARKS, grouped
from kubelearn.frames.source import Frame, Present, Row
from kubelearn.frames.states import STATES, count_states, state_of
from kubelearn.sim.duration import format_duration

MOST_MARKS = 60
EVER = -(1 << 62)
"""Before all moments: since when pods exist that are older than the log."""


class Stored(Protocol):
    """An API server with its store."""

    @property
    def store(self) -> Store:
        """Objects and write log."""
        ...


class Remembering(Protocol):
    """A world whose write log can be read."""

    @property
    def api(self) -> Stored:
        """Its objects."""
        ...

    @property
    def clock(self) -> Present:
        """Its time."""
        ...


class History:
    """The states of pods after each write, read once from a store's log."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.times: list[int] = []
        self.counts: list[dict[str, int]] = []
        self.marks: list[Row] = []
        self._states: dict[Key, str] = {}
        self._last: Record | None = None

    def read(self, store: Store) -> None:
        """Take in what was written since the last time; starts again after a rewind."""
        if self._last is None or not _continues(store, self._last):
            self._forget()
            self._begin(store)
        for record in store.since(self._last.revision if self._last else store.compacted):
            self._take(record)

    def _begin(self, store: Store) -> None:
        """The pods that are older than the log: those of now, taken back write by write."""
        pods: dict[Key, Object] = dict(store.items("pods"))
        for record in reversed(store.log):
            if record.resource != "pods":
                continue
            if record.old is None:
                pods.pop(record.key, None)
            else:
                pods[record.key] = record.old
        self._states = {key: state_of(pod, pod_status(pod)) for key, pod in pods.items()}
        if self._states:
            self._add(EVER, count_states(self._states.values()))

    def _take(self, record: Record) -> None:
        self._last = record
        mark = MARKS.get(record.resource)
        told = mark(record) if mark else None
        if told:
            self.marks.append({"key": str(record.revision), "time": record.time, **told})
        if record.resource == "pods":
            self._count(record)

    def _count(self, record: Record) -> None:
        before = self._states.get(record.key)
        after = state_of(record.new, pod_status(record.new)) if record.new else None
        if before == after:
            return
        counts = dict(self.counts[-1]) if self.counts else {}
        for state, change in ((before, -1), (after, 1)):
            if state:
                counts[state] = counts.get(state, 0) + change
        if after:
            self._states[record.key] = after
        else:
            del self._states[record.key]
        self._add(record.time, counts)

    def _add(self, time: int, counts: dict[str, int]) -> None:
        if self.times and self.times[-1] == time:
            self.counts[-1] = counts
        else:
            self.times.append(time)
            self.counts.append(counts)

    def at(self, time: int) -> dict[str, int]:
        """The counts after all writes up to a time."""
        place = bisect_right(self.times, time)
        return self.counts[place - 1] if place else {}


def _continues(store: Store, last: Record) -> bool:
    """Whether this record is still the one that the store's log has at its revision."""
    place = last.revision - store.compacted - 1
    return 0 <= place < len(store.log) and store.log[place] is last


def timeline(
    world: Remembering, start: int = 0, *, most: int = 2000, history: History | None = None
) -> Frame:
    """Pods by state from `start` (ns) until now, at up to `most` moments; each holds on.

    A point is `[time, count, …]` with a count for each of `states`.
    """
    history = history or History()
    history.read(world.api.store)
    end = max(start, world.clock.now)
    times = _moments(history.times, start, end, most)
    counts = [history.at(time) for time in times]
    states = [name for name in STATES if any(count.get(name) for count in counts)]
    points = [
        [time, *(count.get(name, 0) for name in states)]
        for time, count in zip(times, counts, strict=True)
    ]
    marks = grouped(mark for mark in history.marks if start <= mark["time"] <= end)[-MOST_MARKS:]
    return {
        "kind": "timeline",
        "start": start,
        "end": end,
        "states": states,
        "points": points,
        "marks": marks,
        "summary": _summary(start, end, states, points, marks),
    }


def _moments(times: Sequence[int], start: int, end: int, most: int) -> list[int]:
    """Start, the moments of change after it, end; thinned evenly when there are too many."""
    inside = times[bisect_right(times, start) : bisect_left(times, end)]
    step = -(-len(inside) // max(1, most - 2)) or 1
    # The last moment of each stretch: what held when the stretch ended.
    return sorted({start, *inside[::-1][::step], end})


def _summary(
    start: int, end: int, states: list[str], points: list[list[int]], marks: list[Row]
) -> str:
    last = [
        f"{count} {STATES[name].label}"
        for name, count in zip(states, points[-1][1:], strict=True)
        if count
    ]
    most = max(sum(point[1:]) for point in points)
    return (
        f"From {format_duration(start)} to {format_duration(end)}: at most {most} pods, "
        f"at the end {', '.join(last) or 'none'}; {len(marks)} marked moments."
    )
