"""A request and its answer, as predicates and filters see and change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote_plus

Pairs = tuple[tuple[str, str], ...]
Args = Mapping[str, Any]
"""The arguments of a predicate or filter by Spring's names of them."""


def values(pairs: Pairs, name: str) -> list[str]:
    """All values of a header; case does not count in its name."""
    return [value for key, value in pairs if key.lower() == name.lower()]


def without(pairs: Pairs, name: str) -> Pairs:
    """The headers without one of them."""
    return tuple(pair for pair in pairs if pair[0].lower() != name.lower())


def with_values(pairs: Pairs, name: str, new: Iterable[str]) -> Pairs:
    """The headers with these values of one of them, in its place."""
    added = tuple((name, value) for value in new)
    place = next((i for i, pair in enumerate(pairs) if pair[0].lower() == name.lower()), len(pairs))
    head = tuple(pair for pair in pairs[:place] if pair[0].lower() != name.lower())
    return (*head, *added, *without(pairs[place:], name))


@dataclass(frozen=True)
class Exchange:
    """One exchange; changed by making a new one."""

    method: str = "GET"
    path: str = "/"
    query: str = ""
    """As it was sent."""
    host: str | None = None
    headers: Pairs = ()
    cookies: Pairs = ()
    remote: str | None = None
    """The address of the peer."""
    version: str = ""
    """The API version that the request asks for."""
    now: str = ""
    """RFC 3339, for predicates about time."""
    size: int = 0
    """Bytes of the body."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """From the patterns of Path and Host."""
    uri: str = ""
    """Where the request goes instead of the route's uri."""
    keeps_host: bool = False
    status: int | None = None
    """Set by a filter that answers by itself, or that changes the answer's."""
    response: Pairs = ()
    """The headers of the answer."""

    def change(self, **changes: Any) -> Exchange:
        """An exchange with some fields changed."""
        return replace(self, **changes)

    def parameters(self) -> Pairs:
        """The parameters of the query, decoded."""
        return tuple(parse_qsl(self.query, keep_blank_values=True))


def encoded(parameters: Iterable[tuple[str, str]]) -> str:
    """A query of these parameters."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in parameters)
