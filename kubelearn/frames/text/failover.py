"""Failover frames as plain text: the lanes as strips, the tracks as lines, the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.frames.source import Frame, Row
from kubelearn.frames.text.lanes import lanes_text
from kubelearn.frames.text.side_by_side import side_by_side_text
from kubelearn.sim.clock import SECOND


def failover_text(frame: Frame) -> str:
    """The frame of `failover`."""
    rows = [f"  {row['group']} {row['label']}: {_spans(row)}" for row in frame["tracks"]]
    return "\n".join([lanes_text(frame), *(["", *rows] if rows else [])])


def _spans(row: Row) -> str:
    return ", ".join(
        f"{span['words']} from {span['start'] / SECOND:.1f} s" for span in row["spans"]
    )


def failovers_text(frame: Frame, names: Sequence[str]) -> str:
    """The frame of `failovers`."""
    return side_by_side_text(frame, names, failover_text)
