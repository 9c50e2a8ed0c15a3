"""The terminal at the other end of exec: what a program prints goes out, what is typed comes in.

With a terminal (`-t`) this side edits the line, as the one in a container does: what is typed is
echoed, Backspace takes a letter away, Ctrl-C ends what runs, Ctrl-D ends the input.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final, Protocol

from kubelearn.server.connections import Streams
from kubelearn.server.http.streams.channels import STDERR, STDIN, STDOUT, Channels
from kubelearn.server.http.streams.pipe import Gone
from kubelearn.world import World
from kubelearn.world.shell.effects import Interrupt

LONGEST_LINE: Final = 1 << 20
LOOK: Final = 0.02
"""Seconds between two looks at the cluster's time."""
INTERRUPT, END, ERASE = "\x03", "\x04", "\x7f\b"


class Patience(Protocol):
    """Who knows that a client waits."""

    closed: bool

    def waiting(self) -> AbstractContextManager[None]:
        """While this lasts a client waits for something to happen."""


class Console:
    """A `Terminal` over channels."""

    def __init__(
        self, channels: Channels, streams: Streams, world: World, patience: Patience
    ) -> None:
        self._channels, self._streams = channels, streams
        self._world, self._patience = world, patience
        self._typed = ""
        self._ended = not streams.stdin

    def out(self, text: str) -> None:
        """Take what a program prints."""
        self._print(STDOUT, text, wanted=self._streams.stdout)

    def err(self, text: str) -> None:
        """Take its complaints; a terminal shows both alike."""
        if self._streams.tty:
            self.out(text)
        else:
            self._print(STDERR, text, wanted=self._streams.stderr)

    def _print(self, channel: int, text: str, *, wanted: bool) -> None:
        if text and wanted:
            shown = text.replace("\n", "\r\n") if self._streams.tty else text
            self._channels.send(channel, shown.encode("utf-8", "replace"))

    def read(self, prompt: str) -> str | None:
        """The next line; a person at a terminal is asked for it."""
        if self._streams.tty:
            self.out(prompt)
            return self._edited()
        while "\n" not in self._typed and not self._ended:
            self._take()
        line, end, self._typed = self._typed.partition("\n")
        return f"{line}{end}" if line or end else None

    def _edited(self) -> str | None:
        """A line that is typed at a terminal."""
        line = ""
        while True:
            while not self._typed:
                if self._ended:
                    return line or None
                self._take()
            letter, self._typed = self._typed[0], self._typed[1:]
            if letter in "\r\n":
                self.out("\n")
                return f"{line}\n"
            if letter == INTERRUPT:
                self.out("^C\n")
                raise Interrupt
            if letter == END and not line:
                return None
            if letter in ERASE:
                if line:
                    line = line[:-1]
                    self.out("\b \b")
            elif letter.isprintable() and len(line) < LONGEST_LINE:
                line += letter
                self.out(letter)

    def _take(self) -> None:
        """Wait for what the client types."""
        piece = self._channels.receive()
        if piece.channel != STDIN:
            return
        if piece.data is None:
            self._ended = True
            return
        self._typed += piece.data.decode("utf-8", "replace")
        if len(self._typed) > LONGEST_LINE:
            raise Gone("a line is too long")

    def sleep(self, time: int) -> None:
        """Wait until the cluster's time has come so far; Ctrl-C ends that."""
        until = self._world.clock.now + time
        with self._patience.waiting():
            while self._world.clock.now < until:
                if self._patience.closed:
                    raise Gone("the server closes")
                self._heed()
                if self._channels.ready(LOOK):
                    self._take()  # kept for whoever reads next

    def _heed(self) -> None:
        """Interrupt when Ctrl-C has been typed while a program does not read."""
        if self._streams.tty and INTERRUPT in self._typed:
            self._typed = self._typed.rpartition(INTERRUPT)[2]
            self.out("^C\n")
            raise Interrupt
