"""Set-ups side by side: they stand below each other, so that one moment is at one place in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from kubelearn.frames.html import lanes
from kubelearn.frames.html.sheet import folded, sheet
from kubelearn.frames.source import Frame

MOST_OPEN = 3
"""Set-ups whose pictures are unfolded; of more than that the words are enough at first."""


def side_by_side(
    frame: Frame, names: Sequence[str], draw: Callable[[Frame, str], str],
    style: Callable[[str], str],
) -> str:  # fmt: skip
    """The frame of `side_by_side`: `draw` makes a side's picture of its frame and its sign."""
    named = list(zip(names, frame["sides"], strict=True))
    parts = []
    for number, (name, side) in enumerate(named):
        picture = draw(side, f"{lanes.sign(side)}-{number}") if side["lanes"] else ""
        told = f"<p>{escape(side['summary'])}</p>{picture}"
        parts.append(folded(name, told, is_open=len(named) <= MOST_OPEN))
    told = "; ".join(f"{name} {side['told']}" for name, side in named)
    return sheet(frame["kind"], f"{frame['about']}: {told}.", style("".join(parts)))


def lanes_side_by_side_html(frame: Frame, names: Sequence[str]) -> str:
    """Frames of `over_time` side by side."""
    return side_by_side(frame, names, lanes.drawing,
                        lambda parts: f"<style>{lanes.RULES}</style>{parts}")  # fmt: skip
