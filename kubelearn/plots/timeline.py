"""Pods by state over time, as stacked steps, with marks where something happened."""

from __future__ import annotations

from typing import Any

from kubelearn.frames.palette import INKS
from kubelearn.frames.source import Frame
from kubelearn.frames.states import STATES
from kubelearn.plots.chart import Chart
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration

HATCHES = dict(
    zip(STATES, ("", "..", "//", "oo", "\\\\", "--", "xx", "++", "||", "**"), strict=True)
)
"""States also differ by their pattern, for print and for colour-blind eyes."""
MOST_LABELS = 6
"""Marks that get a number and their words below the chart."""


def timeline_chart(frame: Frame, width: float = 9.0, height: float = 4.0) -> Chart:
    """The frame of `timeline` as a chart; width and height in inches."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    _draw_states(axes, frame)
    _draw_marks(axes, frame["marks"])
    axes.set_xlabel("simulated time in seconds")
    axes.set_ylabel("pods")
    axes.set_xlim(frame["start"] / SECOND, max(frame["end"], frame["start"] + 1) / SECOND)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if frame["states"]:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, reverse=True)
    return Chart(figure, alt_text(frame))


def _draw_states(axes: Any, frame: Frame) -> None:
    if not frame["states"]:
        return
    times, *counts = zip(*frame["points"], strict=True)
    areas = axes.stackplot(
        [time / SECOND for time in times],
        counts,
        labels=[f"{STATES[name].letter}  {STATES[name].label}" for name in frame["states"]],
        colors=[STATES[name].light.fill for name in frame["states"]],
        step="post",
    )
    for area, name in zip(areas, frame["states"], strict=True):
        area.set(hatch=HATCHES[name], edgecolor=STATES[name].light.ink, linewidth=0.8)


def _draw_marks(axes: Any, marks: list[dict[str, Any]]) -> None:
    """A line a mark; its number above it, its words below the chart."""
    for number, mark in enumerate(marks, start=1):
        ink, style = _look(mark)
        moment = mark["time"] / SECOND
        axes.axvline(moment, color=ink, linewidth=1, linestyle=style)
        if number <= MOST_LABELS:
            axes.annotate(
                str(number), (moment, 1), (0, 2 + 9 * _level(marks, number)), **_above(ink)
            )
    words = [f"{n}  {_told(mark)}" for n, mark in enumerate(marks[:MOST_LABELS], start=1)]
    if words:
        axes.annotate("\n".join(words), (0, 0), (0, -40), **_below())


def _look(mark: dict[str, Any]) -> tuple[str, str]:
    is_warning = mark["type"] == "Warning"
    return INKS["alarm" if is_warning else "muted"].light, "--" if is_warning else ":"


def _level(marks: list[dict[str, Any]], number: int) -> int:
    """How many marks before this one stand at the same moment."""
    moment = marks[number - 1]["time"]
    return sum(mark["time"] == moment for mark in marks[: number - 1])


def _above(ink: str) -> dict[str, Any]:
    place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    return place | {"ha": "center", "fontsize": 8, "fontweight": "bold", "color": ink}


def _below() -> dict[str, Any]:
    place = {"xycoords": "axes fraction", "textcoords": "offset points"}
    return place | {"va": "top", "fontsize": 8, "linespacing": 1.5, "annotation_clip": False}


def _told(mark: dict[str, Any]) -> str:
    return f"{format_duration(mark['time'])}  {mark['text']}"


def alt_text(frame: Frame) -> str:
    """The chart in words: the summary and the marked moments."""
    told = [_told(mark) for mark in frame["marks"][:MOST_LABELS]]
    marks = f" Marked: {'; '.join(told)}." if told else ""
    return f"Pods by state over time. {frame['summary']}{marks}"
