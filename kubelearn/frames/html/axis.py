"""What pictures over time share: where a moment is, its labels, and the numbered marks."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.frames.source import Row
from kubelearn.sim.clock import HOUR, MINUTE, SECOND
from kubelearn.sim.duration import format_duration

WIDTH, RIGHT = 860, 14
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Distances between labels, in seconds."""
MOST_TICKS = 8
NEAR = 14
"""Pixels between two marks whose numbers would touch."""
LIFTS = (0, 10, 20)
"""By how many pixels the numbers of near marks are lifted, in turn."""


class Scale(NamedTuple):
    """Where a moment (ns) is from left to right."""

    start: int
    end: int
    left: int

    def x(self, time: int) -> float:
        """Pixels."""
        share = (time - self.start) / (self.end - self.start)
        return round(self.left + share * (WIDTH - self.left - RIGHT), 1)


def moments(scale: Scale) -> range:
    """The moments that get a label, at round distances."""
    wanted = (scale.end - scale.start) / SECOND / MOST_TICKS
    length = next((tick for tick in TICKS if tick >= wanted), 0) * SECOND
    length = length or -(-int(wanted * SECOND) // HOUR) * HOUR
    return range(-(-scale.start // length) * length, scale.end + 1, length)


def label(time: int, scale: Scale, y: float) -> str:
    """A moment in words; the last one ends at the edge instead of beyond it."""
    x = scale.x(time)
    anchor = "end" if x > WIDTH - RIGHT - 10 else "middle"
    return f'<text class="kl-small" x="{x}" y="{y}" text-anchor="{anchor}">{_words(time)}</text>'


def _words(time: int) -> str:
    if time >= 10 * MINUTE and time % MINUTE == 0 and time < HOUR:
        return f"{time // MINUTE}m"
    return format_duration(time)


def tone(mark: Row) -> str:
    """The tone of a mark: warnings stand out."""
    return "alarm" if mark["type"] == "Warning" else "muted"


def mark_lines(marks: list[Row], scale: Scale, top: float, bottom: float) -> str:
    """A line and a number for each mark; numbers of marks that are near each other are lifted."""
    parts, taken, turn = [], -100.0, 0
    for number, mark in enumerate(marks, 1):
        x, look = scale.x(mark["time"]), f"kl-{tone(mark)}"
        turn = turn + 1 if x - taken < NEAR else 0
        taken, y = x, top - 3 - LIFTS[turn % len(LIFTS)]
        parts.append(
            f'<path class="kl-mark {look}" d="M{x} {top}V{bottom}"/>'
            f'<text class="kl-number {look}" x="{x}" y="{y}">{number}</text>'
        )
    return "".join(parts)
