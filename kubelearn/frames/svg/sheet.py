"""What all SVG pictures share: the outer element with title, description and style."""

from __future__ import annotations

from functools import cache
from html import escape

from kubelearn.frames.palette import themed

FONT = "system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif"
_RULES = (
    f".kl-svg text{{font:11px {FONT};fill:var(--kl-ink)}}"
    ".kl-svg .kl-muted{fill:var(--kl-muted)}.kl-svg .kl-alarm{fill:var(--kl-alarm)}"
    ".kl-svg .kl-strong{font-weight:600}.kl-svg .kl-title{font-size:15px;font-weight:600}"
    ".kl-svg .kl-small{font-size:10px;fill:var(--kl-muted)}"
    ".kl-svg .kl-page{fill:var(--kl-page)}"
    ".kl-svg .kl-card{fill:var(--kl-card);stroke:var(--kl-line)}"
    ".kl-svg .kl-down{stroke:var(--kl-alarm);stroke-width:1.5;stroke-dasharray:5 3}"
    ".kl-svg .kl-track{fill:var(--kl-track)}.kl-svg .kl-bar{fill:var(--kl-accent)}"
    ".kl-svg .kl-full{fill:var(--kl-alarm)}"
)


@cache
def style() -> str:
    """The style element of these pictures."""
    return themed(".kl-svg", _RULES)


def sheet(title: str, description: str, width: int, height: int, body: str) -> str:
    """A whole SVG document; title and description are what screen readers say."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kl-svg" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{style()}"
        f'<rect class="kl-page" width="{width}" height="{height}" rx="8"/>{body}</svg>'
    )


def escaped(words: str) -> str:
    """The words with what means something in SVG escaped; names rarely hold any."""
    return escape(words) if "&" in words or "<" in words or ">" in words else words


def text(x: int, y: int, words: str, style_class: str = "", anchor: str = "") -> str:
    """One line of text; (x, y) is the left (or the anchored) end of its base line."""
    look = f' class="{style_class}"' if style_class else ""
    hold = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}"{look}{hold}>{escaped(words)}</text>'


def shorten(words: str, width: float, letter: float = 6.1) -> str:
    """The words cut in the middle to fit `width` pixels; both ends tell names apart."""
    if len(words) * letter <= width:
        return words
    most = int(width / letter)
    tail = max(1, min(6, most // 3))
    return words[: most - tail - 1] + "…" + words[-tail:]
