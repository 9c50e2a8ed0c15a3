"""The path of a request: a strip on which its packet walks, and a card for each hop.

The packet moves by CSS only, and not at all for those who want no motion; then the numbers on the
strip tell the order. Layers differ by shape and label as well as by tone.
"""

from __future__ import annotations

from html import escape
from zlib import crc32

from kubelearn.frames.html.sheet import sheet
from kubelearn.frames.request_path import LAYER_WORDS
from kubelearn.frames.source import Frame, Row

WIDTH, EDGE, TOP, LEVEL = 860, 78, 44, 78
APART = 68
"""The least distance of two stops: the longest name of a hop has room."""
SMALLEST = 0.75
"""How far a long strip is made smaller before it has to be scrolled."""
LETTER = 6.2
"""Pixels that a letter takes."""
SECONDS = 1.2
"""For each hop: half of it the packet moves, half of it it rests."""
BACK = 11
"""By how many pixels the way back is drawn lower."""
SHAPES = {
    "client": '<circle r="9"/>',
    "name": '<circle r="9" stroke-dasharray="3 2"/>',
    "L3": '<path d="M-9 8L0 -9L9 8Z"/>',
    "L4": '<path d="M-11 0L0 -11L11 0L0 11Z"/>',
    "L7": '<rect x="-10" y="-10" width="20" height="20" rx="3"/>',
}
_RULES = (
    ".kl-figure .kl-path svg{display:block;width:100%;height:auto}"
    ".kl-path text{font:11px system-ui,'Segoe UI',Arial,sans-serif;fill:var(--kl-muted);"
    "text-anchor:middle;paint-order:stroke;stroke:var(--kl-page);stroke-width:3px}"
    ".kl-path .kl-name{font-weight:600;fill:var(--kl-ink)}"
    ".kl-path .kl-stop{fill:var(--kl-card);stroke:var(--kl-accent);stroke-width:2}"
    ".kl-path .kl-way{fill:none;stroke:var(--kl-accent);stroke-width:1.6}"
    ".kl-path .kl-way.kl-back{stroke:var(--kl-muted);stroke-dasharray:5 3}"
    ".kl-path .kl-cross{stroke:var(--kl-alarm);stroke-width:3}"
    ".kl-path .kl-packet{fill:var(--kl-alarm);stroke:var(--kl-page);stroke-width:1.5;opacity:0}"
    ".kl-figure.kl-figure .kl-hops{gap:8px;margin-top:8px}"
    ".kl-figure.kl-figure .kl-hops>li{flex:1 1 215px;max-width:420px;margin:0;padding:6px 9px;"
    "border:1px solid var(--kl-line);border-top:3px solid var(--kl-accent);border-radius:6px;"
    "background:var(--kl-card);overflow-wrap:anywhere;font-size:12px;line-height:1.35}"
    ".kl-figure.kl-figure .kl-hops>li.kl-back{border-top:3px dashed var(--kl-muted)}"
    ".kl-figure.kl-figure .kl-hops>li.kl-bad{border-top:3px double var(--kl-alarm)}"
    ".kl-figure .kl-hops b,.kl-figure .kl-hops small,.kl-figure .kl-hops span{display:block}"
    ".kl-figure .kl-hops small{color:var(--kl-muted);font-size:11px}"
    ".kl-figure .kl-hops .kl-sees{margin:3px 0;padding-left:6px;"
    "border-left:2px solid var(--kl-accent)}"
    ".kl-figure .kl-hops .kl-blind{color:var(--kl-muted);text-decoration:line-through}"
    ".kl-figure.kl-figure .kl-hops code{padding:0;font-size:11px;color:var(--kl-muted);"
    "background:none}"
    ".kl-figure .kl-path label{display:inline-block;margin:2px 0;color:var(--kl-ink);"
    "font-size:12px;cursor:pointer}"
    "@media(prefers-reduced-motion:reduce){.kl-figure .kl-path label{display:none}}"
)


def request_path_html(frame: Frame) -> str:
    """The frame of `request_path`."""
    if not frame["hops"]:
        return sheet("path", frame["summary"], "")
    places = _places(frame)
    sign = f"kl-{crc32(frame['summary'].encode()):x}"
    cards = "".join(_card(hop, place, frame) for place, hop in enumerate(frame["hops"]))
    body = (
        f'<div class="kl-path {sign}"><style>{_RULES}{_motion(frame, places, sign)}</style>'
        f"{_strip(frame, places)}"
        '<label><input type="checkbox" checked data-lm-suppress-shortcuts="true"> '
        "move the packet (off and on: once more)</label>"
        f'<ol class="kl-hops">{cards}</ol></div>'
    )
    return sheet("path", frame["summary"], body)


def _places(frame: Frame) -> dict[str, tuple[float, float]]:
    """Where each station stands."""
    gap = _gap(frame)
    return {
        one["key"]: (round(EDGE + number * gap, 1), TOP + LEVEL * one["level"])
        for number, one in enumerate(frame["stations"])
    }


def _gap(frame: Frame) -> float:
    """The distance of two stops."""
    return max(APART, (WIDTH - 2 * EDGE) / max(1, len(frame["stations"]) - 1))


def _strip(frame: Frame, places: dict[str, tuple[float, float]]) -> str:
    depth = max(one["level"] for one in frame["stations"])
    height = TOP + LEVEL * depth + 52
    stops = "".join(_stop(one, places, frame) for one in frame["stations"])
    width = max(WIDTH, round(2 * EDGE + _gap(frame) * (len(frame["stations"]) - 1)))
    least = f"min-width:{max(560, round(width * SMALLEST))}px"
    told = "The way of the packet; the hops are told in words below."
    return (
        f'<svg viewBox="0 0 {width} {height}" style="{least}" role="img" aria-label="{told}">'
        f"{_ways(frame, places)}{stops}{_end(frame, places)}"
        '<circle class="kl-packet" r="6"/></svg>'
    )


def _ways(frame: Frame, places: dict[str, tuple[float, float]]) -> str:
    drawn: dict[str, None] = {}
    for before, hop in zip(frame["hops"], frame["hops"][1:], strict=False):
        if before["station"] == hop["station"] or _is_silent(hop, frame):
            continue
        low = BACK if hop["way"] == "back" else 0
        look = "kl-way kl-back" if low else "kl-way"
        begin, end = places[before["station"]], places[hop["station"]]
        line = "L".join(f"{x} {y + low}" for x, y in (begin, *_corner(begin, end), end))
        drawn[f'<path class="{look}" d="M{line}"/>'] = None
    return "".join(drawn)


def _corner(begin: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Where the way back to the program that asked turns: straight, it would cross out names."""
    return [(begin[0], end[1])] if end[1] < begin[1] else []


def _is_silent(hop: Row, frame: Frame) -> bool:
    """Whether the client only gives up: no packet comes back."""
    return hop["way"] == "back" and not frame["arrived"]


def _stop(one: Row, places: dict[str, tuple[float, float]], frame: Frame) -> str:
    x, y = places[one["key"]]
    gap = _gap(frame)
    fits = int(min(gap, 2 * EDGE) / LETTER)
    numbers = [str(hop["number"]) for hop in frame["hops"] if hop["station"] == one["key"]]
    place = one["place"] if len(one["place"]) <= fits else f"{one['place'][: fits - 1]}…"
    return (
        f'<g transform="translate({x} {y})"><title>{escape(one["place"])}</title>'
        f'<g class="kl-stop">{SHAPES[one["layer"]]}</g>'
        f'<text class="kl-name" y="-27">{escape(one["hop"])}</text>'
        f'<text y="-15">{", ".join(numbers)}</text>'
        f'<text y="30">{escape(place)}</text><text y="43">{one["layer"]}</text></g>'
    )


def _end(frame: Frame, places: dict[str, tuple[float, float]]) -> str:
    """A cross where the request found its end."""
    if frame["ok"]:
        return ""
    x, y = places[_last_out(frame)["station"]]
    return f'<path class="kl-cross" d="M{x - 8} {y - 8}l16 16m0 -16l-16 16"/>'


def _last_out(frame: Frame) -> Row:
    return [hop for hop in frame["hops"] if hop["way"] == "out"][-1]  # type: ignore[no-any-return]


def _card(hop: Row, place: int, frame: Frame) -> str:
    arrow = "←" if hop["way"] == "back" else "→"
    bad = not frame["ok"] and (hop is _last_out(frame) or hop is frame["hops"][-1])
    look = "kl-bad" if bad else f"kl-{hop['way']}"
    level = f"{'› ' * hop['level']}" if hop["level"] else ""
    carried = f"<small>wire: {escape(hop['carried'])}</small>" if hop["carried"] else ""
    chains = f"<code>{escape(' → '.join(hop['chains']))}</code>" if hop["chains"] else ""
    return (
        f'<li class="{look}" style="--at:{place}"><b>{arrow} {hop["number"]}. '
        f"{level}{escape(hop['hop'])}</b>"
        f"<small>{escape(hop['place'])} · {hop['afterText']} · {_layer(hop)}</small>"
        f"{carried}{_sees(hop)}<span>{escape(hop['decided'])}</span>{chains}</li>"
    )


def _layer(hop: Row) -> str:
    layer, words = hop["layer"], LAYER_WORDS[hop["layer"]]
    if not hop["sees"]:
        return escape(layer)
    return escape(f"{layer} {words}" if layer.startswith("L") else words)


def _sees(hop: Row) -> str:
    if not hop["sees"]:
        return ""
    lines = "".join(f"<span>{escape(what)} {escape(value)}</span>" for what, value in hop["sees"])
    blind = f'<span class="kl-blind">{escape(hop["hidden"])}</span>' if hop["hidden"] else ""
    return f'<div class="kl-sees">{lines}{blind}</div>'


def _motion(frame: Frame, places: dict[str, tuple[float, float]], sign: str) -> str:
    """The keyframes of the packet and of the cards, for those who have nothing against motion."""
    hops = frame["hops"]
    share = 100 / len(hops)
    steps = []
    last: tuple[float, float] | None = None
    for number, hop in enumerate(hops):
        x, y = places[hop["station"]]
        y += BACK if hop["way"] == "back" else 0
        silent = _is_silent(hop, frame)
        if silent:
            x, y = places[hops[number - 1]["station"]]
        begin, rest = number * share, (number + 0.5) * share
        for turn_x, turn_y in _corner(last, (x, y)) if last else ():
            turn = (number - 0.25) * share
            steps.append(f"{turn:.2f}%{{transform:translate({turn_x}px,{turn_y}px)}}")
        steps.append(f"{begin:.2f}%,{rest:.2f}%{{transform:translate({x}px,{y}px);"
                     f"opacity:{0 if silent else 1}}}")  # fmt: skip
        last = (x, y)
    time = f"{len(hops) * SECONDS:.1f}s"
    return (
        f"@keyframes {sign}-go{{{''.join(steps)}}}"
        f"@keyframes {sign}-lit{{0%,{share * 0.8:.2f}%{{box-shadow:0 0 0 2px var(--kl-accent)}}"
        f"{share:.2f}%{{box-shadow:none}}}}"
        "@media(prefers-reduced-motion:no-preference){"
        f".{sign}:has(input:checked) .kl-packet{{animation:{sign}-go {time} linear 2}}"
        f".{sign}:has(input:checked) .kl-hops>li{{animation:{sign}-lit {time} linear 2;"
        f"animation-delay:calc(var(--at)*{SECONDS}s)}}}}"
    )
