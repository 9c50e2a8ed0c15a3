"""The colours of pictures, for the light and the dark theme, as a table and as CSS variables.

Text on every surface that it stands on has a contrast of at least 4.5:1, lines that carry meaning
3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.frames.states import STATES


class Tone(NamedTuple):
    """One colour of the picture in both themes, #rrggbb."""

    light: str
    dark: str


SURFACES: dict[str, Tone] = {
    "page": Tone("#ffffff", "#15181d"),
    "card": Tone("#f6f7f9", "#1d2127"),
    "track": Tone("#e3e6eb", "#30363f"),
}
"""What things stand on."""

INKS: dict[str, Tone] = {
    "ink": Tone("#1c2026", "#e8ebf0"),
    "muted": Tone("#555c68", "#a9b1be"),
    "accent": Tone("#0b5d8a", "#7cc4ee"),
    "alarm": Tone("#a83400", "#ff9a66"),
}
"""What is written and drawn on surfaces, as text or as a line with a meaning."""

LINES: dict[str, Tone] = {"line": Tone("#d5d9e0", "#363d47")}
"""Lines that only tidy up; nothing is lost without them."""


def variables(theme: str) -> str:
    """The CSS custom properties of a theme, "light" or "dark"."""
    tones = SURFACES | INKS | LINES
    plain = {name: getattr(tone, theme) for name, tone in tones.items()}
    for name, state in STATES.items():
        paint = getattr(state, theme)
        plain |= {f"{name}-ink": paint.ink, f"{name}-fill": paint.fill}
        plain[f"{name}-edge"] = edge(name, theme)
    return "".join(f"--kl-{name}:{colour};" for name, colour in plain.items())


def themed(selector: str, rules: str) -> str:
    """A style element: both themes, by the system's wish and by JupyterLab's own attribute."""
    light, dark = variables("light"), variables("dark")
    return (
        f"<style>{selector}{{{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{{selector}{{{dark}}}}}"
        f'[data-jp-theme-light="true"] {selector}{{{light}}}'
        f'[data-jp-theme-light="false"] {selector}{{{dark}}}'
        f"@media print{{{selector}{selector}{{{light}}}}}"
        f"{rules}</style>"
    )


def edge(state: str, theme: str) -> str:
    """The colour of a state's outline: of its ink and its fill the one that stands out."""
    paint = getattr(STATES[state], theme)
    page = getattr(SURFACES["page"], theme)
    return str(max(paint, key=lambda colour: contrast(colour, page)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
