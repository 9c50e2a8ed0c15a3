"""A request to the API server and its answer, without any socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelearn.server.connections import Connection
    from kubelearn.server.logs import LogText
    from kubelearn.server.watch import Watch

JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; `body` is bytes or text, or an object that stands for its JSON."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | Mapping[str, Any] | list[Any] | None = None
    content_type: str = ""
    accept: str = JSON
    user: str | None = ""
    """Who asks; "" is the administrator of the cluster, None has credentials that nobody knows."""
    user_agent: str = ""
    if_none_match: str = ""
    """The ETags of what the client has already."""
    groups: tuple[str, ...] = ()
    """The groups of the user, besides that of all who are known."""
    uid: str = ""
    """What tells users of one name apart; service accounts have one."""
    host: str = "127.0.0.1:6443"
    """The address at which the client reaches the server."""
    arguments: tuple[tuple[str, str], ...] = ()
    """The parameters of the query as they came, where one may come more than once."""


@dataclass(slots=True)
class Response:
    """What comes back: `body` is an object (JSON on the wire) or a text."""

    code: int
    body: Any
    warnings: list[str] = field(default_factory=list)
    content_type: str = JSON
    retry_after: str = ""
    etag: str = ""
    location: str = ""
    """Where to ask instead, of an answer that redirects."""
    watch: Watch | None = None
    """Of an answer to a watch: what goes on telling of later events."""
    log: LogText | None = None
    """Of a log: its lines, and, when it is followed, what goes on telling of later ones."""
    connection: Connection | None = None
    """Of 101: what the client and the pod are to be connected by."""
