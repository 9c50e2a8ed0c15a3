"""Lanes over one time axis as plain text: one strip of blocks for each course."""

from __future__ import annotations

from typing import Any

from kubelearn.frames.lanes import at
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.duration import format_duration

LENGTH = 60
BLOCKS = " ▁▂▃▄▅▆▇█"
UNKNOWN = "·"


def lanes_text(frame: Frame) -> str:
    """A frame of `over_time`: each strip goes from 0 to the top of its lane."""
    lines = [frame["summary"]]
    if not frame["lanes"]:
        return frame["summary"]  # type: ignore[no-any-return]
    span = f"{format_duration(frame['start'])} to {format_duration(frame['end'])}"
    lines += ["", f"from {span}, one block is {format_duration(_step(frame))}"]
    rows = [row for lane in frame["lanes"] for row in [*lane["bands"], *lane["lines"]]]
    width = max(len(row["label"]) for row in rows)
    for lane in frame["lanes"]:
        lines += ["", f"{lane['label']} (the top is {lane['top']:g})"]
        lines += [
            f"  {row['label'].ljust(width)} {_strip(row, frame, lane['top'])} {_last(row)}"
            for row in [*lane["bands"], *lane["lines"]]
        ]
    marks = [f"  {one['timeText'].rjust(8)}  {one['text']}" for one in frame["marks"]]
    return "\n".join([*lines, *(["", *marks] if marks else []), *_table(frame)])


def _table(frame: Frame) -> list[str]:
    """The table of a frame that has one."""
    if "table" not in frame:
        return []
    rows = [frame["table"]["heads"], *frame["table"]["rows"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return ["", *lines, frame["table"]["note"]]


def _step(frame: Frame) -> int:
    return round((frame["end"] - frame["start"]) / LENGTH / 10**8) * 10**8 or 10**8


def _strip(row: Row, frame: Frame, top: float) -> str:
    times = [point[0] for point in row["points"]]
    step = (frame["end"] - frame["start"]) / LENGTH
    moments = (frame["start"] + round((place + 0.5) * step) for place in range(LENGTH))
    return "".join(_block(at(row["points"], times, time), top) for time in moments)


def _block(value: Any, top: float) -> str:
    if value is None:
        return UNKNOWN
    return BLOCKS[min(len(BLOCKS) - 1, -(-int(value * 80) // int(top * 10)) if value else 0)]


def _last(row: Row) -> str:
    value = row["points"][-1][1]
    return "–" if value is None else f"{value:g}"
