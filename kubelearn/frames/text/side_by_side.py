"""Set-ups side by side as plain text: one below the other, each under its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.frames.source import Frame
from kubelearn.frames.text.lanes import lanes_text


def side_by_side_text(frame: Frame, names: Sequence[str], tell: Callable[[Frame], str]) -> str:
    """The frame of `side_by_side`; `tell` makes the text of one side."""
    named = list(zip(names, frame["sides"], strict=True))
    told = "; ".join(f"{name} {side['told']}" for name, side in named)
    parts = [f"== {name} ==\n{tell(side)}" for name, side in named]
    return "\n\n".join([f"{frame['about']}: {told}.", *parts])


def lanes_side_by_side_text(frame: Frame, names: Sequence[str]) -> str:
    """Frames of `over_time` side by side."""
    return side_by_side_text(frame, names, lanes_text)
