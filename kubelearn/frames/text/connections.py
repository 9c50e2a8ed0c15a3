"""Connections between Services as plain text."""

from __future__ import annotations

from kubelearn.frames.source import Frame


def connections_text(frame: Frame) -> str:
    """The frame of `connections`."""
    lines = [frame["summary"]]
    lines += [
        f"  {row['name']}: {row['sidecars']} of {row['pods']} pods have a sidecar"
        for row in frame["services"]
    ]
    for pair in frame["pairs"]:
        sign = "══" if pair["guarded"] else "--"
        lines.append(f"  {pair['from']} {sign} {pair['to']}")
    return "\n".join(lines)
