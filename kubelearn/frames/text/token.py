"""A token at a gateway as plain text."""

from __future__ import annotations

from kubelearn.frames.html.token import mark, role, shortened
from kubelearn.frames.source import Frame


def token_text(frame: Frame) -> str:
    """The frame of `token`."""
    lines = [frame["summary"]]
    lines += [f"  {row['asks']} {row['found']} ({mark(row)})" for row in frame["checks"]]
    lines += [
        f"  {row['name']}: {shortened(row['text'])} = {row['says']}" for row in frame["parts"]
    ]
    lines += [f"  rule {row['path']}: {row['access']} ({role(row)})" for row in frame["rules"]]
    if frame["challenge"]:
        lines.append(f"  {frame['status']} WWW-Authenticate: {frame['challenge']}")
    return "\n".join(lines)
