"""Ways to put a mesh into a cluster: a line of stations for each, in their pods and nodes."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

BOX, TALL, GAP, LEFT, TOP = 140, 60, 72, 22, 40
LETTERS = 24
"""Of a line in a box."""
HEIGHT = TOP + TALL + 18
AROUND = {"nodes": (18, 34, 14), "pods": (9, 17, 7)}
"""How far a frame reaches beyond its stations: to the sides, above, and below."""
FRAME_LOOKS = {
    "nodes": 'fill="none" stroke="var(--kl-muted)" stroke-dasharray="7 4"',
    "pods": 'fill="var(--kl-track)" fill-opacity="0.55" stroke="none"',
}
LEGEND = (
    "Dashed frames are nodes, grey grounds are pods. Solid arrow: encrypted, dashed arrow: plain "
    "text. A thick box is a proxy that reads requests with their paths and headers (L7), a thin "
    "one a proxy that sees connections only (L4), a dotted one a program. HBONE: mTLS in a tunnel."
)
HEADS = ("way", "one request passes", "proxies in this cluster", "what they can do")
BOXES = {"L7": 'stroke-width="3"', "L4": 'stroke-width="1.2"', "": 'stroke-dasharray="2 3"'}
STYLE = "<style>.kl-figure.kl-figure .kl-modes td:nth-child(2){white-space:normal}</style>"


def modes_html(frame: Frame) -> str:
    """The frame of `modes`."""
    body = "".join(f"<p><b>{escape(row['name'])}</b></p>{_line(row)}" for row in frame["modes"])
    rows = table(HEADS, map(_row, frame["modes"]))
    body = f'<div class="kl-modes">{STYLE}{body}<p>{LEGEND}</p>{rows}</div>'
    return sheet("modes", frame["summary"], body)


def _line(row: Row) -> str:
    width = len(row["hops"]) * (BOX + GAP) - GAP + 2 * LEFT
    frames = "".join(_frame(kind, one) for kind in AROUND for one in row[kind])
    boxes = "".join(_box(hop, number) for number, hop in enumerate(row["hops"]))
    wires = "".join(_wire(text, number) for number, text in enumerate(row["wires"]))
    said = " → ".join(f"{hop['name']} ({hop['place']})" for hop in row["hops"])
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'style="display:block" role="img" aria-label="{escape(said)}">{frames}{wires}{boxes}</svg>'
    )


def _x(number: int) -> int:
    return LEFT + number * (BOX + GAP)


def _frame(kind: str, one: Row) -> str:
    """What stations share."""
    side, above, below = AROUND[kind]
    x, y = _x(one["first"]) - side, TOP - above
    width = _x(one["last"]) + BOX + side - x
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{above + TALL + below}" rx="8" '
        f"{FRAME_LOOKS[kind]}/>"
        f'<text x="{x + 7}" y="{y + 12}" font-size="10" fill="var(--kl-muted)">'
        f"{escape(one['name'])}</text>"
    )


def _box(hop: Row, number: int) -> str:
    x, middle = _x(number), _x(number) + BOX / 2
    name = f"{hop['name']} · {hop['layer']}" if hop["layer"] else hop["name"]
    does = "".join(
        f'<text x="{middle:g}" y="{TOP + 36 + 13 * line}" text-anchor="middle" font-size="10" '
        f'fill="var(--kl-muted)">{escape(words)}</text>'
        for line, words in enumerate(wrap(hop["does"], LETTERS))
    )
    return (
        f'<rect x="{x}" y="{TOP}" width="{BOX}" height="{TALL}" rx="6" fill="var(--kl-card)" '
        f'stroke="var(--kl-accent)" {BOXES[hop["layer"]]}/>'
        f'<text x="{middle:g}" y="{TOP + 19}" text-anchor="middle" font-size="11" '
        f'font-weight="600" fill="var(--kl-ink)">{escape(name)}</text>{does}'
    )


def _wire(text: str, number: int) -> str:
    x, y = _x(number) + BOX, TOP + TALL / 2
    is_secret = "mTLS" in text
    dash = "" if is_secret else ' stroke-dasharray="4 3"'
    short = text.partition(" ")[0] if is_secret else "plain"
    return (
        f'<g><title>{escape(text)}</title><path d="M{x} {y:g}h{GAP - 7}" fill="none" '
        f'stroke="var(--kl-accent)" stroke-width="1.6"{dash}/>'
        f'<path d="M{x + GAP} {y:g}l-8 -4v8z" fill="var(--kl-accent)"/>'
        f'<text x="{x + GAP / 2 - 3:g}" y="{y - 6:g}" text-anchor="middle" font-size="10" '
        f'fill="var(--kl-ink)" paint-order="stroke" stroke="var(--kl-page)" stroke-width="3">'
        f"{short}</text></g>"
    )


def _row(row: Row) -> str:
    cells = "".join(cell(row[name]) for name in ("passes", "proxies", "can"))
    return f"<tr>{row_head(row['name'])}{cells}</tr>"
