"""Where a request is in the chains of a gateway, and what the gateway remembers beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from kubelearn.spring.gateway.around import RateLimit
from kubelearn.spring.gateway.definitions import Route
from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.gateway.rate_limiter import Verdict
from kubelearn.spring.gateway.settings import Settings


class Gateway(Protocol):
    """What a gateway remembers from request to request."""

    settings: Settings
    now: int

    def number(self, purpose: str) -> float:
        """A draw of this request in [0, 1)."""

    def instance(self, service: str) -> tuple[str, int] | None:
        """Host and port of the next instance of a service; None when there is none."""

    def tokens(self, route: str, key: str, limit: RateLimit) -> Verdict | None:
        """Take tokens of a key; None when Redis does not answer."""

    def permits(self, breaker: str) -> tuple[bool, str]:
        """Whether a circuit breaker lets a call through, and what state it is in."""

    def count(self, breaker: str, took: int, *, failed: bool) -> str:
        """Tell a circuit breaker how a call ended; what it says."""


class Entry(NamedTuple):
    """A filter that stands around the rest, and the exchange that it got."""

    place: int
    exchange: Exchange
    began: int
    attempt: int = 0


class Memo(NamedTuple):
    """Where a request is in a chain of filters."""

    route: Route
    place: int
    exchange: Exchange
    entries: tuple[Entry, ...] = ()
    outer: Memo | None = None
    """The chain that has sent it on to this one (a fallback)."""
    name: str = ""
    """Who asks."""

    def chains(self) -> Iterator[Memo]:
        """The chain itself and those around it."""
        at: Memo | None = self
        while at is not None:
            yield at
            at = at.outer
