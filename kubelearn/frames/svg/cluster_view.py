"""The cluster view as SVG: zones, node cards with capacity bars, pods, workloads, legend."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from kubelearn.frames.pods import by_node
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.states import STATES, count_states
from kubelearn.frames.svg.cards import CARD_WIDTH, Card, node_card, waiting_card
from kubelearn.frames.svg.pod_boxes import NAMED_MOST, box, definitions
from kubelearn.frames.svg.sheet import sheet, shorten, text

COLUMNS = 3
MARGIN, GAP = 16, 12
WIDTH = 2 * MARGIN + COLUMNS * CARD_WIDTH + (COLUMNS - 1) * GAP
EVENTS = 5
"""How many of the newest events are written below the picture."""


def cluster_view_svg(frame: Frame) -> str:
    """The frame of `cluster_view` as one SVG document, `WIDTH` pixels wide."""
    placed = by_node(frame)
    named = max(map(len, placed.values()), default=0) <= NAMED_MOST
    parts = [definitions(), text(MARGIN, 30, f"Cluster at {frame['timeText']}", "kl-title")]
    parts.append(text(MARGIN, 50, frame["summary"], "kl-muted"))
    y = _lists(frame, parts, 74)
    for zone, nodes in groupby(frame["nodes"], key=lambda node: node["zone"]):
        parts.append(text(MARGIN, y + 11, zone or "no zone", "kl-muted kl-strong"))
        cards = [node_card(node, placed.get(node["name"], []), named) for node in nodes]
        y = _rows_of_cards(cards, parts, y + 20)
    if placed.get(""):
        y = _rows_of_cards([waiting_card(placed[""], named)], parts, y)
    y = _legend(frame, parts, y + 6)
    y = _events(frame["events"][-EVENTS:], parts, y)
    title = f"Cluster at {frame['timeText']}"
    return sheet(title, description(frame, placed), WIDTH, y + MARGIN, "".join(parts))


def description(frame: Frame, placed: dict[str, list[Row]]) -> str:
    """What the picture shows, in words: the summary and each node's pods."""
    nodes = [
        f"{node['name']} {node['status']}: {_counts_text(placed.get(node['name'], []))}"
        for node in frame["nodes"]
    ]
    return " ".join([frame["summary"], "; ".join(nodes) + "." if nodes else ""]).strip()


def _counts_text(pods: list[Row]) -> str:
    counts = count_states(pod["state"] for pod in pods)
    told = [f"{count} {STATES[name].label}" for name, count in counts.items()]
    return ", ".join(told) or "no pods"


def _rows_of_cards(cards: list[Card], parts: list[str], y: int) -> int:
    """Set cards in rows of equal height; returns where the next thing goes."""
    for start in range(0, len(cards), COLUMNS):
        row = cards[start : start + COLUMNS]
        height = max(card.height for card in row)
        for column, card in enumerate(row):
            x = MARGIN + column * (CARD_WIDTH + GAP)
            parts.append(f'<g transform="translate({x} {y})">{card.frame(height)}{card.body}</g>')
        y += height + GAP
    return y


def _lists(frame: Frame, parts: list[str], y: int) -> int:
    workloads = [f"{row['name']} {row['ready']}/{row['desired']}" for row in frame["workloads"]]
    services = [
        f"{row['name']} ({row['ready']} of {row['endpoints']} endpoints)"
        for row in frame["services"]
    ]
    for label, words in (("Workloads", workloads), ("Services", services)):
        if words:
            line = shorten("  ·  ".join(words), WIDTH - 2 * MARGIN - 74)
            parts.append(text(MARGIN, y, label, "kl-muted kl-strong"))
            parts.append(text(MARGIN + 74, y, line))
            y += 19
    return y


def _legend(frame: Frame, parts: list[str], y: int) -> int:
    """The states that occur, and what is left out."""
    x = MARGIN
    for name in frame["totals"]["states"]:
        parts.append(box(name, x, y, escape(STATES[name].meaning)))
        parts.append(text(x + 23, y + 13, STATES[name].label))
        x += 40 + round(6.4 * len(STATES[name].label))
    hidden = frame["hidden"]
    if hidden["pods"] or hidden["nodes"]:
        words = f"Not drawn: {hidden['pods']} calm pods, {hidden['nodes']} nodes."
        parts.append(text(MARGIN, y + 36, words, "kl-muted"))
        y += 22
    return y + 28


def _events(events: Iterable[Row], parts: list[str], y: int) -> int:
    for event in events:
        y += 17
        look = "kl-alarm" if event["type"] == "Warning" else "kl-muted"
        parts.append(text(MARGIN, y, f"{event['at']:>8}", "kl-muted"))
        parts.append(text(MARGIN + 62, y, shorten(event["reason"], 140), look))
        parts.append(text(MARGIN + 206, y, shorten(event["object"], 220)))
        parts.append(text(MARGIN + 430, y, shorten(event["message"], WIDTH - MARGIN - 446)))
    return y
