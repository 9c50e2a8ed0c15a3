"""What a front end may say: one small message a gesture.

A new gesture is one line here and one in the front end.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.widgets.player import Player
from kubelearn.widgets.session import Message


def receive(player: Player, message: Message) -> None:
    """Do what a front end asks for; errors are shown in the widget."""
    kind = message.get("type", "")
    if kind in QUICK:
        QUICK[kind](player, message)
    elif kind in MESSAGES:
        player.clear_error()
        player.callbacks.run(MESSAGES[kind], player, message)
    else:
        player.show_error(f"unknown message {kind!r}: use one of {', '.join(QUICK | MESSAGES)}")


def _drawn(player: Player, message: Message) -> None:
    player.drawn = max(player.drawn, int(message["n"]))


def _hello(player: Player, _: Message) -> None:
    player.show_all()
    player.drawn = player.number


def _select(player: Player, message: Message) -> None:
    player.selected = message.get("key") or None
    player.tab = message.get("tab", player.tab)
    player.show(strip=False)


QUICK: dict[str, Callable[[Player, Message], None]] = {
    "ping": lambda player, _: player.answer_ping(),
    "drawn": _drawn,
}
"""Answered at once, without the clusters' locks."""

MESSAGES: dict[str, Callable[[Player, Message], None]] = {
    "hello": _hello,
    "select": _select,
    "play": lambda player, _: player.play(),
    "pause": lambda player, _: player.pause(),
    "step": lambda player, _: player.step(),
    "speed": lambda player, message: player.set_speed(float(message["speed"])),
    "look": lambda player, message: player.look(int(message["time"])),
    "now": lambda player, _: player.look(player.control()["end"]),
    "go-on": lambda player, _: player.go_on(),
}
"""Run with the clusters' locks held."""
