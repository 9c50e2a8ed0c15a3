"""Frames as self-contained SVG text: for GitHub, print, and notebooks without a kernel."""

from kubelearn.frames.svg.cluster_view import cluster_view_svg

__all__ = ["cluster_view_svg"]
