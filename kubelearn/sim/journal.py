"""The journal: what the learner did, so that a world can be played again.

A command is data: the name of a method and its arguments, with the exact place in the world's
history where it was given (clock time and number of events run before it). A checkpoint is a
fork kept at such a place. Rewind = nearest checkpoint before the target + replay of the commands
after it; a test holds the result equal to the original by the hash of the write log.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

World = TypeVar("World")


class Command(NamedTuple):
    """Something that came from outside, and where in the history it came."""

    time: int
    executed: int
    name: str
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]


class Checkpoint(NamedTuple, Generic[World]):
    """A world kept as it was; `commands` is the length of the journal then."""

    time: int
    commands: int
    world: World


class Journal(Generic[World]):
    """Commands and checkpoints of one world, oldest first."""

    def __init__(self, keep: int = 24) -> None:
        self.keep = keep
        self.commands: list[Command] = []
        self.checkpoints: list[Checkpoint[World]] = []

    def record(self, command: Command) -> None:
        """Append a command."""
        self.commands.append(command)

    def checkpoint(self, time: int, world: World) -> None:
        """Keep `world` as it is at `time`; the older half is thinned out when there are many."""
        self.checkpoints.append(Checkpoint(time, len(self.commands), world))
        if len(self.checkpoints) > self.keep:
            # The first one stays: every moment of the history must remain reachable.
            first, rest = self.checkpoints[0], self.checkpoints[1:]
            half = len(rest) // 2
            self.checkpoints = [first, *rest[:half:2], *rest[half:]]

    def nearest(self, time: int) -> Checkpoint[World]:
        """The last checkpoint not after `time`; ValueError when the history begins later."""
        found = [point for point in self.checkpoints if point.time <= time]
        if not found:
            raise ValueError("that moment is before the history of this cluster begins")
        return found[-1]

    def fork(self) -> Journal[World]:
        """A copy that shares the kept worlds, which nobody runs."""
        twin: Journal[World] = Journal(self.keep)
        twin.commands = self.commands.copy()
        twin.checkpoints = self.checkpoints.copy()
        return twin

    def cut(self, time: int) -> None:
        """Forget all commands and checkpoints after `time`."""
        self.commands = [command for command in self.commands if command.time <= time]
        self.checkpoints = [point for point in self.checkpoints if point.time <= time]
