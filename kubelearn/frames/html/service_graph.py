"""Workloads as boxes, an arrow for each connection in use, and the same numbers as a table."""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.service_graph import per_second
from kubelearn.frames.source import Frame, Row

BOX, TALL = 132, 40
ACROSS, DOWN, MARGIN = 250, 84, 12
"""From one column and one row to the next, and round everything."""
LEGEND = (
    "Arrows: who asks whom. Solid with a lock: mTLS. Dashed: plain text. Dotted: no pod of the "
    "Service was reached. Rates are of requests; p95 is the time in which 95 of 100 are answered, "
    "estimated from the histogram's buckets."
)
HEADS = ("from", "to", "requests/s", "errors", "p95 ms", "mTLS", "answers")
DASHES = ("6 4", "2 4")
LOCK = "M0 4h8v6h-8zM1.5 4v-1.5a2.5 2.5 0 0 1 5 0v1.5"


def service_graph_html(frame: Frame) -> str:
    """The frame of `graph`."""
    if not frame["edges"]:
        return sheet("graph", frame["summary"], "")
    places = _places(frame["nodes"])
    lines = "".join(_line(edge, places) for edge in frame["edges"])
    boxes = "".join(_box(row, places[row["id"]]) for row in frame["nodes"])
    width = max(x for x, _ in places.values()) + BOX / 2 + MARGIN
    height = max(y for _, y in places.values()) + TALL / 2 + MARGIN
    picture = (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" style="max-width:100%" '
        f'role="img" aria-label="{escape(frame["summary"])}">{lines}{boxes}</svg>'
    )
    rows = table(HEADS, map(_row, frame["edges"]))
    return sheet("graph", frame["summary"], f"{picture}<p>{LEGEND}</p>{rows}")


def _places(nodes: list[Row]) -> dict[str, tuple[float, float]]:
    """Columns from left to right, each in the middle of the height."""
    columns: dict[int, list[str]] = {}
    for row in nodes:
        columns.setdefault(row["column"], []).append(row["id"])
    tallest = max(map(len, columns.values()))
    found = {}
    for column, names in columns.items():
        above = (tallest - len(names)) / 2
        for number, name in enumerate(names):
            x = MARGIN + BOX / 2 + ACROSS * column
            found[name] = (x, MARGIN + TALL / 2 + DOWN * (above + number))
    return found


def _line(edge: Row, places: dict[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[edge["from"]], places[edge["to"]]
    start, end = x1 + BOX / 2, x2 - BOX / 2 - 7
    bend = max(40.0, (end - start) / 2) if end > start else 90.0
    sag = 0.0 if end > start else DOWN / 2
    curve = (start + bend, y1 + sag, end - bend, y2 + sag, end, y2)
    path = f"M{start:g} {y1:g}C{' '.join(f'{each:g}' for each in curve)}"
    tone = "alarm" if edge["errors"] else "accent"
    dash = "" if edge["mtls"] == 1 else f' stroke-dasharray="{DASHES[edge["mtls"] is None]}"'
    thick = 1.5 + min(edge["rate"], 40) / 20
    tip = f"M{end + 7:g} {y2:g}l-9 -5v10z"
    x, y = (start + end) / 2, (y1 + y2) / 2 + 0.75 * sag
    return (
        f'<g><path d="{path}" fill="none" stroke="var(--kl-{tone})" stroke-width="{thick:g}"{dash}>'
        f"<title>{escape(words(edge))}</title></path>"
        f'<path d="{tip}" fill="var(--kl-{tone})"/>{_label(edge, x, y)}</g>'
    )


def _label(edge: Row, x: float, y: float) -> str:
    """What is written on an arrow; a halo keeps it readable where lines cross."""
    halo = 'paint-order="stroke" stroke="var(--kl-page)" stroke-width="4" text-anchor="middle"'
    lock = ""
    if edge["mtls"] == 1:
        lock = (f'<path d="{LOCK}" transform="translate({x - 28:g} {y - 17:g})" '
                'fill="var(--kl-page)" stroke="var(--kl-accent)"/>')  # fmt: skip
    failed = ""
    if edge["errors"]:
        failed = (f'<text x="{x:g}" y="{y + 15:g}" font-size="11" font-weight="600" '
                  f'fill="var(--kl-alarm)" {halo}>{edge["share"]:.0%} errors</text>')  # fmt: skip
    return (
        f'<text x="{x:g}" y="{y - 7:g}" font-size="11" fill="var(--kl-ink)" {halo}>'
        f"{per_second(edge['rate'])}/s</text>{lock}{failed}"
    )


def _box(row: Row, place: tuple[float, float]) -> str:
    x, y = place
    tone = "alarm" if row["errors"] else "accent"
    dash = "" if row["what"] == "workload" else ' stroke-dasharray="3 3"'
    times = "once" if row["count"] == 1 else f"{row['count']} times"
    under = f"{row['errors']} of {row['count']} failed" if row["errors"] else (
        f"asked {times}" if row["count"] else "asks others")  # fmt: skip
    return (
        f'<rect x="{x - BOX / 2:g}" y="{y - TALL / 2:g}" width="{BOX}" height="{TALL}" rx="6" '
        f'fill="var(--kl-card)" stroke="var(--kl-{tone})" stroke-width="1.5"{dash}/>'
        f'<text x="{x:g}" y="{y - 3:g}" text-anchor="middle" font-size="12" font-weight="600" '
        f'fill="var(--kl-ink)">{escape(row["name"])}</text>'
        f'<text x="{x:g}" y="{y + 12:g}" text-anchor="middle" font-size="10" '
        f'fill="var(--kl-muted)">{under}</text>'
    )


def words(edge: Row) -> str:
    """A connection in one sentence."""
    answers = ", ".join(f"{count} × {said}" for said, count in edge["answers"].items())
    return (
        f"{edge['from']} → {edge['to']}: {per_second(edge['rate'])} requests/s, "
        f"{edge['share']:.0%} errors, p95 {edge['p95']:g} ms, {mtls(edge)}; {answers}"
    )


def mtls(edge: Row) -> str:
    """How a connection is secured."""
    if edge["mtls"] is None:
        return "no pod reached"
    if edge["mtls"] in (0, 1):
        return "mTLS" if edge["mtls"] else "plain text"
    return f"{edge['mtls']:.0%} mTLS"


def _row(edge: Row) -> str:
    answers = ", ".join(f"{count} × {said}" for said, count in edge["answers"].items())
    numbers = (per_second(edge["rate"]), f"{edge['share']:.0%}", f"{edge['p95']:g}")
    cells = "".join(cell(text, "kl-number") for text in numbers)
    look = ' class="kl-refused"' if edge["errors"] else ""
    return (
        f"<tr{look}>{row_head(edge['from'])}{cell(edge['to'])}{cells}{cell(mtls(edge))}"
        f"{cell(answers)}</tr>"
    )
