"""Lanes over one time axis as inline SVG, with a legend, the marks in words and the numbers.

Bands and lines differ by pattern, dash and label as well as by tone. Nothing in it moves.
"""

from __future__ import annotations

from html import escape
from zlib import crc32

from kubelearn.frames.html.axis import RIGHT, WIDTH, Scale, label, mark_lines, moments
from kubelearn.frames.html.sheet import cell, folded, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

LEFT = 46
HEIGHT, GAP, HEAD, FOOT = 92, 30, 34, 24
TONES = ("accent", "alarm", "ink", "muted")
MOST_ROWS = 40
RULES = (
    "".join(f".kl-lanes .kl-{tone}{{--tone:var(--kl-{tone})}}" for tone in TONES)
    + ".kl-figure .kl-lanes svg{display:block;width:100%;min-width:560px;height:auto}"
    ".kl-lanes text{font:11px system-ui,'Segoe UI',Arial,sans-serif;fill:var(--kl-muted)}"
    ".kl-lanes .kl-name{font-weight:600;fill:var(--kl-ink)}"
    ".kl-lanes .kl-axis{stroke:var(--kl-line)}"
    ".kl-lanes .kl-band{stroke:var(--tone);stroke-width:1}"
    ".kl-lanes .kl-band.kl-ready{fill:color-mix(in srgb,var(--tone) 42%,var(--kl-page))}"
    ".kl-lanes .kl-ground{fill:color-mix(in srgb,var(--tone) 8%,var(--kl-page))}"
    ".kl-lanes .kl-hatch{stroke:var(--tone);stroke-width:1.6;fill:none}"
    ".kl-lanes .kl-line{fill:none;stroke:var(--tone);stroke-width:1.8;stroke-linejoin:round}"
    ".kl-lanes .kl-dash{stroke-dasharray:6 3}.kl-lanes .kl-dot{stroke-dasharray:2 3}"
    ".kl-lanes .kl-long{stroke-dasharray:12 4}"
    ".kl-lanes .kl-mark{stroke:var(--tone);stroke-dasharray:2 3}"
    ".kl-lanes .kl-mark.kl-alarm{stroke-dasharray:7 3;stroke-width:1.5}"
    ".kl-lanes .kl-number{fill:var(--tone);font-weight:700;text-anchor:middle}"
    ".kl-figure.kl-figure .kl-legend,.kl-figure.kl-figure .kl-marks{display:flex;flex-wrap:wrap;"
    "gap:2px 16px;margin:6px 0 0;padding:0;list-style:none;color:var(--kl-ink);font-size:12px}"
    ".kl-figure .kl-legend svg{display:inline-block;width:26px;min-width:0;height:12px;"
    "vertical-align:-1px;margin-right:5px}"
    ".kl-figure .kl-legend li,.kl-figure .kl-marks li{margin:0}"
    ".kl-figure.kl-figure .kl-lanes+table{margin-top:8px}"
    ".kl-figure.kl-figure .kl-lanes+table .kl-number{white-space:nowrap}"
    ".kl-figure .kl-marks b.kl-warns{color:var(--kl-alarm)}"
)


def lanes_html(frame: Frame) -> str:
    """A frame of `over_time`."""
    if not frame["lanes"]:
        return sheet(frame["kind"], frame["summary"], "")
    body = f"<style>{RULES}</style>{drawing(frame, sign(frame))}"
    return sheet(frame["kind"], frame["summary"], body)


def drawing(frame: Frame, mark: str) -> str:
    """The lanes of a frame with all that explains them; `mark` the sign of the picture."""
    more = frame.get("table")
    rows = [f"<tr>{row_head(name)}{''.join(map(_counted, row))}</tr>" for name, *row in more["rows"]
            ] if more else []  # fmt: skip
    return (
        f'<div class="kl-lanes">{_svg(frame, mark)}{legends(frame, mark)}{told(frame)}</div>'
        f"{_explained(more, rows) if more else ''}"
        f"{folded('The numbers', numbers(frame))}"
    )


def _explained(more: Row, rows: list[str]) -> str:
    """The table of a frame, and what its words mean."""
    return f"{table(more['heads'], rows)}<p>{escape(more['note'])}</p>"


def _counted(text: str) -> str:
    """A cell; numbers stand at the right."""
    return cell(text, "kl-number" if text[:1].isdigit() or text == "–" else "")


def _svg(frame: Frame, mark: str) -> str:
    lanes, scale = frame["lanes"], Scale(frame["start"], frame["end"], LEFT)
    height = HEAD + len(lanes) * (HEIGHT + GAP) + FOOT - GAP + 18
    parts = [
        draw_lane(lane, HEAD + 18 + place * (HEIGHT + GAP), scale, mark)
        for place, lane in enumerate(lanes)
    ]
    labels = "".join(label(time, scale, height - 8) for time in moments(scale))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(_words(frame))}">'
        f"<defs>{patterns(frame, mark)}</defs>{''.join(parts)}"
        f"{mark_lines(frame['marks'], scale, HEAD, height - FOOT)}{labels}</svg>"
    )


def _words(frame: Frame) -> str:
    names = ", ".join(lane["label"] for lane in frame["lanes"])
    return f"Over time: {names}. The numbers stand in the table below."


def sign(frame: Frame) -> str:
    """Tells the patterns of one picture from those of others on the page."""
    return f"{crc32(frame['summary'].encode()):x}"


def patterns(frame: Frame, mark: str) -> str:
    """The patterns that fill the bands."""
    looks = sorted({band["look"] for lane in frame["lanes"] for band in lane["bands"]})
    return "".join(_pattern(look, mark) for look in looks)


def _pattern(look: str, mark: str) -> str:
    tone, _, state = look.partition(" ")
    if state == "ready":
        return ""
    shapes = {
        "starting": '<path class="kl-hatch" d="M0 0V7"/>',
        "ending": '<circle class="kl-hatch" cx="3.5" cy="3.5" r="1"/>',
    }
    turn = ' patternTransform="rotate(45)"' if state == "starting" else ""
    return (
        f'<pattern id="kl-{mark}-{tone}-{state}" width="7" height="7" '
        f'patternUnits="userSpaceOnUse"{turn}><g class="kl-{tone}">'
        f'<rect class="kl-ground" width="7" height="7"/>{shapes[state]}</g></pattern>'
    )


def draw_lane(lane: Row, top: float, scale: Scale, mark: str) -> str:
    """One lane with its title and axis; `top` in pixels, `mark` the sign of its picture."""
    bottom = top + HEIGHT
    title = escape(_title(lane))
    parts = [f'<text class="kl-name" x="{scale.left}" y="{top - 6:g}">{title}</text>']
    for value in _values(lane["top"]):
        y = round(bottom - HEIGHT * value / lane["top"], 1)
        parts.append(
            f'<path class="kl-axis" d="M{scale.left} {y}H{WIDTH - RIGHT}"/>'
            f'<text x="{scale.left - 6}" y="{y + 4:g}" text-anchor="end">{_short(value)}</text>'
        )
    below = [0.0] * len(lane["bands"][0]["points"]) if lane["bands"] else []
    for band in lane["bands"]:
        above = [one + point[1] for one, point in zip(below, band["points"], strict=True)]
        parts.append(_band(band, below, above, lane["top"], bottom, scale, mark))
        below = above
    parts += [_line(line, lane["top"], bottom, scale) for line in lane["lines"]]
    return "".join(parts)


def _title(lane: Row) -> str:
    return f"{lane['label']} ({lane['unit']})" if lane["unit"] else str(lane["label"])


def _values(top: float) -> tuple[float, ...]:
    """The labels of an axis; half a pod is none."""
    return (0, top / 2, top) if top < 2 or top % 2 == 0 else (0, top)


def _short(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:g}k"
    return f"{value:g}"


def _band(
    band: Row, below: list[float], above: list[float], top: float, bottom: float, scale: Scale,
    mark: str,
) -> str:  # fmt: skip
    """The areas where the band has a height, each a path of its own."""
    xs = [scale.x(point[0]) for point in band["points"]]
    paths = []
    for first, last in _stretches([point[1] for point in band["points"]]):
        edge = [(xs[i], xs[i + 1], above[i], below[i]) for i in range(first, last)]
        over = "".join(f"L{a} {_y(high, top, bottom)}H{b}" for a, b, high, _ in edge)
        under = "".join(f"L{b} {_y(low, top, bottom)}H{a}" for a, b, _, low in reversed(edge))
        paths.append(f"M{over[1:]}{under}Z")
    tone, _, state = band["look"].partition(" ")
    fill = "" if state == "ready" else f' fill="url(#kl-{mark}-{tone}-{state})"'
    return f'<path class="kl-band kl-{tone} kl-{state}"{fill} d="{"".join(paths)}"/>'


def _stretches(values: list[float]) -> list[tuple[int, int]]:
    """(first, last) places between which a band has a height; it holds until the next place."""
    found, first = [], None
    for place, value in enumerate(values):
        if value and first is None:
            first = place
        if not value and first is not None:
            found.append((first, place))
            first = None
    if first is not None and first < len(values) - 1:
        found.append((first, len(values) - 1))
    return found


def _y(value: float, top: float, bottom: float) -> float:
    return round(bottom - HEIGHT * value / top, 1)


def _line(line: Row, top: float, bottom: float, scale: Scale) -> str:
    steps, is_open = [], False
    points = line["points"]
    for (time, value), (until, _) in zip(points, [*points[1:], points[-1]], strict=True):
        if value is None:
            is_open = False
            continue
        y = _y(value, top, bottom)
        start = f"L{scale.x(time)} {y}" if is_open else f"M{scale.x(time)} {y}"
        steps.append(f"{start}H{scale.x(until)}")
        is_open = True
    tone, _, dash = line["look"].partition(" ")
    return f'<path class="kl-line kl-{tone} kl-{dash}" d="{"".join(steps)}"/>'


def legends(frame: Frame, mark: str) -> str:
    """What the looks of bands and lines mean; the lane stands before what is not clear without."""
    found: dict[tuple[str, str], tuple[str, Row]] = {}
    for lane in frame["lanes"]:
        bands = [band for band in lane["bands"] if any(point[1] for point in band["points"])]
        several = len(bands) + len(lane["lines"]) > 1
        for row in [*bands, *lane["lines"]] if several else []:
            found.setdefault((row["label"], row["look"]), (lane["label"], row))
    labels, looks = ([pair[at] for pair in found] for at in (0, 1))
    items = []
    for (name, look), (place, row) in found.items():
        is_clear = labels.count(name) == looks.count(look) == 1
        words = name if is_clear else f"{place}: {name}"
        items.append(f"<li>{_swatch(row, mark)}{escape(words)}</li>")
    return f'<ul class="kl-legend">{"".join(items)}</ul>'


def _swatch(row: Row, mark: str) -> str:
    tone, _, look = row["look"].partition(" ")
    if look in ("ready", "starting", "ending"):
        fill = "" if look == "ready" else f' fill="url(#kl-{mark}-{tone}-{look})"'
        place = 'width="24" height="10" x="1" y="1"'
        shape = f'<rect class="kl-band kl-{tone} kl-{look}"{fill} {place}/>'
    else:
        shape = f'<path class="kl-line kl-{tone} kl-{look}" d="M0 6H26"/>'
    return f'<svg viewBox="0 0 26 12" aria-hidden="true">{shape}</svg>'


def told(frame: Frame) -> str:
    """The marks in words."""
    items = "".join(
        f"<li><b{_warns(mark)}>{number}</b> {mark['timeText']} {escape(mark['text'])}</li>"
        for number, mark in enumerate(frame["marks"], 1)
    )
    more = f"<p>{frame['hidden']} earlier marks are not drawn.</p>" if frame["hidden"] else ""
    return f'<ol class="kl-marks">{items}</ol>{more}' if items else ""


def _warns(mark: Row) -> str:
    return ' class="kl-warns"' if mark["type"] == "Warning" else ""


def numbers(frame: Frame) -> str:
    """Least, most and last of each course, and its values over time."""
    rows = []
    for lane in frame["lanes"]:
        for row in [*lane["bands"], *lane["lines"]]:
            values = [point[1] for point in row["points"] if point[1] is not None]
            ends = (min(values), max(values), values[-1]) if values else ("–", "–", "–")
            cells = "".join(cell(_number(value), "kl-number") for value in ends)
            rows.append(f"<tr>{row_head(lane['label'])}{cell(row['label'])}{cells}</tr>")
    return table(("lane", "course", "least", "most", "last"), rows[:MOST_ROWS])


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
