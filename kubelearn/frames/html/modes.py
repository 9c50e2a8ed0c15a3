"""Ways to put a mesh into a cluster: a line of stations for each, one below the other."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

BOX, TALL, GAP, MARGIN = 124, 46, 52, 4
LEGEND = (
    "Solid line: encrypted. Dashed: plain text. A thick frame is a proxy that reads requests (L7), "
    "a thin one a proxy that sees connections only (L4). Programs have a dotted frame."
)
HEADS = ("way", "proxies in this cluster", "what it can do")
FRAMES = {"L7": 'stroke-width="3"', "L4": 'stroke-width="1.2"', "": 'stroke-dasharray="2 3"'}


def modes_html(frame: Frame) -> str:
    """The frame of `modes`."""
    body = "".join(f"<p><b>{escape(row['name'])}</b></p>{_line(row)}" for row in frame["modes"])
    rows = table(HEADS, map(_row, frame["modes"]))
    return sheet("modes", frame["summary"], f"{body}<p>{LEGEND}</p>{rows}")


def _line(row: Row) -> str:
    width = len(row["hops"]) * (BOX + GAP) - GAP + 2 * MARGIN
    boxes = "".join(_box(hop, number) for number, hop in enumerate(row["hops"]))
    wires = "".join(_wire(text, number) for number, text in enumerate(row["wires"]))
    said = " → ".join(f"{hop['name']} ({hop['place']})" for hop in row["hops"])
    return (
        f'<svg viewBox="0 0 {width} {TALL + 2 * MARGIN}" width="{width}" style="max-width:100%" '
        f'role="img" aria-label="{escape(said)}">{wires}{boxes}</svg>'
    )


def _box(hop: Row, number: int) -> str:
    x = MARGIN + number * (BOX + GAP)
    middle = x + BOX / 2
    name = f"{hop['name']} · {hop['layer']}" if hop["layer"] else hop["name"]
    return (
        f'<g><title>{escape(hop["does"])}</title><rect x="{x}" y="{MARGIN}" width="{BOX}" '
        f'height="{TALL}" rx="6" fill="var(--kl-card)" stroke="var(--kl-accent)" '
        f"{FRAMES[hop['layer']]}/>"
        f'<text x="{middle:g}" y="{MARGIN + 20}" text-anchor="middle" font-size="11" '
        f'font-weight="600" fill="var(--kl-ink)">{escape(name)}</text>'
        f'<text x="{middle:g}" y="{MARGIN + 35}" text-anchor="middle" font-size="10" '
        f'fill="var(--kl-muted)">{escape(hop["place"])}</text></g>'
    )


def _wire(text: str, number: int) -> str:
    x, y = MARGIN + number * (BOX + GAP) + BOX, MARGIN + TALL / 2
    dash = "" if "mTLS" in text else ' stroke-dasharray="4 3"'
    short = "mTLS" if "mTLS" in text else "plain"
    return (
        f'<g><title>{escape(text)}</title><path d="M{x} {y:g}h{GAP - 7}" fill="none" '
        f'stroke="var(--kl-accent)" stroke-width="1.6"{dash}/>'
        f'<path d="M{x + GAP} {y:g}l-8 -4v8z" fill="var(--kl-accent)"/>'
        f'<text x="{x + GAP / 2 - 3:g}" y="{y - 6:g}" text-anchor="middle" font-size="10" '
        f'fill="var(--kl-muted)">{short}</text></g>'
    )


def _row(row: Row) -> str:
    return f"<tr>{row_head(row['name'])}{cell(row['proxies'])}{cell(row['can'])}</tr>"
