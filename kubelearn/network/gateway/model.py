"""What a gateway sees of a request, and what it does with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.api.objects import Key


class Request(NamedTuple):
    """A request at a gateway."""

    method: str = "GET"
    path: str = "/"
    host: str = ""
    """The Host header, maybe with a port; "" for the gateway's address."""
    headers: Mapping[str, str] = {}
    query: str = ""
    scheme: str = "http"
    port: int = 80
    sni: str = ""
    """The name in the TLS handshake."""

    @property
    def hostname(self) -> str:
        """The host without its port, in lower case."""
        return self.host.partition(":")[0].lower()


class Location(NamedTuple):
    """Where a redirect points."""

    scheme: str
    host: str
    port: str
    """"" where it is the scheme's own."""
    path: str


class Answer(NamedTuple):
    """What becomes of a request."""

    status: int
    backend: Key | None = None
    port: int = 0
    path: str = ""
    host: str = ""
    headers: Mapping[str, str] = {}
    """As the backend sees them."""
    redirect: Location | None = None
    route: Key | None = None
    """The HTTPRoute whose rule has matched."""
    response: tuple[Mapping[str, object], ...] = ()
    """Modifiers of the headers of the response, in their order."""
    shares: tuple[tuple[Key, int, int], ...] = ()
    """Name, port and weight of the backends between which it was drawn; empty where it was one."""
