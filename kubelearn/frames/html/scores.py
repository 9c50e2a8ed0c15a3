"""The score table as a heat map: the deeper the colour, the more of what a plugin can give."""

from __future__ import annotations

import re
from html import escape

from kubelearn.frames.html.sheet import cell, folded, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

DEEPEST = 38
"""Percent of the accent in the deepest colour: text on it keeps its contrast."""
HUMP = re.compile(r"([a-z])(?=[A-Z])")
"""Where a long name may be broken."""
MARKS = {"chosen": "✓ chosen", "feasible": "could take it", "refused": "✗ refused"}


def scores_html(frame: Frame) -> str:
    """The frame of `scores`."""
    if not frame["rows"]:
        return sheet("scores", frame["summary"], "")
    columns = frame["columns"]
    scored = any(row["cells"] for row in frame["rows"])
    heads = ["node", "verdict", "total" if scored else "why", *map(_head, columns)]
    body = table(heads, [_row(row, columns) for row in frame["rows"]])
    notes = [_sums(row, columns) for row in frame["rows"] if row["cells"]]
    told = folded("How each total comes about", f"<ul>{''.join(notes)}</ul>") if notes else ""
    left = f"<p>{frame['hidden']} more nodes are not shown.</p>" if frame["hidden"] > 0 else ""
    return sheet("scores", frame["summary"], body + left + told)


def _head(column: Row) -> str:
    words = HUMP.sub("\\1\u200b", column["plugin"])
    # Word joiners keep the range on one line.
    least, most = sorted((0, column["most"]))  # a weight may be negative
    return f"{words} ({least}\u2060–\u2060{most})"


def _row(row: Row, columns: list[Row]) -> str:
    start = row_head(row["node"]) + cell(MARKS[row["verdict"]])
    if row["verdict"] == "refused":
        change = f" To change: {row['advice']}." if row["advice"] else ""
        words = f"{row['plugin']}: {row['reason']}.{change}"
        span = f' colspan="{len(columns) + 1}"'
        return f'<tr class="kl-refused">{start}{cell(words, more=span)}</tr>'
    cells = [_score(row, column) for column in columns]
    total = cell(str(row["total"]) if row["cells"] else "–", "kl-number")
    look = ' class="kl-chosen"' if row["verdict"] == "chosen" else ""
    return f"<tr{look}>{start}{total}{''.join(cells)}</tr>"


def _score(row: Row, column: Row) -> str:
    value = row["cells"][column["plugin"]]
    share = value / column["most"] if column["most"] else 0
    heat = f' style="--heat:{share * DEEPEST:.0f}%" title="{escape(_sum(row, column))}"'
    return cell(str(value), "kl-number kl-heat", heat)


def _sum(row: Row, column: Row) -> str:
    plugin, weight = column["plugin"], column["weight"]
    raw, score = row["raw"][plugin], row["normalized"][plugin]
    scaled = f" (from raw {raw})" if raw != score else ""
    return f"{plugin} {score}{scaled} × weight {weight} = {row['cells'][plugin]}"


def _sums(row: Row, columns: list[Row]) -> str:
    words = "; ".join(_sum(row, column) for column in columns)
    return f"<li><b>{escape(row['node'])}</b>: {escape(words)}</li>"
