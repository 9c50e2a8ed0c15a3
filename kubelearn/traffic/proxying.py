"""What a proxy in the way of a call decides: the words in which the mesh answers the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NO_HEADERS: Mapping[str, str] = {}


class Routed(NamedTuple):
    """What a proxy does with a request: an answer of its own, or a cluster to send it to."""

    text: str
    """For the trace."""
    status: int = 0
    """Of its own answer; 0 when it sends the request on."""
    error: str = ""
    """How the connection ends when there is not even an answer."""
    flag: str = ""
    delay: int = 0
    """ns before anything else (an injected delay)."""
    cluster: str = ""
    """"" = on to where the client wanted to go, unchanged."""
    host: str = ""
    """The authority that is sent on."""
    path: str = ""
    headers: Mapping[str, str] = NO_HEADERS
    timeout: int = 0
    """ns for all tries; 0 = none."""
    try_timeout: int = 0
    retries: int = 0
    retry_on: tuple[str, ...] = ()
    retry_codes: tuple[int, ...] = ()
    avoid: int = 0
    """How often a host that was tried before is passed over."""
    hash: int | None = None
    """What the hash policies found."""
    body: str = ""
    """Of its own answer; "" = the proxy's page for the status."""
    response: Mapping[str, str] = NO_HEADERS
    """Headers that it adds to the answer."""


class Picked(NamedTuple):
    """The host that a proxy sends a try to, or why there is none."""

    text: str
    address: str = ""
    port: int = 0
    tls: str = "none"
    """"none", "mtls" (the mesh's own) or "tls"."""
    flag: str = ""
    """UH, UO or NC when there is no host."""
    waits: bool = False
    """Whether it waits for a connection."""
    connect_timeout: int = 0
    original: bool = False
    """Whether it is the address that the client asked for, of a pod or of a Service."""

    @property
    def key(self) -> str:
        """The host's name in balancers and statistics."""
        return f"{self.address}:{self.port}"


class Judged(NamedTuple):
    """What a server's proxy does with a request that reaches it."""

    text: str
    accepted: bool
    status: int = 0
    """Of its answer when it refuses in HTTP; 0 when it closes the connection."""
    flag: str = ""
    body: str = ""
    headers: Mapping[str, str] | None = None
    """With which the request goes on; None = its own."""
