"""What comes of a request before its rule routes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kubelearn.traffic.balancers import NO_HEADERS, Cookie, Request

Action = Mapping[str, Any]


class Asked(NamedTuple):
    """A request at its rule."""

    request: Request
    rule: int
    """The rule's priority."""
    now: int
    """Nanoseconds."""
    draw: Callable[[int, str], int]


class Outcome(NamedTuple):
    """The request goes on, or gets an answer of the balancer's own."""

    text: str
    status: int = 0
    """Of the answer; 0 = it goes on."""
    location: str = ""
    cookies: tuple[Cookie, ...] = ()
    """What goes into the answer of the balancer."""
    headers: Mapping[str, str] = NO_HEADERS
    """With which the request goes on."""
