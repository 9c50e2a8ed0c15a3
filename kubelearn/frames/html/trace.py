"""Spans as bars over time, indented under the spans that asked."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

WIDTH, TALL = 220, 12
HEADS = ("service", "when", "after ms", "took ms", "answer", "span")


def trace_html(frame: Frame) -> str:
    """The frame of `trace`."""
    if not frame["spans"]:
        return sheet("trace", frame["summary"], "")
    total = max(row["after"] + row["took"] for row in frame["spans"]) or 1.0
    rows = table(HEADS, (_row(row, total) for row in frame["spans"]))
    return sheet("trace", frame["summary"], rows)


def _row(row: Row, total: float) -> str:
    numbers = "".join(cell(f"{row[name]:g}", "kl-number") for name in ("after", "took"))
    indent = "› " * row["level"]
    return (
        f"<tr>{row_head(indent + row['service'])}<td>{_bar(row, total)}</td>{numbers}"
        f"{cell(answered(row))}{cell(what(row))}</tr>"
    )


def _bar(row: Row, total: float) -> str:
    left, wide = WIDTH * row["after"] / total, max(2.0, WIDTH * row["took"] / total)
    tone = "alarm" if failed(row) else "accent"
    # A server's span is filled, a client's is an outline: shape tells them apart, not colour.
    fill = f"var(--kl-{tone})" if row["kind"] == "server" else "none"
    said = f"{row['kind']}, from {row['after']:g} ms, for {row['took']:g} ms"
    return (
        f'<svg viewBox="0 0 {WIDTH} {TALL}" width="{WIDTH}" height="{TALL}" role="img" '
        f'aria-label="{escape(said)}"><rect x="{left:.1f}" y="1" width="{wide:.1f}" '
        f'height="{TALL - 2}" rx="2" fill="{fill}" stroke="var(--kl-{tone})"/></svg>'
    )


def what(row: Row) -> str:
    """The kind of a span and its name."""
    return f"{row['kind']} {row['name']}"


def answered(row: Row) -> str:
    """The answer of a span with its flags."""
    code = str(row["status"]) if row["status"] else "none"
    return f"{code} {row['flags']}".rstrip()


def failed(row: Row) -> bool:
    """Whether there was no good answer."""
    return not 0 < row["status"] < 400
