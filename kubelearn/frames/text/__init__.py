"""Frames as plain text: for terminals, screen readers and people who like it so."""

from kubelearn.frames.text.cluster_view import cluster_view_text
from kubelearn.frames.text.timeline import timeline_text

__all__ = ["cluster_view_text", "timeline_text"]
