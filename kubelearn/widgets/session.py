"""What a widget shows, without any widget library.

The front end gets all frames once, then only their changes, numbered. One that misses a number
asks for all again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from kubelearn.frames.changes import changes
from kubelearn.frames.cluster_view import Memory, cluster_view
from kubelearn.frames.comparison import COMPARED, differences
from kubelearn.frames.detail import detail, find_row_object
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.timeline import History, timeline
from kubelearn.sim.fair_lock import FairLock
from kubelearn.widgets.callbacks import Callbacks

Message: TypeAlias = dict[str, Any]
STRIP = 200
"""Moments in the small time line above the time control."""


class Cluster(Protocol):
    """What a view needs of a cluster."""

    lock: FairLock
    api: Any
    clock: Any

    def run(self, duration: str) -> object:
        """Let simulated time pass."""
        ...

    def step(self) -> object:
        """Run the next event."""
        ...

    def rewind(self, to: str) -> object:
        """Go back and go on from there."""
        ...

    def at(self, time: str) -> Any:
        """The cluster as it was."""
        ...

    def why(self, ref: Any) -> Any:
        """An explanation."""
        ...


class Session:
    """One or two clusters on one screen, under one time control."""

    def __init__(
        self,
        clusters: Sequence[Cluster],
        send: Callable[[Message], None],
        names: Sequence[str] = (),
    ) -> None:
        self.clusters = list(clusters)
        self.names = list(names)
        self._send = send
        self.callbacks = Callbacks([cluster.lock for cluster in clusters], self.show_error)
        self.selected: str | None = None
        self.tab = "why"
        self.past: int | None = None
        """The moment looked at, or None for now."""
        self.error = ""
        self.playing = False
        self.speed = 1.0
        self.number = 0
        self.drawn = 0
        """The last number that a front end has drawn."""
        self.frames: list[Frame] = []
        self._memories = [Memory() for _ in clusters]
        self._histories = [History() for _ in clusters]
        self._strips: list[int] = []
        self._details: dict[int, tuple[Any, Row]] = {}
        self._place: list[tuple[int, int]] = []

    def answer_ping(self) -> None:
        """Say that the kernel lives; show what cells have done to the clusters meanwhile."""
        self._send({"type": "pong"})
        if not self.playing and self.callbacks.free():
            self.callbacks.run(self.refresh)

    # Showing

    def show_error(self, text: str) -> None:
        """Show a sentence in the widget; "" takes it away."""
        self.error = text
        self._send({"type": "error", "text": text})

    def clear_error(self) -> None:
        """Take the last error away."""
        if self.error:
            self.show_error("")

    def start_message(self) -> Message:
        """All that a front end needs to draw from nothing."""
        self.frames = self._look()
        self._place = self._places()
        self.number += 1
        message = {"type": "frames", "n": self.number, "frames": self.frames, "names": self.names}
        return message | {"control": self.control(), "history": self._strip_frames()}

    def show_all(self) -> None:
        """Send everything."""
        self._send(self.start_message())

    def refresh(self) -> None:
        """Send what changed, if anything did since the last time."""
        if self._places() != self._place:
            self.show()

    def show(self, *, strip: bool = True) -> None:
        """Send the changes since the last frames."""
        frames = self._look()
        deltas = [changes(old, new) for old, new in zip(self.frames, frames, strict=True)]
        self.frames, self._place = frames, self._places()
        self.number += 1
        message = {"type": "change", "n": self.number, "d": deltas, "control": self.control()}
        if strip and self._strips != self._revisions():
            message["history"] = self._strip_frames()
        self._send(message)

    def control(self) -> Message:
        """The state of the time control; times in nanoseconds."""
        end = max(cluster.clock.now for cluster in self.clusters)
        now = end if self.past is None else self.past
        known = {"playing": self.playing, "speed": self.speed, "end": end, "now": now}
        return known | {"past": self.past is not None}

    def _look(self) -> list[Frame]:
        """The frames of now, or of the past moment that is looked at."""
        frames = []
        for place, (cluster, memory) in enumerate(zip(self.clusters, self._memories, strict=True)):
            world = cluster if self.past is None else cluster.at(f"{self.past}ns")
            frame = cluster_view(world, memory=memory)
            frames.append(frame | {"detail": self._detail(place, world), "marks": []})
        if len(frames) == 2:
            _mark_differences(*frames)
        return frames

    def _detail(self, place: int, world: Any) -> Row | None:
        if not self.selected:
            return None
        why = self.tab == "why"
        known: tuple[Any, ...] = (self.selected, why, find_row_object(world, self.selected))
        if not self.playing:
            # While playing an explanation is made once for each state of the object.
            known = (*known, world.clock.now, world.api.store.revision)
        last = self._details.get(place)
        if last is None or not _same(last[0], known):
            last = self._details[place] = (known, detail(world, self.selected, why=why))
        return last[1]

    def _places(self) -> list[tuple[int, int]]:
        return [(cluster.clock.now, cluster.api.store.revision) for cluster in self.clusters]

    def next_moment(self, time: int) -> int:
        """The first moment after a past one at which something is known to change, or now."""
        later = [
            moment
            for history in self._histories
            for moment in (*history.times, *(mark["time"] for mark in history.marks))
            if moment > time
        ]
        end: int = self.control()["end"]
        return min(later, default=end)

    def _strip_frames(self) -> list[Frame]:
        self._strips = self._revisions()
        pairs = zip(self.clusters, self._histories, strict=True)
        return [timeline(cluster, most=STRIP, history=history) for cluster, history in pairs]

    def _revisions(self) -> list[int]:
        return [cluster.api.store.revision for cluster in self.clusters]


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Equal, objects by identity: they are never changed in place."""
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(a is b or (not isinstance(a, dict) and bool(a == b)) for a, b in pairs)


def _mark_differences(left: Frame, right: Frame) -> None:
    """Write into both frames the keys of their rows that the other side has not, or otherwise."""
    found = differences(left, right)
    for side, frame in (("left", left), ("right", right)):
        rows = [key for table in COMPARED for key in found[table][side]]
        frame["marks"] = rows + [key for table in COMPARED for key in found[table]["changed"]]
