"""Explanations: why something is as it is, in words, as a table and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kubelearn.sim.duration import format_duration

CELL = "style='text-align:left;white-space:pre'"
"""JupyterLab's own style puts cells to the right and breaks their lines."""
LONG_CELL = "style='text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;min-width:18em'"
LONG = 40
"""Letters from which on a cell is broken, so that the columns behind it stay in sight."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation: who says it, what, when, and the numbers behind it."""

    by: str
    text: str
    time: int | None = None
    table: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The reason as JSON-shaped data."""
        return {"by": self.by, "text": self.text, "time": self.time, "table": list(self.table)}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `subject` is as it is: reasons in the order in which they happened."""

    subject: str
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        lines = [self.subject]
        for reason in self.reasons:
            lines.append(f"  {reason.by}{_when(reason.time)}: {reason.text}")
            lines.extend(f"    {line}" for line in _table_lines(reason.table))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><b>{escape(reason.by)}</b>{_when(reason.time)}: {escape(reason.text)}"
            f"{_table_html(reason.table)}</li>"
            for reason in self.reasons
        )
        return f'<div class="kl-why"><b>{escape(self.subject)}</b><ul>{items}</ul></div>'

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON-shaped data."""
        return {"subject": self.subject, "reasons": [r.to_dict() for r in self.reasons]}


def amount(number: int, one: str, many: str = "") -> str:
    """A number and its word: "1 pod", "3 pods"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _when(time: int | None) -> str:
    return "" if time is None else f" at {format_duration(time)}"


def _columns(table: Sequence[dict[str, Any]]) -> list[str]:
    """Their names as they come, but a total right behind the first one, whose total it is."""
    names = list(dict.fromkeys(name for row in table for name in row))
    if "total" in names[1:]:
        names.remove("total")
        names.insert(1, "total")
    return names


def _table_lines(table: Sequence[dict[str, Any]]) -> list[str]:
    if not table:
        return []
    columns = _columns(table)
    rows = [columns, *([str(row.get(name, "")) for name in columns] for row in table)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in lines]


def _table_html(table: Sequence[dict[str, Any]]) -> str:
    if not table:
        return ""
    columns = _columns(table)
    head = "".join(f"<th {CELL}>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(_cell_html(_cell(row, name)) for name in columns) + "</tr>"
        for row in table
    )
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    reachable = "tabindex='0' role='region' aria-label='table'"
    return f"<div style='overflow-x:auto' {reachable}>{whole}</div>"


def _cell_html(text: str) -> str:
    return f"<td {LONG_CELL if len(text) > LONG else CELL}>{escape(text)}</td>"


def _cell(row: dict[str, Any], name: str) -> str:
    return str(row.get(name, ""))
