"""Pods landing on nodes, in their order; without motion for those who want none."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import folded, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

LENGTH = 6.0
"""Seconds that all landings take together."""
PAUSE = 0.35
"""Most seconds between two landings."""


def placement_html(frame: Frame) -> str:
    """The frame of `placement`."""
    landings = frame["landings"]
    if not landings:
        return sheet("placement", frame["summary"], "")
    pause = min(PAUSE, LENGTH / len(landings))
    first = landings[0]["number"]
    rows = [_row(node, landings, first, pause) for node in frame["nodes"]]
    body = table(("node", "zone", "pods, numbered as they came"), rows)
    told = "Pods land (close and open to see it again)"
    left = f"<p>{frame['hidden']} earlier pods are not drawn.</p>" if frame["hidden"] else ""
    waiting = ", ".join(frame["waiting"][:12])
    wait = f"<p>Without a node: {escape(waiting)}.</p>" if waiting else ""
    return sheet("placement", frame["summary"], folded(told, body, is_open=True) + left + wait)


def _row(node: Row, landings: list[Row], first: int, pause: float) -> str:
    boxes = [
        f'<li class="kl-box{" kl-gone" if one["gone"] else ""}" '
        f'style="--when:{(one["number"] - first) * pause:.2f}s" title="{_words(one)}">'
        f"{one['number']}</li>"
        for one in landings
        if one["node"] == node["name"]
    ]
    zone = escape(node["zone"])
    return f"<tr>{row_head(node['name'])}<td>{zone}</td><td><ol>{''.join(boxes)}</ol></td></tr>"


def _words(one: Row) -> str:
    gone = ", gone since" if one["gone"] else ""
    return escape(f"{one['number']}: {one['pod']} at {one['atText']}{gone}")
