"""Time in a world: it runs, takes commands, is looked back at, rewound and forked.

A command is what comes from outside. It is written into the journal with its exact place in the
history, so a world can be played again from any checkpoint; everything else follows from the
clock and the addressed draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from kubelearn.api.server import APIServer
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.part import Context, fork_part, wire
from kubelearn.runtime.recorder import Recorder
from kubelearn.sim.arguments import checked, no_such
from kubelearn.sim.clock import SECOND, Clock, Event
from kubelearn.sim.draws import Draws
from kubelearn.sim.duration import format_duration, parse_duration
from kubelearn.sim.fair_lock import FairLock
from kubelearn.sim.interrupts import between_events
from kubelearn.sim.journal import Command, Journal
from kubelearn.world.commands import COMMANDS
from kubelearn.world.parts import Settings

SLICE = 10 * SECOND
CHECKPOINT_EVENTS = 20_000
"""Events between two checkpoints: what a rewind replays at most, a fraction of a second."""


class ReadOnly(RuntimeError):
    """A command was given to a cluster of the past."""


class Timeline:
    """What a world is made of, and its way through time."""

    parts: dict[str, Any]

    def __init__(self, settings: Settings, begin: int) -> None:
        self.settings = settings
        self.lock = FairLock()
        self.read_only = False
        self.journal: Journal[Timeline] = Journal()
        self._depth = 0
        clock, draws = Clock(begin), Draws(settings.seed)
        api = APIServer(clock, draws, history=settings.history)
        self._adopt(Context(clock, draws, api, Recorder(), Decisions()))
        self.context.recorder.context = self.context

    def _adopt(self, context: Context) -> None:
        self.context = context
        self.clock, self.draws, self.api = context.clock, context.draws, context.api
        self.clock.gate = self.lock

    # Time

    @property
    def time(self) -> float:
        """Seconds since the learner's time zero."""
        return self.clock.now / SECOND

    @checked
    def run(
        self,
        duration: str | float | None = None,
        *,
        until: Callable[[Self], Any] | None = None,
        limit: str | float = "1h",
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Let simulated time pass: `run("60s")`, or `run(until=lambda c: ...)`.

        With `until` the clock stops after the first event that makes it true; TimeoutError when
        that has not happened after `limit` (or `duration`). Ctrl-C stops it between two events, and
        it can go on. `progress` is told how many of how many ns of a duration have passed.
        """
        with self.lock, between_events(self.clock):
            self._writable()
            if until is None:
                self._run_to(self.clock.now + parse_duration(_given(duration)), progress)
            else:
                self._run_until(until, patience(limit if duration is None else duration))
        return self

    def _run_to(self, end: int, progress: Callable[[int, int], object] | None = None) -> None:
        begin = self.clock.now
        if end < begin:
            raise ValueError("time only runs forward: use rewind() to go back")
        # In slices, so that a long run leaves checkpoints to rewind to and tells how far it is.
        while self.clock.now < end:
            self.clock.run(min(end, self.clock.now + SLICE))
            self._checkpoint_if_due()
            if progress is not None:
                progress(self.clock.now - begin, end - begin)
        self.clock.run(end)

    def _run_until(self, until: Callable[[Self], Any], limit: int) -> None:
        end = self.clock.now + limit
        while not until(self):
            following = self.clock.peek()
            if following is None or following.time > end:
                self.clock.run(end)
                raise TimeoutError(f"that did not happen within {format_duration(limit)}")
            self.clock.step()
            self._checkpoint_if_due()
            self.lock.give_way()

    def step(self) -> Event | None:
        """Run the next event only; returns it."""
        with self.lock:
            self._writable()
            return self.clock.step()

    # Commands

    def command(self, name: str, *args: Any, **options: Any) -> Any:
        """Give the command of this name (see `COMMANDS`) and write it into the journal.

        All its writes happen or none: an error leaves the cluster as it was.
        """
        if not isinstance(name, str) or name not in COMMANDS:
            raise ValueError(no_such("command", name, COMMANDS))
        with self.lock:
            self._writable()
            place = Command(self.clock.now, self.clock.executed, name, args, _sorted(options))
            if self._depth == 0:
                self._checkpoint_if_due()
            self._depth += 1
            try:
                with self.api.transaction():
                    answer = COMMANDS[name](self, *args, **options)
                self.clock.notify()
            finally:
                self._depth -= 1
            if self._depth == 0:
                self.journal.record(place)
            return answer

    def _writable(self) -> None:
        if self.read_only:
            moment = format_duration(self.clock.now)
            raise ReadOnly(
                f"this is the cluster as it was at {moment}, for reading only: "
                f'use rewind("{moment}") or fork() to go on from there'
            )

    # Other worlds

    def fork(self) -> Self:
        """A second world with the same past and, until somebody does something, the same future."""
        with self.lock:
            twin = self._copied()
            twin.journal = self.journal.fork()
            return twin

    def _copied(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.lock = FairLock()
        clock = self.clock.fork()
        api = self.api.fork(clock)
        clock.register(api.store)
        context = Context(clock, self.draws, api, Recorder(), self.context.decisions.fork())
        twin.parts = {name: fork_part(part, context) for name, part in self.parts.items()}
        context.recorder = twin.parts["events"]
        for part in twin.parts.values():
            clock.register(part)
            wire(part, twin.parts)
        clock.take_over(self.clock)
        twin._adopt(context)
        return twin

    def _checkpoint(self) -> None:
        if self.settings.history == "none":
            return  # nobody can go back, so nothing is kept alive for it
        kept = self._copied()
        kept.journal = Journal()
        self.journal.checkpoint(self.clock.now, kept)

    def _checkpoint_if_due(self) -> None:
        if not self.journal.checkpoints:
            return
        last = self.journal.checkpoints[-1].world
        if self.clock.executed - last.clock.executed >= CHECKPOINT_EVENTS:
            self._checkpoint()

    def rewind(self, to: str | float) -> Self:
        """Go back to a moment, counted from time zero, and go on from there.

        Nearest checkpoint before it, then the commands and events up to it once more. "-30s"
        counts back from now.
        """
        with self.lock:
            self._writable()
            time = self._moment(to)
            point = self.journal.nearest(time)
            twin = point.world._copied()
            twin._replay(self.journal.commands[point.commands :], time)
            self.journal.cut(time)
            self.parts = twin.parts
            self._adopt(twin.context)
        return self

    def _moment(self, to: str | float) -> int:
        given = parse_duration(to)
        time = self.clock.now + given if given < 0 else given
        if not 0 <= time <= self.clock.now:
            now = format_duration(self.clock.now)
            raise ValueError(f"{to!r} is not in the past of this cluster: choose 0s to {now}")
        return time

    def _replay(self, commands: list[Command], time: int) -> None:
        self._depth = 1  # nothing that is played again is written down again
        for command in commands:
            if command.time > time:
                break
            while self.clock.executed < command.executed:
                self.clock.step()
            self.clock.now = command.time
            self.command(command.name, *command.args, **dict(command.options))
        self.clock.run(time)

    def at(self, time: str | float) -> Self:
        """The cluster as it was at a moment, for reading."""
        with self.lock:
            moment = self._moment(time)
            past = object.__new__(type(self))
            past.__dict__.update(self.__dict__)
            clock = Clock(moment)
            api = self.api.at(moment, clock)
            decisions = self.context.decisions.until(moment)
            past._adopt(Context(clock, self.draws, api, self.context.recorder, decisions))
            past.parts = {**self.parts, "disks": self.parts["disks"].until(past.context)}
            past.read_only = True
            past.origin = self  # type: ignore[attr-defined]
            return past


def _sorted(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(options.items()))


def _given(duration: str | float | None) -> str | float:
    if duration is None:
        raise TypeError('say how long: run("60s"), or until when: run(until=lambda c: ...)')
    return duration


def patience(limit: str | float) -> int:
    """The nanoseconds that somebody waits at most; ValueError for a negative time."""
    found = parse_duration(limit)
    if found < 0:
        raise ValueError(f"{limit!r} is no time to wait for: give a duration such as '5m'")
    return found
