"""A program that passes requests on: the words in which it tells the network what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.traffic.proxying import NO_HEADERS


class Ask(NamedTuple):
    """A request that a program makes for the one that it was sent."""

    url: str
    method: str
    headers: Mapping[str, str]
    timeout: int = 0
    """ns until it stops waiting for the answer; 0 = as long as its client waits."""
    connect_timeout: int = 0
    """ns until it stops waiting for the connection; 0 = as long as for the answer."""


class Reply(NamedTuple):
    """How such a request ended."""

    status: int = 0
    failure: str = ""
    """Why no answer came: "refused", "unreachable", "name", "reset", "connect" (nobody took the
    connection in time) or "timeout"."""
    body: str = ""
    response: Mapping[str, str] = NO_HEADERS


class Move(NamedTuple):
    """What the program does next: it asks somebody, or it answers."""

    texts: tuple[str, ...]
    """For the trace."""
    memo: Any = None
    """What it has to remember until the reply; immutable."""
    ask: Ask | None = None
    wait: int = 0
    """ns before it asks or answers."""
    status: int = 0
    body: str = ""
    response: Mapping[str, str] = NO_HEADERS
