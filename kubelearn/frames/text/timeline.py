"""The time line as plain text: a line a moment of change, and what happened then."""

from __future__ import annotations

from kubelearn.frames.source import Frame
from kubelearn.frames.states import STATES
from kubelearn.sim.duration import format_duration

MOST_LINES = 40


def timeline_text(frame: Frame) -> str:
    """The frame of `timeline` as lines of text; the newest moments when there are many."""
    marks: dict[int, list[str]] = {}
    for mark in frame["marks"]:
        marks.setdefault(mark["time"], []).append(mark["text"])
    counts = {time: numbers for time, *numbers in frame["points"]}
    times = sorted(counts.keys() | marks.keys())
    shown = times[-MOST_LINES:]
    left_out = [f"({len(times) - len(shown)} earlier moments)"] if len(shown) < len(times) else []
    lines = [_line(frame["states"], time, counts.get(time), marks.get(time, [])) for time in shown]
    return "\n".join([frame["summary"], "", *left_out, *lines]) + "\n"


def _line(states: list[str], time: int, counts: list[int] | None, marks: list[str]) -> str:
    told = [f"{n} {STATES[name].label}" for name, n in zip(states, counts or (), strict=False) if n]
    parts = [", ".join(told), "; ".join(marks)]
    return f"{format_duration(time):>12}  " + "  |  ".join(part for part in parts if part)
