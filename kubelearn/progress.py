"""How far a long run has come: one line of text that is written over and over, and goes at its end.

It is for people who look on: a terminal or a notebook. Nothing is written in the first seconds, nor
anywhere else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from kubelearn.sim.duration import format_duration

PATIENCE = 4.0
"""Seconds of real time after which somebody wonders."""
PAUSE = 0.5
"""Seconds between two changes of the line."""


def onlookers() -> TextIO | None:
    """Where somebody looks on; None where nobody does."""
    out = sys.stdout
    return out if "ipykernel" in sys.modules or out.isatty() else None


class ProgressLine:
    """The line of one run: `with ProgressLine(out) as line: ... line.reached(done, whole)`."""

    def __init__(self, out: TextIO | None, wall: Callable[[], float] = time.monotonic) -> None:
        self.out, self.wall = out, wall
        self._due = wall() + PATIENCE
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        if self.out is not None and self._width:
            self.out.write(f"\r{'':<{self._width}}\r")
            self.out.flush()

    def reached(self, done: int, whole: int) -> None:
        """So many of so many simulated nanoseconds have passed."""
        now = self.wall()
        if self.out is None or now < self._due:
            return
        self._due = now + PAUSE
        share = 100 * done // whole
        text = f"{format_duration(done)} of {format_duration(whole)} simulated, {share} %"
        self._width = max(self._width, len(text))
        self.out.write(f"\r{text:<{self._width}}")
        self.out.flush()
