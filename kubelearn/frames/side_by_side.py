"""Set-ups side by side: frames over time, brought to one time axis and one scale.

Each frame has `told`, a few words on what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.frames.lanes import Point
from kubelearn.frames.source import Frame


def side_by_side(kind: str, sides: Sequence[Frame], about: str) -> Frame:
    """The frames from the first start to the last end, each lane with the highest top of all."""
    start, end = min(one["start"] for one in sides), max(one["end"] for one in sides)
    for side in sides:
        _stretch(side, start, end)
    tops: dict[str, float] = {}
    for lane in (lane for side in sides for lane in side["lanes"]):
        tops[lane["key"]] = max(lane["top"], tops.get(lane["key"], 0))
    for side in sides:
        side["lanes"] = [{**lane, "top": tops[lane["key"]]} for lane in side["lanes"]]
    told = "; ".join(f"set-up {number} {side['told']}" for number, side in enumerate(sides, 1))
    return {"kind": kind, "sides": list(sides), "about": about, "summary": f"{about}: {told}."}


def _stretch(side: Frame, start: int, end: int) -> None:
    """The same axis for all: what was not recorded stays empty."""
    side["start"], side["end"] = start, end
    for lane in side["lanes"]:
        for row in [*lane["bands"], *lane["lines"]]:
            points: list[Point] = row["points"]
            empty = 0 if row in lane["bands"] else None
            if points[0][0] > start:
                points.insert(0, [start, empty])
            if points[-1][0] < end:
                points.append([end, empty])
