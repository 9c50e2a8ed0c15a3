"""From an HTTP request to a connection of another protocol: WebSocket or SPDY.

Source: apimachinery `pkg/util/httpstream/httpstream.go`, apiserver
`pkg/util/proxy/{streamtunnel,streamtranslator}.go`, Kubernetes 1.36; RFC 6455, section 4.2.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from email.message import Message
from typing import TYPE_CHECKING, Final, NamedTuple

from kubelearn.api.errors import BadRequest
from kubelearn.server.connections import Attach, Connection, Exec, PortForward
from kubelearn.server.http.streams.channels import Channels, SpdyChannels, WebSocketChannels
from kubelearn.server.http.streams.pipe import Pipe
from kubelearn.server.http.streams.ports import SpdyForwarder, serve_channels
from kubelearn.server.http.streams.running import listen, run
from kubelearn.server.http.streams.spdy import Session
from kubelearn.server.http.streams.websocket import Tunnel, WebSocket, accept_key

if TYPE_CHECKING:
    from kubelearn.server.http.server import Server

COMMANDS: Final = ("v5.channel.k8s.io", "v4.channel.k8s.io")
TUNNEL: Final = "SPDY/3.1+portforward.k8s.io"
FORWARDS: Final = (TUNNEL, "v4.channel.k8s.io", "")
"""Whoever forwards ports and offers nothing speaks in channels too."""
SPDY: Final = "SPDY/3.1"
SPDY_COMMANDS: Final = ("v4.channel.k8s.io",)
SPDY_FORWARDS: Final = ("portforward.k8s.io",)


class Upgrade(NamedTuple):
    """What both sides speak from now on: the protocol, and which of its dialects."""

    protocol: str
    dialect: str
    headers: Mapping[str, str]
    """Of the answer 101."""


def negotiate(headers: Message, connection: Connection) -> Upgrade:
    """What a client and this server can both speak; BadRequest when there is nothing."""
    wanted = headers.get("Upgrade", "")
    forwards = isinstance(connection, PortForward)
    if wanted.lower() == "websocket":
        key = headers.get("Sec-WebSocket-Key", "")
        dialect = _common(headers, "Sec-WebSocket-Protocol", FORWARDS if forwards else COMMANDS)
        if not key:
            raise BadRequest("the header Sec-WebSocket-Key is missing")
        answer = {"Upgrade": "websocket", "Sec-WebSocket-Accept": accept_key(key)}
        chosen = {"Sec-WebSocket-Protocol": dialect} if dialect else {}
        return Upgrade("websocket", dialect, {**answer, **chosen})
    if wanted.upper() == SPDY:
        known = SPDY_FORWARDS if forwards else SPDY_COMMANDS
        dialect = _common(headers, "X-Stream-Protocol-Version", known)
        return Upgrade(SPDY, dialect, {"Upgrade": SPDY, "X-Stream-Protocol-Version": dialect})
    raise BadRequest("Upgrade request required")


def _common(headers: Message, name: str, known: Sequence[str]) -> str:
    """The first dialect that the client offers and this server knows."""
    given = [word.strip() for text in headers.get_all(name) or () for word in text.split(",")]
    for each in given or [""]:
        if each in known:
            return each
    shown, spoken = ", ".join(given) or "nothing", ", ".join(filter(None, known))
    raise BadRequest(f"{name}: {shown} is offered: this server speaks {spoken}")


def connect(server: Server, upgrade: Upgrade, asked: Connection, connection: socket.socket) -> None:
    """Serve an upgraded connection until one side ends it."""
    pipe = Pipe(connection, lambda: server.pace.closed)
    websocket = WebSocket(pipe) if upgrade.protocol == "websocket" else None
    try:
        if isinstance(asked, PortForward):
            _forward(server, asked, upgrade, pipe, websocket)
            return
        channels: Channels
        if websocket is not None:
            channels = WebSocketChannels(websocket)
        else:
            channels = SpdyChannels(Session(pipe), asked.streams)
        _command(server, asked, channels)
    except OSError:
        pass  # one side has gone
    except Exception as error:  # noqa: BLE001 - the connection ends, the server goes on
        server.failures.append(error)


def _command(server: Server, asked: Exec | Attach, channels: Channels) -> None:
    if isinstance(asked, Exec):
        run(server, asked, channels)
    else:
        listen(server, asked, channels)


def _forward(
    server: Server,
    asked: PortForward,
    upgrade: Upgrade,
    pipe: Pipe,
    websocket: WebSocket | None,
) -> None:
    if websocket is None:
        SpdyForwarder(server, asked, Session(pipe)).serve()
    elif upgrade.dialect == TUNNEL:
        SpdyForwarder(server, asked, Session(Tunnel(websocket))).serve()
    else:
        serve_channels(server, asked, websocket)
