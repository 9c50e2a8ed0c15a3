"""A token at a gateway: its parts, the gateway's questions, and the rules."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

CHECKS = ("the gateway asks", "it finds", "")
PARTS = ("part", "as it is sent", "as everybody can read it")
RULES = ("rule for", "asks for", "")
LONG = 36
"""How many characters of a part are shown."""


def token_html(frame: Frame) -> str:
    """The frame of `token`."""
    if not frame["checks"]:
        return sheet("token", frame["summary"], "")
    body = table(CHECKS, map(_check, frame["checks"]))
    if frame["parts"]:
        body += f"<p>The token</p>{table(PARTS, map(_part, frame['parts']))}"
    if frame["rules"]:
        body += f"<p>The first rule that fits decides</p>{table(RULES, map(_rule, frame['rules']))}"
    if frame["challenge"]:
        body += f"<p>{frame['status']} WWW-Authenticate: {escape(frame['challenge'])}</p>"
    return sheet("token", frame["summary"], body)


def _check(row: Row) -> str:
    return f"<tr>{row_head(row['asks'])}{cell(row['found'])}{cell(mark(row))}</tr>"


def _part(row: Row) -> str:
    return f"<tr>{row_head(row['name'])}{cell(shortened(row['text']))}{cell(row['says'])}</tr>"


def _rule(row: Row) -> str:
    look = ' class="kl-chosen"' if row["decides"] else ""
    return f"<tr{look}>{row_head(row['path'])}{cell(row['access'])}{cell(role(row))}</tr>"


def mark(row: Row) -> str:
    """Whether the gateway is content with what it finds."""
    return "✓ goes on" if row["good"] else "✗ not enough"


def role(row: Row) -> str:
    """What a rule has to do with the request."""
    if row["decides"]:
        return "decides"
    return "fits too, comes too late" if row["fits"] else "does not fit"


def shortened(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONG else f"{text[:LONG]}…"
