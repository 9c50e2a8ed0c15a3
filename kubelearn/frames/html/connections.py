"""Services on a circle, with a line for each connection between two."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin

from kubelearn.frames.html.sheet import sheet
from kubelearn.frames.source import Frame, Row

WIDTH = 560
ACROSS, UPRIGHT = 190, 128
"""Half the width and the height of the ring on which the Services stand."""
BOX, TALL, MARGIN = 148, 38, 8
LEGEND = "Solid: both ends have sidecars. Dashed: each end is set in its own program."


def connections_html(frame: Frame) -> str:
    """The frame of `connections`."""
    if not frame["services"]:
        return sheet("connections", frame["summary"], "<p>There is no Service yet.</p>")
    places = _places(frame["services"])
    lines = "".join(_line(pair, places) for pair in frame["pairs"])
    boxes = "".join(_box(row, places[row["name"]]) for row in frame["services"])
    # The caption says it in words; each line and box has its own title.
    height = max(y for _, y in places.values()) + TALL / 2 + MARGIN
    picture = (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" style="max-width:100%" role="img" '
        f'aria-label="{escape(frame["summary"])}">{lines}{boxes}</svg>'
    )
    return sheet("connections", frame["summary"], f"{picture}<p>{LEGEND}</p>")


def _places(services: list[Row]) -> dict[str, tuple[float, float]]:
    count = len(services)
    found = {}
    for number, row in enumerate(services):
        angle = 2 * pi * number / count - pi / 2
        x = WIDTH / 2 + ACROSS * cos(angle)
        y = MARGIN + TALL / 2 + UPRIGHT * (1 + sin(angle))
        found[row["name"]] = (round(x, 1), round(y, 1))
    return found


def _line(pair: Row, places: dict[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[pair["from"]], places[pair["to"]]
    tone, dash = ("accent", "") if pair["guarded"] else ("muted", ' stroke-dasharray="5 4"')
    what = "between sidecars" if pair["guarded"] else "without a sidecar at both ends"
    title = escape(f"{pair['from']} and {pair['to']}: {what}")
    return (
        f'<path d="M{x1} {y1}L{x2} {y2}" stroke="var(--kl-{tone})" stroke-width="1.5"{dash}>'
        f"<title>{title}</title></path>"
    )


def _box(row: Row, place: tuple[float, float]) -> str:
    x, y = place
    text = f"{row['sidecars']} of {row['pods']} pods with sidecar"
    return (
        f'<rect x="{x - BOX / 2}" y="{y - TALL / 2}" width="{BOX}" height="{TALL}" rx="6" '
        'fill="var(--kl-card)" stroke="var(--kl-accent)"/>'
        f'<text x="{x}" y="{y - 3}" text-anchor="middle" font-size="12" font-weight="600" '
        f'fill="var(--kl-ink)">{escape(row["name"])}</text>'
        f'<text x="{x}" y="{y + 12}" text-anchor="middle" font-size="9.5" '
        f'fill="var(--kl-muted)">{text}</text>'
    )
