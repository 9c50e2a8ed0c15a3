"""Questions by doors as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.frames.source import Frame, Row


def interview_text(frame: Frame) -> str:
    """The frame of an interview."""
    width = max(map(len, frame["names"]))
    lines = [frame["summary"]]
    for row in frame["rows"]:
        lines += _lines(row, frame["names"], width)
    return "\n".join(lines)


def _lines(row: Row, names: list[str], width: int) -> Iterator[str]:
    yield f"{row['title']} ({row['how']}){'' if row['differ'] else ' ='}"
    for name, answer in zip(names, row["answers"], strict=True):
        yield f"    {name:<{width}}  {answer}"
