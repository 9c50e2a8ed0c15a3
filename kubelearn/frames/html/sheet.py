"""What all HTML pictures share: the outer element with its words, the style, and tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape

from kubelearn.frames.palette import themed

_FONT = "system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif"
_RULES = (
    f".kl-figure{{margin:0;padding:10px 12px;font:13px/1.4 {_FONT};color:var(--kl-ink);"
    "background:var(--kl-page);border:1px solid var(--kl-line);border-radius:8px;overflow:auto}"
    ".kl-figure figcaption{margin:0 0 8px;font-weight:600;text-align:left}"
    ".kl-figure p{margin:6px 0 0;color:var(--kl-muted)}"
    ".kl-figure.kl-figure table{width:auto;margin:0;border-collapse:collapse;font-size:12px;"
    "color:var(--kl-ink)}"
    ".kl-figure.kl-figure :is(th,td){padding:4px 9px;border:1px solid var(--kl-line);"
    "background:none;color:var(--kl-ink);font-weight:400;text-align:left;vertical-align:top;"
    "white-space:normal;max-width:340px}"
    ".kl-figure.kl-figure thead th{max-width:130px}"
    ".kl-figure.kl-figure.kl-figure tr{background:none}"
    ".kl-figure.kl-figure td:nth-child(2){white-space:nowrap}"
    ".kl-figure.kl-figure thead th{color:var(--kl-muted);font-weight:600}"
    ".kl-figure.kl-figure tbody th{font-weight:600;white-space:nowrap}"
    ".kl-figure.kl-figure .kl-number{text-align:right;font-variant-numeric:tabular-nums}"
    ".kl-figure.kl-figure .kl-heat{background:color-mix(in srgb,var(--kl-accent) var(--heat),"
    "var(--kl-page))}"
    ".kl-figure.kl-figure .kl-chosen :is(th,td){border-top:2px solid var(--kl-ink);"
    "border-bottom:2px solid var(--kl-ink);font-weight:700}"
    ".kl-figure.kl-figure .kl-refused td:last-child{max-width:560px}"
    ".kl-figure.kl-figure .kl-refused td{color:var(--kl-alarm);"
    "background:repeating-linear-gradient(135deg,var(--kl-page) 0 7px,var(--kl-card) 7px 9px)}"
    ".kl-figure summary{cursor:pointer;color:var(--kl-accent)}"
    ".kl-figure summary:focus-visible{outline:2px solid var(--kl-accent);outline-offset:1px}"
    ".kl-figure .kl-pair{display:grid;gap:12px;margin-bottom:10px;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr))}"
    ".kl-figure .kl-meter{display:inline-block;width:90px;height:9px;border:1px solid "
    "var(--kl-muted);border-radius:2px;background:var(--kl-track);vertical-align:middle;"
    "margin-right:6px;overflow:hidden}"
    ".kl-figure .kl-meter>span{display:block;height:100%;background:var(--kl-accent)}"
    ".kl-figure .kl-course{display:block;width:120px;height:30px;background:var(--kl-card)}"
    ".kl-figure .kl-course path{fill:none;stroke-width:1.6;vector-effect:non-scaling-stroke}"
    ".kl-figure .kl-cpu{stroke:var(--kl-accent)}"
    ".kl-figure .kl-memory{stroke:var(--kl-alarm);stroke-dasharray:4 2}"
    ".kl-figure.kl-figure ol{display:flex;flex-wrap:wrap;gap:3px;margin:0;"
    "padding:0;list-style:none}"
    ".kl-figure.kl-figure .kl-box{min-width:20px;margin:0;padding:1px 3px;"
    "border:1px solid var(--kl-accent);border-radius:4px;"
    "text-align:center;font-size:11px;animation:kl-land .45s backwards;"
    "animation-delay:var(--when)}"
    ".kl-figure .kl-box.kl-gone{border-style:dotted;color:var(--kl-muted);"
    "text-decoration:line-through}"
    # Not rendered while closed, so that opening lets the pods land again.
    ".kl-figure details:not([open])::details-content{content-visibility:visible;display:none}"
    "@keyframes kl-land{from{opacity:0;transform:translateY(-14px)}}"
    "@media(prefers-reduced-motion:reduce){.kl-figure.kl-figure .kl-box.kl-box{animation:none}}"
)


@cache
def style() -> str:
    """The style element of these pictures."""
    return themed(".kl-figure", _RULES)


def sheet(kind: str, summary: str, body: str) -> str:
    """One picture; its caption says in words what it shows. Long ones scroll by keyboard too."""
    words = escape(summary)
    return (
        f'<figure class="kl-figure" data-kl="{kind}" tabindex="0" aria-label="{words}">'
        f"{style()}<figcaption>{words}</figcaption>{body}</figure>"
    )


def table(heads: Iterable[str], rows: Iterable[str]) -> str:
    """A table of finished rows."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def cell(text: str, look: str = "", more: str = "") -> str:
    """A cell with a text."""
    named = f' class="{look}"' if look else ""
    return f"<td{named}{more}>{escape(text)}</td>"


def row_head(text: str) -> str:
    """The cell that names its row."""
    return f'<th scope="row">{escape(text)}</th>'


def folded(title: str, body: str, *, is_open: bool = False) -> str:
    """Something behind a title that Enter, Space or a click opens."""
    state = " open" if is_open else ""
    return f"<details{state}><summary>{escape(title)}</summary>{body}</details>"
