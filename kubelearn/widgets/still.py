"""A cluster's picture where no widgets can be had, as in a Python without anywidget."""

from __future__ import annotations

from typing import Any

from kubelearn.frames.cluster_view import cluster_view
from kubelearn.frames.svg import cluster_view_svg
from kubelearn.frames.text import cluster_view_text

HINT = "A still picture: install anywidget for the live one."


class Still:
    """The picture of one moment: SVG in a notebook, text elsewhere."""

    def __init__(self, cluster: Any) -> None:
        self.frame = cluster_view(cluster)

    def __repr__(self) -> str:
        return f"{cluster_view_text(self.frame)}\n{HINT}"

    def _repr_html_(self) -> str:
        return f"<figure style='margin:0'>{cluster_view_svg(self.frame)}</figure><p>{HINT}</p>"
