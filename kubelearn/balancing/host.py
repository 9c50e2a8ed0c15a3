"""What a balancer knows of a host and of a request, and what a balancer is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Host(NamedTuple):
    """One that requests can go to."""

    key: str
    """What tells it from the others: "address:port", which is what is hashed."""
    weight: int = 1


def no_chance(count: int, index: int = 0) -> int:  # noqa: ARG001
    """The draw of a request that brings no chance: always the first."""
    return 0


def idle(key: str) -> int:  # noqa: ARG001
    """The load of hosts of which nothing is known."""
    return 0


class Ask(NamedTuple):
    """One request, as far as a balancer may see it."""

    hash: int | None = None
    """What the hash policies found; None when no policy found anything."""
    draw: Callable[[int, int], int] = no_chance
    """`draw(n, index)` is a number in [0, n); each index is another draw."""
    active: Callable[[str], int] = idle
    """How many requests a host (by key) is working on."""


class Balancer(Protocol):
    """Picks one host after the other from a fixed list."""

    def pick(self, ask: Ask) -> Host | None:
        """The host for a request; None when there are no hosts."""

    def fork(self) -> Balancer:
        """A copy that goes on by itself."""
