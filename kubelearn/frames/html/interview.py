"""Questions by doors as a table: what each of them has answered, and how it was found out."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, sheet, table
from kubelearn.frames.source import Frame, Row

LEGEND = "Each cell is a run in a fork of its own. = marks questions with one answer at all doors."
WRAPS = ' style="white-space:normal;min-width:190px"'


def interview_html(frame: Frame) -> str:
    """The frame of an interview."""
    rows = map(_line, frame["rows"])
    body = table(["Question", *frame["names"]], rows)
    return sheet("interview", frame["summary"], f"{body}<p>{LEGEND}</p>")


def _line(row: Row) -> str:
    same = "" if row["differ"] else " ="
    head = (
        f'<th scope="row" style="white-space:normal">{escape(row["title"])}{same}'
        f'<br><small style="font-weight:400">{escape(row["how"])}</small></th>'
    )
    cells = "".join(cell(text, more=WRAPS) for text in row["answers"])
    return f'<tr data-kl-question="{escape(row["name"])}">{head}{cells}</tr>'
