"""How full each node is over time: one field for cpu, one for memory, one line a node."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from kubelearn.frames.palette import INKS
from kubelearn.frames.source import Frame
from kubelearn.plots.chart import Chart
from kubelearn.sim.clock import SECOND

STYLES = ("-", "--", ":", "-.")
TONES = ("accent", "alarm", "ink")
"""Lines differ by dash and by tone, so they can be told apart without colour."""
FIELDS = {"cpu": 1, "memory": 2}


def balance_chart(frame: Frame, width: float = 9.0, height: float = 3.6) -> Chart:
    """The frame of `balance` as a chart; width and height in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    for place, (resource, at) in enumerate(FIELDS.items(), 1):
        axes = figure.add_subplot(1, 2, place)
        _draw(axes, frame, at)
        axes.set_title(resource, loc="left", fontsize=10)
        axes.set_xlabel("simulated time in seconds")
        axes.set_ylim(0, 105)
        axes.spines[["top", "right"]].set_visible(False)
        if place == 1:
            axes.set_ylabel("requested, % of the node")
    if frame["nodes"]:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return Chart(figure, f"Requested share of each node over time. {frame['summary']}")


def _draw(axes: Any, frame: Frame, at: int) -> None:
    looks = cycle([(style, tone) for tone in TONES for style in STYLES])
    for node, (style, tone) in zip(frame["nodes"], looks, strict=False):
        times = [point[0] / SECOND for point in node["points"]]
        shares = [point[at] * 100 for point in node["points"]]
        ink = INKS[tone].light
        axes.step(times, shares, where="post", linestyle=style, color=ink, label=node["name"])
