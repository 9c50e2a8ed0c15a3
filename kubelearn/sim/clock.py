"""The clock: one heap of (time, sequence, method, arguments).

Times are int64 nanoseconds; zero is the learner's own zero, the control plane boots before it.
Ties run in the order in which they were put on the clock.

What goes on the clock is a method of a *registered part* and plain arguments. So the pending
future of a world can be copied and pickled, and a fork runs the very same methods on its own
parts. A lambda or a closure would keep pointing at the world that made it; the clock refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from types import MethodType
from typing import Any, NamedTuple

from kubelearn.sim.fair_lock import FairLock
from kubelearn.sim.garbage import rare_collections

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


_Item = tuple[int, int, Callable[..., object], tuple[Any, ...]]


class Event(NamedTuple):
    """Something that will happen: a method of a part, at a time, with arguments."""

    time: int
    sequence: int
    method: Callable[..., object]
    args: tuple[Any, ...]


class Clock:
    """Runs what was put on it in order of time; `now` is the present in nanoseconds."""

    def __init__(self, now: int = 0) -> None:
        self.now = now
        self._heap: list[_Item] = []
        self._sequence = 0
        self._dropped = 0
        """Events that left the heap without being run."""
        self._together = 0
        """How many more events wait than the heap has items."""
        self._parts: dict[str, Any] = {}
        self._owners: set[Any] = set()
        self._cancelled: set[int] = set()
        self._observer: Callable[[], object] | None = None
        self.interrupted = False
        """Whether an interrupt waits for the next event."""
        self.gate = FairLock()
        """The lock that whoever runs this clock holds; others are let in between two events."""

    @property
    def executed(self) -> int:
        """Events run so far: with `now`, the exact place of a world in its own history."""
        # All that were ever put on the clock but those that wait and those that were cancelled:
        # nothing has to be counted on the way of every event of a long run.
        return self._sequence - len(self._heap) - self._together - self._dropped

    def observe(self, method: Callable[[], object] | None) -> None:
        """Call a method of a registered part after every event; None: no more."""
        if method is not None and method.__self__ not in self._owners:  # type: ignore[attr-defined]
            raise ValueError(_refusal(method, 0))
        self._observer = method

    def notify(self) -> None:
        """Let the observer look now, since something came from outside."""
        if self._observer is not None:
            self._observer()

    def register(self, part: Any) -> None:
        """Make the methods of `part` (known by its `name`) fit for this clock."""
        name = part.name
        if name in self._parts:
            raise ValueError(f"two parts are named {name!r}: give each part its own name")
        self._parts[name] = part
        self._owners.add(part)

    def after(self, delay: int, method: Callable[..., object], *args: Any) -> int:
        """Run `method(*args)` `delay` nanoseconds from now; returns a number to cancel it by."""
        # Says again what `at` says: one call less on the way of every event of a long run.
        try:
            if delay < 0 or method.__self__ not in self._owners:  # type: ignore[attr-defined]
                raise ValueError(_refusal(method, delay))
        except (AttributeError, TypeError):
            raise ValueError(_refusal(method, delay)) from None
        self._sequence = sequence = self._sequence + 1
        heappush(self._heap, (self.now + delay, sequence, method, args))
        return sequence

    def after_together(
        self, delay: int, method: Callable[..., object], subjects: tuple[str, ...]
    ) -> None:
        """Run `method(subjects)` `delay` nanoseconds from now, as one event for all of them.

        It counts as one for each; `method` has to say with `ran_together` that it has come.
        """
        self.after(delay, method, subjects)
        self._sequence += len(subjects) - 1
        self._together += len(subjects) - 1

    def ran_together(self, subjects: tuple[str, ...]) -> None:
        """The event of several subjects is being run."""
        self._together -= len(subjects) - 1

    def at(self, time: int, method: Callable[..., object], *args: Any) -> int:
        """Run `method(*args)` at `time`; returns a number to cancel it by.

        Raises ValueError for a time before now and for anything but a method of a registered part.
        """
        delay = time - self.now
        try:
            if delay < 0 or method.__self__ not in self._owners:  # type: ignore[attr-defined]
                raise ValueError(_refusal(method, delay))
        except (AttributeError, TypeError):
            raise ValueError(_refusal(method, delay)) from None
        self._sequence = sequence = self._sequence + 1
        heappush(self._heap, (time, sequence, method, args))
        return sequence

    def cancel(self, event: int) -> None:
        """Forget the event with this number; it must still be pending."""
        self._cancelled.add(event)

    def peek(self) -> Event | None:
        """The next event, or None when nothing is pending."""
        heap = self._heap
        while heap and heap[0][1] in self._cancelled:
            self._cancelled.discard(heappop(heap)[1])
            self._dropped += 1
        return Event(*heap[0]) if heap else None

    def pending(self) -> list[Event]:
        """All pending events in the order in which they will run."""
        return [Event(*item) for item in sorted(self._heap) if item[1] not in self._cancelled]

    def step(self) -> Event | None:
        """Run the next event, whenever it is, and return it."""
        if self.peek() is None:
            return None
        event = Event(*heappop(self._heap))
        self.now = event.time
        event.method(*event.args)
        if self._observer is not None:
            self._observer()
        return event

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt before the next event; a signal handler may call it."""
        self.interrupted = True
        # As an event before it: so nothing is looked at between the events of a long run.
        time = self._heap[0][0] if self._heap else 1 << 62
        heappush(self._heap, (time, 0, self._break_off, ()))

    def _break_off(self) -> None:
        self.interrupted = False
        raise KeyboardInterrupt

    def take_back_interrupt(self) -> bool:
        """Forget an interrupt before which no event has come; whether there was one."""
        was, self.interrupted = self.interrupted, False
        if was:
            self._heap = [item for item in self._heap if item[1]]
            heapify(self._heap)
        return was

    def run(self, until: int) -> None:
        """Run all events up to and including the time `until`; now is then `until`."""
        with rare_collections():
            self._run(until)
        self.now = max(self.now, until)

    def _run(self, until: int) -> None:
        heap, cancelled, gate = self._heap, self._cancelled, self.gate
        while self._observer is not None and heap and heap[0][0] <= until:
            gate.give_way()
            if self.peek() is not None and heap[0][0] <= until:
                self.step()
        waiting = gate.waiting
        # Python 3.11 makes the loop of a function that runs for the first time fast if the loop
        # ends in a plain jump, as `while True` does and a condition does not: a sixth of the time.
        while True:
            if not heap or heap[0][0] > until:
                return
            if waiting:
                gate.give_way()
                continue
            self.now, sequence, method, args = heappop(heap)
            if cancelled and sequence in cancelled:
                cancelled.discard(sequence)
                self._dropped += 1
                continue
            method(*args)

    def fork(self) -> Clock:
        """A copy at the same moment without parts and future; see `take_over`."""
        twin = Clock(self.now)
        twin._sequence = self._sequence
        twin._dropped = self._sequence - self.executed
        return twin

    def take_over(self, other: Clock) -> None:
        """Take over the future of another clock, for the parts of the same names on this one."""
        own = self._parts
        watcher: Any = other._observer
        if watcher is not None:
            self._observer = MethodType(watcher.__func__, own[watcher.__self__.name])
        self._cancelled = other._cancelled.copy()
        executed = self.executed
        # A heap stays a heap when only the methods change: order is by time and sequence.
        self._heap = [
            (time, sequence, MethodType(method.__func__, own[method.__self__.name]), args)  # type: ignore[attr-defined]
            for time, sequence, method, args in other._heap
        ]
        self._together = other._together
        self._dropped = self._sequence - len(self._heap) - self._together - executed

    @property
    def parts(self) -> Mapping[str, Any]:
        """The registered parts by name."""
        return self._parts


def _refusal(method: object, delay: int) -> str:
    if delay < 0:
        return f"{method!r} would run {-delay} ns before now: give a time that is not past"
    return (
        f"{method!r} cannot go on the clock: put a method of a registered part and plain arguments "
        "there. A function, lambda or closure would keep pointing at the world that made it, so "
        "the world could be neither forked nor saved"
    )
