"""The service graph as plain text."""

from __future__ import annotations

from kubelearn.frames.html.service_graph import words
from kubelearn.frames.source import Frame


def service_graph_text(frame: Frame) -> str:
    """The frame of `graph`."""
    return "\n".join([frame["summary"], *(f"  {words(edge)}" for edge in frame["edges"])])
