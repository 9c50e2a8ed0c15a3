"""What a proxy in the way of a call decides: the words in which the mesh answers the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NO_HEADERS: Mapping[str, str] = {}


class Trace(NamedTuple):
    """A proxy's span in a distributed trace: identifiers in hexadecimal, as headers carry them."""

    trace: str
    """32 digits, of all spans of a trace."""
    span: str
    """16 digits."""
    parent: str
    """The span that asked; "" for the first."""
    sampled: bool
    """Whether it is reported."""


class Consult(NamedTuple):
    """A question to an external authoriser, before a request may go on."""

    cluster: str
    address: tuple[str, int]
    """Of its Service."""
    method: str
    host: str
    path: str
    """With the query."""
    headers: Mapping[str, str]
    timeout: int


class Answered(NamedTuple):
    """What an external authoriser has answered; `status` 0 = nothing."""

    status: int
    body: str = ""
    response: Mapping[str, str] = NO_HEADERS


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
    back_off: int = 0
    """ns within which the first pause between tries lies; 0 = as the proxy does by itself."""
    missing: int = 503
    """The status of the answer when the cluster is not there."""
    avoid: int = 0
    """How often a host that was tried before is passed over."""
    hash: int | None = None
    """What the hash policies found."""
    body: str = ""
    """Of its own answer; "" = the proxy's page for the status."""
    response: Mapping[str, str] = NO_HEADERS
    """Headers that it adds to the answer."""
    route: str = ""
    """The name of the route."""
    mirrors: tuple[str, ...] = ()
    """Clusters that get a copy."""
    shares: tuple[tuple[str, int], ...] = ()
    """(cluster, weight) of all between which it was drawn; empty where there was one."""
    tcp: bool = False
    """Whether only a connection is passed on, of which nothing is read."""
    trace: Trace | None = None
    details: str = ""
    """Why it answers itself, in the words of its log (RESPONSE_CODE_DETAILS)."""
    seen: Mapping[str, Any] = {}
    """For the trace: the "flow" and the "request" that it has read."""
    ask: Consult | None = None
    """What it asks an authoriser before it decides."""


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
    levels: tuple[int, ...] = ()
    """Percent of the requests for each priority of the hosts; empty where there is one."""
    level: int = 0
    """The priority that was chosen."""

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
    tcp: bool = False
    """Whether only a connection is passed on, of which nothing is read."""
    trace: Trace | None = None
    details: str = ""
    """Why it refuses, in the words of its log (RESPONSE_CODE_DETAILS)."""
    handshake: str = ""
    """Why the TLS handshake failed, in the words of the client's Envoy."""
    response: Mapping[str, str] = NO_HEADERS
    """Headers of its answer when it refuses."""
    ask: Consult | None = None
    """What it asks an authoriser before it decides."""


class Passage(NamedTuple):
    """A request with which a proxy is done: what its telemetry tells of it."""

    hop: str
    """"outbound", "edge" or "inbound"."""
    proxy: tuple[str, str]
    """Namespace and name of its pod."""
    since: int
    until: int
    number: int
    """Of the call."""
    root: int
    """Of the call for which it was made, through all programs in between."""
    subject: tuple[str, int]
    """What addresses its draws."""
    method: str
    path: str = ""
    """With the query, as the client wrote it."""
    host: str = ""
    headers: Mapping[str, str] = NO_HEADERS
    """With which the request went on."""
    status: int = 0
    flags: str = ""
    """Of this proxy itself, such as "URX,UF"; "" for none."""
    own: bool = False
    """Whether the proxy has made the answer itself."""
    size: int = 0
    """Bytes of the answer's body."""
    source: str = ""
    """The address from which the request came."""
    target: tuple[str, int] = ("", 0)
    """Address and port that it was meant for."""
    tcp: bool = False
    tls: str = "none"
    peer: tuple[str, str] | None = None
    """The pod at the other end, if it is known."""
    cluster: str = ""
    route: str = ""
    upstream: str = ""
    """The host that was asked last."""
    took: int | None = None
    """ns from sending the request on to the answer; None when there was none."""
    details: str = ""
    """Why the answer is what it is, where the flags do not say it (RESPONSE_CODE_DETAILS)."""
    sni: str = ""
    """The name that the client has asked for in its handshake."""
    handshake: str = ""
    """Why the TLS handshake with the host failed."""
    trace: Trace | None = None
