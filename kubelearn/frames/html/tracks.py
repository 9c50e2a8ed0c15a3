"""Disks over time as inline SVG: for each disk where it was attached, its writes, its pods."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from zlib import crc32

from kubelearn.frames.html.axis import WIDTH, Scale, label, mark_lines, moments, tone
from kubelearn.frames.source import Frame, Row

LEFT = 200
HEAD, FOOT, DISK, POD, GAP = 40, 26, 20, 17, 12
LETTER = 6.4
"""Pixels that a letter takes, to see whether a name fits."""
LOOKS = {
    "attached": "attached to a node",
    "attaching": "is being attached, or waits",
    "detaching": "is being detached, or ends",
    "running": "pod runs",
    "silent": "pod is not ready",
    "unplaced": "pod has no node",
}
"""Looks, with what each means; a waiting pod looks like a disk that is being attached."""
PATTERNED = ("attaching", "silent", "detaching")
SAME = {"waiting": "attaching", "ending": "detaching", "reachable": "attached"}
WORDS = {"silent": "not ready", "unplaced": "no node"}
RULES = (
    ".kl-figure .kl-tracks svg{display:block;width:100%;min-width:620px;height:auto}"
    ".kl-tracks text{font:11px system-ui,'Segoe UI',Arial,sans-serif;fill:var(--kl-ink)}"
    ".kl-tracks .kl-small{fill:var(--kl-muted)}"
    ".kl-tracks .kl-on{paint-order:stroke;stroke:var(--kl-page);stroke-width:3.5px;"
    "stroke-linejoin:round}"
    ".kl-tracks rect{stroke:var(--kl-accent);stroke-width:1}"
    ".kl-tracks .kl-attached{fill:color-mix(in srgb,var(--kl-accent) 32%,var(--kl-page))}"
    ".kl-tracks .kl-running{fill:color-mix(in srgb,var(--kl-accent) 12%,var(--kl-page))}"
    ".kl-tracks :is(.kl-silent,.kl-detaching){stroke:var(--kl-alarm)}"
    ".kl-tracks .kl-unplaced{fill:none;stroke-dasharray:3 2}"
    ".kl-tracks .kl-ground{fill:var(--kl-page);stroke:none}"
    ".kl-tracks .kl-hatch{stroke:var(--kl-accent);stroke-width:1.4;fill:none}"
    ".kl-tracks .kl-hatch.kl-alarm{stroke:var(--kl-alarm)}"
    ".kl-tracks .kl-entry{fill:var(--kl-ink)}.kl-tracks .kl-lost{stroke:var(--kl-alarm);"
    "stroke-width:2}"
    ".kl-tracks .kl-axis{stroke:var(--kl-line)}"
    ".kl-tracks .kl-mark{stroke:var(--kl-muted);stroke-dasharray:2 3}"
    ".kl-tracks .kl-mark.kl-alarm{stroke:var(--kl-alarm);stroke-dasharray:7 3}"
    ".kl-tracks .kl-number{fill:var(--kl-muted);font-weight:700;text-anchor:middle}"
    ".kl-tracks .kl-number.kl-alarm{fill:var(--kl-alarm)}"
    ".kl-figure.kl-figure .kl-keys{display:flex;flex-wrap:wrap;gap:2px 16px;margin:6px 0 0;"
    "padding:0;list-style:none;color:var(--kl-ink);font-size:12px}"
    ".kl-figure .kl-keys svg{display:inline-block;width:26px;min-width:0;height:12px;"
    "vertical-align:-1px;margin-right:5px}.kl-figure .kl-keys li{margin:0}"
    ".kl-figure .kl-keys .kl-alarm{color:var(--kl-alarm)}"
)
_WORDS = "For each disk the node that it was attached to and its pods over time; marks below."


def tracks_html(frame: Frame) -> str:
    """The tracks of the frame `disks`; nothing where nothing was stored."""
    if not frame["tracks"]:
        return ""
    rows, scale = list(_rows(frame)), _scale(frame)
    height = HEAD + sum(row["height"] for row in rows) + FOOT
    patterns = bar_patterns(_sign(frame))
    drawn, top = [], HEAD
    for row in rows:
        drawn.append(_row(row, top, frame))
        top += row["height"]
    return (
        f'<div class="kl-tracks"><style>{RULES}</style><svg viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label="{_WORDS}"><defs>{patterns}</defs>'
        f"{_ticks(scale, height)}{mark_lines(frame['marks'], scale, HEAD - 6, height - FOOT)}"
        f"{''.join(drawn)}</svg>{_keys(frame)}{_told(frame)}</div>"
    )


def _rows(frame: Frame) -> Iterator[Row]:
    """What stands in each line: the disk, then its pods."""
    for track in frame["tracks"]:
        yield {**track, "label": f"{track['label']} · {track['kind']}", "bar": DISK,
               "height": DISK + 4 + (0 if track["pods"] else GAP)}  # fmt: skip
        for number, pod in enumerate(track["pods"], 1):
            last = number == len(track["pods"])
            yield {"label": f"pod {pod['name']}", "spans": pod["spans"], "entries": [], "lost": [],
                   "bar": POD - 4, "height": POD + (GAP if last else 0)}  # fmt: skip


def _scale(frame: Frame) -> Scale:
    return Scale(frame["start"], frame["end"], LEFT)


def _row(row: Row, top: int, frame: Frame) -> str:
    look = "" if row["bar"] == DISK else ' class="kl-small"'
    label = fitting(row["label"], LEFT - 12)
    title = f"<title>{escape(row['label'])}</title>"
    parts = [f'<text{look} x="4" y="{top + row["bar"] - 4}">{title}{escape(label)}</text>']
    parts += [_span(span, top, row["bar"], frame) for span in row["spans"]]
    for entry in row["entries"]:
        x = _scale(frame).x(entry["time"])
        parts.append(f'<path class="kl-entry" d="M{x - 3.5} {top - 3}h7l-3.5 6z">'
                     f"<title>{escape(entry['text'])}</title></path>")  # fmt: skip
    for time in row["lost"]:
        x = _scale(frame).x(time)
        parts.append(f'<path class="kl-lost" d="M{x - 5} {top + 4}l10 12m0 -12l-10 12"/>')
    return "".join(parts)


def fitting(text: str, width: float) -> str:
    """As much of a text as fits into so many pixels."""
    fits = int(width / LETTER)
    return text if len(text) <= fits else f"{text[: fits - 1]}…"


def _span(span: Row, top: int, height: int, frame: Frame) -> str:
    state: str = span["state"]
    words = f"{WORDS.get(state, state)}{' ' + span['node'] if span['node'] else ''}"
    place = _scale(frame).x(span["start"]), _scale(frame).x(span["end"])
    return bar(SAME.get(state, state), (words, span["node"]), place, top, height, _sign(frame))


def bar(
    look: str, words: tuple[str, ...], place: tuple[float, float], top: float, height: int,
    sign: str,
) -> str:  # fmt: skip
    """A bar from left to right with the first of the words that fits into it."""
    left, right = place
    width = max(round(right - left, 1), 1)
    shown = next((text for text in words if len(text) * LETTER < width - 6), "")
    text = f'<text class="kl-on" x="{left + 4}" y="{top + height - 4}">{escape(shown)}</text>'
    return (
        f'<rect class="kl-{look}"{fill(look, sign)} x="{left}" y="{top}" width="{width}" '
        f'height="{height}"><title>{escape(words[0])}</title></rect>{text if shown else ""}'
    )


def fill(look: str, sign: str) -> str:
    """The attribute that fills what has this look; none where its class does."""
    return f' fill="url(#kl-disk-{sign}-{look})"' if look in PATTERNED else ""


def _sign(frame: Frame) -> str:
    """Tells the patterns of one picture from those of others on the page."""
    return f"{crc32(frame['summary'].encode()):x}"


def bar_patterns(sign: str) -> str:
    """The patterns of all looks that have one."""
    return "".join(_pattern(look, sign) for look in PATTERNED)


def _pattern(look: str, sign: str) -> str:
    alarm = "" if look == "attaching" else " kl-alarm"
    shape = '<path class="kl-hatch" d="M0 0V7"/>'
    if look == "detaching":
        shape = '<circle class="kl-hatch" cx="3.5" cy="3.5" r="1"/>'
    if look == "silent":
        shape = '<path class="kl-hatch" d="M3.5 0V7"/>'
    turn = ' patternTransform="rotate(45)"' if look == "attaching" else ""
    shape = shape.replace('class="kl-hatch"', f'class="kl-hatch{alarm}"')
    return (
        f'<pattern id="kl-disk-{sign}-{look}" width="7" height="7" '
        f'patternUnits="userSpaceOnUse"{turn}>'
        f'<rect class="kl-ground" width="7" height="7"/>{shape}</pattern>'
    )


def _ticks(scale: Scale, height: int) -> str:
    return "".join(
        f'<path class="kl-axis" d="M{scale.x(time)} {HEAD - 6}V{height - FOOT + 4}"/>'
        f"{label(time, scale, height - 8)}"
        for time in moments(scale)
    )


def _keys(frame: Frame) -> str:
    """What the looks of bars and signs mean."""
    bars = [key(look, meaning, _sign(frame)) for look, meaning in LOOKS.items()]
    entry = '<path class="kl-entry" d="M9 3h7l-3.5 6z"/>'
    lost = '<path class="kl-lost" d="M8 1l10 10m0 -10l-10 10"/>'
    signs = [
        f'<li><svg viewBox="0 0 26 12" aria-hidden="true">{shape}</svg>{meaning}</li>'
        for shape, meaning in ((entry, "something is written"), (lost, "all of it is lost"))
    ]
    return f'<ul class="kl-keys">{"".join(bars + signs)}</ul>'


def key(look: str, meaning: str, sign: str) -> str:
    """An entry of a legend of bars."""
    return (
        f'<li><svg viewBox="0 0 26 12" aria-hidden="true"><rect class="kl-{look}" x="1" y="1"'
        f'{fill(look, sign)} width="24" height="10"/></svg>{meaning}</li>'
    )


def _told(frame: Frame) -> str:
    items = "".join(
        f'<li><b class="kl-{tone(mark)}">{number}</b> {mark["timeText"]} '
        f"{escape(mark['text'])}</li>"
        for number, mark in enumerate(frame["marks"], 1)
    )
    more = f"<p>{frame['hidden']} earlier marks are not drawn.</p>" if frame["hidden"] else ""
    return f'<ol class="kl-keys">{items}</ol>{more}' if items else ""
