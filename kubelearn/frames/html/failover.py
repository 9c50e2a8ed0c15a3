"""Failover: lanes of requests above bars of what stood behind them, on one time axis.

Set-ups side by side stand below each other, so that one moment is at one place in all of them; a
table before them compares their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kubelearn.frames.html import lanes, tracks
from kubelearn.frames.html.axis import WIDTH, Scale, label, mark_lines, moments
from kubelearn.frames.html.sheet import cell, folded, row_head, sheet, table
from kubelearn.frames.html.side_by_side import side_by_side
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.clock import SECOND

LEFT = 232
HEAD, BAR, GAP, FOOT = 34, 17, 8, 24
LANE = lanes.HEIGHT + lanes.GAP
MEANINGS = {
    "attached": "Ready, healthy, in use",
    "detaching": "dead but still Ready, or ending",
    "silent": "NotReady, unhealthy",
    "attaching": "initial: not checked yet",
    "running": "DNS answer",
}
"""What the looks of bars mean here."""
_WORDS = "Requests over time, and below them DNS answers, nodes, targets and endpoints."
HEADS = ("set-up", "sent", "answered", "lost", "how", "users are well again", "p95 before, after")
_RULES = (
    ".kl-figure .kl-failover svg[role=img]{display:block;width:100%;min-width:660px;height:auto}"
    ".kl-figure .kl-failover details{"
    "margin-top:10px}.kl-figure .kl-failover summary{font-weight:600}"
    ".kl-figure.kl-figure .kl-failover td:nth-child(5){white-space:normal}"
)


def failover_html(frame: Frame) -> str:
    """The frame of `failover`."""
    if not frame["lanes"]:
        return sheet("failover", frame["summary"], "")
    return sheet("failover", frame["summary"], _styled(_picture(frame, lanes.sign(frame))))


def failovers_html(frame: Frame, names: Sequence[str]) -> str:
    """The frame of `failovers`; `names` say what the set-ups are."""
    named = zip(names, frame["sides"], strict=True)
    compared = table(HEADS, [_compared(name, side["numbers"]) for name, side in named])
    return side_by_side(frame, names, _picture, lambda parts: _styled(compared + parts))


def _styled(body: str) -> str:
    rules = f"{lanes.RULES}{tracks.RULES}{_RULES}"
    return f'<div class="kl-failover"><style>{rules}</style>{body}</div>'


def _compared(name: str, numbers: Row) -> str:
    if not numbers:
        return f"<tr>{row_head(name)}{cell('no load')}{cell('') * 5}</tr>"
    how = ", ".join(f"{count:,} {reason}" for reason, count in numbers["reasons"].items())
    p95 = ", ".join(f"{each:g} ms" if each is not None else "–"
                    for each in (numbers["p95"], numbers["p95After"]))  # fmt: skip
    counts = "".join(cell(f"{numbers[key]:,}", "kl-number") for key in ("sent", "answered", "lost"))
    words = cell(how or "–") + cell(numbers["recoveryText"]) + cell(p95)
    return f"<tr>{row_head(name)}{counts}{words}</tr>"


def _picture(frame: Frame, sign: str) -> str:
    """Lanes and tracks in one drawing, then what the looks and the marks mean."""
    scale = Scale(frame["start"], frame["end"], LEFT)
    top = HEAD + 18 + len(frame["lanes"]) * LANE - 8
    rows, height = _rows(frame["tracks"], top, scale, sign)
    height += FOOT
    drawn = "".join(
        lanes.draw_lane(lane, HEAD + 18 + place * LANE, scale, sign)
        for place, lane in enumerate(frame["lanes"])
    )
    ticks = "".join(label(time, scale, height - 8) for time in moments(scale))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{_WORDS}">'
        f'<defs class="kl-lanes">{lanes.patterns(frame, sign)}</defs>'
        f'<defs class="kl-tracks">{tracks.bar_patterns(sign)}</defs>'
        f'<g class="kl-tracks">{rows}</g><g class="kl-lanes">{drawn}'
        f"{mark_lines(frame['marks'], scale, HEAD, height - FOOT)}{ticks}</g></svg>"
        f'<div class="kl-lanes">{lanes.legends(frame, sign)}</div>'
        f'<div class="kl-tracks">{_keys(frame, sign)}</div>'
        f'<div class="kl-lanes">{lanes.told(frame)}</div>'
        f"{folded('The numbers', lanes.numbers(frame) + _spans(frame))}"
    )


def _rows(rows: list[Row], top: float, scale: Scale, sign: str) -> tuple[str, float]:
    """The bars below the lanes, and where they end."""
    parts, group = [], ""
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            top += GAP
            parts.append(f'<text class="kl-small" x="4" y="{top + BAR - 5:g}">{group}</text>')
        name = tracks.fitting(row["label"][::-1], LEFT - 76)[::-1]  # the end tells more
        parts.append(f'<text x="68" y="{top + BAR - 5:g}"><title>{escape(row["label"])}</title>'
                     f"{escape(name)}</text>")  # fmt: skip
        for span in row["spans"]:
            place = scale.x(span["start"]), scale.x(span["end"])
            parts.append(tracks.bar(span["look"], (span["words"],), place, top, BAR - 3, sign))
        top += BAR
    return "".join(parts), top


def _keys(frame: Frame, sign: str) -> str:
    """What the looks of the bars mean, of those that are there."""
    there = {span["look"] for row in frame["tracks"] for span in row["spans"]}
    items = "".join(
        tracks.key(look, meaning, sign) for look, meaning in MEANINGS.items() if look in there
    )
    return f'<ul class="kl-keys">{items}</ul>' if items else ""


def _spans(frame: Frame) -> str:
    """The bars as a table."""
    rows = [
        f"<tr>{row_head(row['group'])}{cell(row['label'])}{cell(span['words'])}"
        f"{cell(_seconds(span['start']), 'kl-number')}</tr>"
        for row in frame["tracks"]
        for span in row["spans"]
    ]
    return table(("what", "name", "state", "since"), rows) if rows else ""


def _seconds(time: int) -> str:
    return f"{time / SECOND:.1f} s"
