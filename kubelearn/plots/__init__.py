"""Finished charts, drawn by matplotlib from frames; each carries its text alternative.

A new chart is its file, named as its frame, and one line here. matplotlib is imported when the
first chart is drawn, and pyplot never: its global state and a widget's second thread do not mix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.plots.balance import balance_chart
from kubelearn.plots.chart import Chart
from kubelearn.plots.timeline import timeline_chart

__all__ = ["PLOTS", "Chart", "balance_chart", "timeline_chart"]

PLOTS: dict[str, Callable[[dict[str, Any]], Chart]] = {
    "timeline": timeline_chart,
    "balance": balance_chart,
}
"""Frame kind -> the chart that draws it."""
