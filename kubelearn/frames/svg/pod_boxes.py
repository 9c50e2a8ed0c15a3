"""Pods as small boxes with a letter: with their names where there is room, else packed."""

from __future__ import annotations

from functools import cache

from kubelearn.frames.palette import edge
from kubelearn.frames.source import Row
from kubelearn.frames.states import STATES
from kubelearn.frames.svg.sheet import FONT, escaped, shorten, text

BOX, PITCH = 18, 21
DASHES = {"solid": "none", "dashed": "4 2", "dotted": "1.5 2"}
NAMED_MOST = 12
"""Names are written while no node carries more pods than this."""

_USE = {name: f'<use href="#kl-box-{name}" x="' for name in STATES}


@cache
def definitions() -> str:
    """One box a state, for the pods to refer to.

    Styles are written on the elements: rules do not reach what `use` draws in every viewer.
    """
    return f"<defs>{''.join(map(_definition, STATES))}</defs>"


def _definition(name: str) -> str:
    state, dash = STATES[name], DASHES[STATES[name].outline]
    outline = f"fill:var(--kl-{name}-fill);stroke:var(--kl-{name}-edge)"
    return (
        f'<g id="kl-box-{name}"><rect x=".5" y=".5" width="{BOX - 1}" height="{BOX - 1}" rx="3" '
        f'fill="{state.light.fill}" stroke="{edge(name, "light")}" stroke-dasharray="{dash}" '
        f'style="{outline}"/><text x="9" y="13" text-anchor="middle" font-weight="700" '
        f'fill="{state.light.ink}" style="font:700 11px {FONT};fill:var(--kl-{name}-ink)">'
        f"{state.letter}</text></g>"
    )


def box(state: str, x: int, y: int, title: str) -> str:
    """One box; `title` (already escaped) is what pointing at it shows."""
    return f'{_USE[state]}{x}" y="{y}"><title>{title}</title></use>'


def pod_boxes(pods: list[Row], width: int, named: bool) -> tuple[str, int]:
    """The pods in a column `width` pixels wide, and the height they take."""
    statuses = {status: escaped(status) for status in {pod["status"] for pod in pods}}
    if named:
        drawn = [_named(pod, at * PITCH, width, statuses) for at, pod in enumerate(pods)]
        return "".join(drawn), len(pods) * PITCH
    across = width // PITCH
    # Names need no escaping: the API takes nothing but DNS names.
    drawn = [
        f"{_USE[pod['state']]}{place}<title>{pod['namespace']}/{pod['name']}: "
        f"{statuses[pod['status']]}</title></use>"
        for pod, place in zip(pods, _places(across, len(pods)), strict=True)
    ]
    return "".join(drawn), -(-len(pods) // across) * PITCH


@cache
def _places(across: int, count: int) -> tuple[str, ...]:
    """Where boxes lie, row by row, as the rest of their opening tags."""
    spots = (divmod(at, across) for at in range(count))
    return tuple(f'{column * PITCH}" y="{row * PITCH}">' for row, column in spots)


def _named(pod: Row, y: int, width: int, statuses: dict[str, str]) -> str:
    status = "" if pod["state"] == "running" else pod["status"]
    room = width - 30 - 6.1 * len(status)
    name = text(25, y + 13, shorten(pod["name"], room), "kl-muted" if pod["system"] else "")
    note = text(width, y + 13, status, "kl-muted", "end") if status else ""
    title = f"{pod['namespace']}/{pod['name']}: {statuses[pod['status']]}"
    return box(pod["state"], 0, y, title) + name + note
