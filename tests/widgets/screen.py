"""A front end without a browser: it keeps the frames as the real one does."""

from __future__ import annotations

from typing import Any

from kubelearn.frames.changes import apply_changes
from kubelearn.widgets.messages import receive
from kubelearn.widgets.player import Player


class Screen:
    """Says hello and follows the messages of a player."""

    def __init__(self, *clusters: Any, names: tuple[str, ...] = ()) -> None:
        self.messages: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self.control: dict[str, Any] = {}
        self.error = ""
        self.player = Player(clusters, self.hear, names)
        self.say("hello")

    def say(self, kind: str, **more: Any) -> None:
        """One message to the kernel."""
        receive(self.player, {"type": kind, **more})

    def hear(self, message: dict[str, Any]) -> None:
        """One message from the kernel."""
        self.messages.append(message)
        if message["type"] == "error":
            self.error = message["text"]
        if message["type"] == "frames":
            self.frames = message["frames"]
        if message["type"] == "change":
            pairs = zip(self.frames, message["d"], strict=True)
            self.frames = [apply_changes(frame, delta) for frame, delta in pairs]
        self.control = message.get("control", self.control)

    def kinds(self) -> list[str]:
        """What was heard, in order."""
        return [message["type"] for message in self.messages]

    def pods(self, place: int = 0) -> set[str]:
        """Names of the pods on a board."""
        return {row["name"] for row in self.frames[place]["pods"]}
