"""What a load balancer is to a request: what it can see, and what it does with it.

A balancer on layer 4 sees the flow and nothing else; one on layer 7 sees the request too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from kubelearn.traffic.call import RPC, Call


class Flow(NamedTuple):
    """What layer 4 shows of a connection."""

    source: str
    address: str
    port: int


class Request(NamedTuple):
    """What layer 7 shows beyond that."""

    scheme: str
    """Either "http" or "https"; "tcp" where it is no HTTP."""
    method: str
    host: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    rpc: bool = False
    """Whether it is a call of gRPC."""

    @classmethod
    def of(cls, call: Call, scheme: str = "") -> Request:
        """A call as it arrives, by its own scheme or another; the host is without its port."""
        target = call.target
        scheme = scheme or {"grpc": "http", "grpcs": "https"}.get(target.scheme, target.scheme)
        given = {name.lower(): value for name, value in call.headers.items()}
        host = given.get("host", target.host).partition(":")[0]
        query = urlsplit(call.url).query
        path = f"{target.path}?{query}" if query else target.path
        return cls(scheme, call.method, host, path, call.headers, target.scheme in RPC)


class Destination(NamedTuple):
    """Where a balancer can send something."""

    address: str
    port: int
    name: str
    """What the balancer calls it: an instance or an address."""


NO_HEADERS: Mapping[str, str] = {}


class Cookie(NamedTuple):
    """A cookie that a balancer puts into the answer of its target."""

    header: str
    """The value of Set-Cookie."""
    with_: str = ""
    """Only beside this cookie of the target's own; "" = always."""


class Forward(NamedTuple):
    """What a balancer does: sends on to one of `destinations`, answers `status`, or fails."""

    balancer: str
    says: str
    destinations: tuple[Destination, ...] = ()
    chosen: int | None = None
    """Which destination; None: one at random, as the hash of a flow gives."""
    source: str = ""
    """The address that the destination sees in place of the client's; "" = the client's own."""
    status: int = 0
    location: str = ""
    body: str = ""
    """Of its own answer."""
    error: str = ""
    cookies: tuple[Cookie, ...] = ()
    """What goes into the answer of the destination, or into its own."""
    headers: Mapping[str, str] = NO_HEADERS
    """With which the request goes on, beside its own."""
    path: str = ""
    """With which the request goes on; "" = its own."""
    forwarded: str = "append"
    """What becomes of X-Forwarded-For: "append", "preserve" or "remove"."""
    secure: bool | None = None
    """Whether it speaks TLS to the destination; None: the client does, if it does."""
    group: str = ""
    """The target group to which `destinations` belong."""
    proxy_header: str = ""
    """Whom a header of the PROXY protocol before the first byte names; "" = there is none."""


class Public(NamedTuple):
    """What public DNS answers for a name."""

    addresses: tuple[str, ...]
    ttl: int
    """Nanoseconds for which resolvers keep it."""


class Ask(NamedTuple):
    """What a health check asks of a target."""

    subject: str
    """What addresses its draws."""
    path: str = ""
    """"" = it only connects."""
    headed: bool = False
    """Whether a header of the PROXY protocol comes first."""
    rpc: bool = False
    """Whether it calls a method of gRPC, named by the path."""
    secure: bool = False
    """Whether it asks over TLS; any certificate will do."""


class Probe(NamedTuple):
    """How a health check ended."""

    ok: bool
    says: str = ""
    """The status; the code of gRPC where a method was called."""
    waits: bool = False
    """Whether nobody answered, so that it fails only at its timeout."""
