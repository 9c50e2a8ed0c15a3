"""A distributed trace as plain text."""

from __future__ import annotations

from kubelearn.frames.html.trace import answered, what
from kubelearn.frames.source import Frame, Row


def trace_text(frame: Frame) -> str:
    """The frame of `trace`."""
    return "\n".join([frame["summary"], *map(_line, frame["spans"])])


def _line(row: Row) -> str:
    said = f"{row['service']}: {what(row)}, {answered(row)}"
    return f"  {row['after']:>8.2f} ms {'  ' * row['level']}{said}, {row['took']:g} ms"
