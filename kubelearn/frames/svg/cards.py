"""Node cards: name, condition, capacity bars and the node's pods."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.frames.source import Row
from kubelearn.frames.svg.pod_boxes import pod_boxes
from kubelearn.frames.svg.sheet import escaped, shorten, text

CARD_WIDTH, PAD = 300, 12
INNER = CARD_WIDTH - 2 * PAD
_BARS = ((PAD, 78), (PAD + 88, 104), (PAD + 202, 74))
"""Left edge and width of the bars: amounts of memory are the longest texts."""
_NAMES = {"cpu": "cpu", "memory": "mem", "pods": "pods"}
FULL = 0.9
"""From this share on a capacity bar is drawn as full."""


class Card(NamedTuple):
    """A drawn card without its outline, which waits for the height of its row."""

    height: int
    look: str
    title: str
    body: str

    def frame(self, height: int) -> str:
        """The outline at a height."""
        return (
            f'<rect class="{self.look}" width="{CARD_WIDTH}" height="{height}" rx="6">'
            f"<title>{self.title}</title></rect>"
        )


def node_card(node: Row, pods: list[Row], named: bool) -> Card:
    """A node with its pods."""
    boxes, height = pod_boxes(pods, INNER, named)
    down = node["state"] != "ready"
    head = text(PAD, 21, shorten(node["name"], INNER - 130), "kl-strong")
    look = "kl-alarm kl-strong" if down else "kl-muted"
    status = text(CARD_WIDTH - PAD, 21, node["status"], look, "end")
    bars = "".join(_bar(bar, x, width) for bar, (x, width) in zip(node["bars"], _BARS, strict=True))
    body = f'{head}{status}{bars}<g transform="translate({PAD} 62)">{boxes}</g>'
    title = escaped(", ".join([node["name"], node["status"], *node["taints"]]))
    return Card(62 + height + 9, "kl-card kl-down" if down else "kl-card", title, body)


def waiting_card(pods: list[Row], named: bool) -> Card:
    """The pods that have no node."""
    boxes, height = pod_boxes(pods, INNER, named)
    head = text(PAD, 21, f"Without a node: {len(pods)}", "kl-strong")
    body = f'{head}<g transform="translate({PAD} 32)">{boxes}</g>'
    return Card(32 + height + 9, "kl-card", "Pods without a node", body)


def _bar(bar: Row, x: int, width: int) -> str:
    """A track, its filled part, and the numbers above it."""
    share = min(1.0, bar["used"] / bar["total"]) if bar["total"] else 0.0
    words = f"{_NAMES[bar['key']]} {bar['usedText']}/{bar['totalText']}"
    return (
        f'<text x="{x}" y="40" class="kl-small">{shorten(words, width, 5.6)}</text>'
        f'<rect class="kl-track" x="{x}" y="46" width="{width}" height="5" rx="2.5"/>'
        f'<rect class="{"kl-full" if share >= FULL else "kl-bar"}" x="{x}" y="46" '
        f'width="{share * width:.1f}" height="5" rx="2.5"/>'
    )
