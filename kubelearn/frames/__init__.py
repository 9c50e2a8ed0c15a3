"""World -> plain JSON-shaped data to draw; every picture of the package is made from a frame.

A new picture is its file and one line here. Widgets, charts, SVG and text all draw the same frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.frames.cluster_view import cluster_view
from kubelearn.frames.comparison import comparison
from kubelearn.frames.timeline import timeline

__all__ = ["FRAMES", "cluster_view", "comparison", "timeline"]

FRAMES: dict[str, Callable[..., dict[str, Any]]] = {
    "cluster_view": cluster_view,
    "timeline": timeline,
    "comparison": comparison,
}
"""Every frame, in the order shown to learners; the first argument is a world."""
