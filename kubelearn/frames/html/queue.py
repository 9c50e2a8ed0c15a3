"""The scheduling queue as a table, one row a pod."""

from __future__ import annotations

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.queue import QUEUES
from kubelearn.frames.source import Frame, Row

MOST_ROWS = 30
HEADS = ("pod", "queue", "attempts", "in it for", "next try", "waits for a change seen by")


def queue_html(frame: Frame) -> str:
    """The frame of `queue`."""
    rows = frame["pods"]
    if not rows:
        return sheet("queue", frame["summary"], "<p>Every pod has a node.</p>")
    body = table(HEADS, map(_row, rows[:MOST_ROWS]))
    left = f"<p>{len(rows) - MOST_ROWS} more pods wait.</p>" if len(rows) > MOST_ROWS else ""
    told = "; ".join(f"{name}: {QUEUES[name]}" for name, n in frame["counts"].items() if n)
    return sheet("queue", frame["summary"], f"{body}{left}<p>{told}.</p>")


def _row(row: Row) -> str:
    waits = row["note"] or ", ".join(row["waitsFor"])
    return (
        f"<tr>{row_head(row['pod'])}{cell(row['queue'])}"
        f"{cell(str(row['attempts']), 'kl-number')}{cell(row['waited'], 'kl-number')}"
        f"{cell(row['next'])}{cell(waits or '–')}</tr>"
    )
