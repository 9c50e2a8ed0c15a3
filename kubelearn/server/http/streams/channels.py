"""The streams of a program by number, over a WebSocket or over SPDY.

Source: apimachinery `pkg/util/remotecommand/constants.go`, apiserver
`pkg/util/proxy/streamtranslator.go`, client-go `tools/remotecommand`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from kubelearn.server.connections import Streams
from kubelearn.server.http.streams.pipe import Gone
from kubelearn.server.http.streams.spdy import Session
from kubelearn.server.http.streams.websocket import WebSocket

STDIN, STDOUT, STDERR, ERROR, RESIZE = range(5)
CLOSE: Final = 255
"""A message on this channel names the one that the client has ended (v5)."""
STREAM_TYPES: Final = ("stdin", "stdout", "stderr", "error", "resize")


class Piece(NamedTuple):
    """What came on a channel; None: the client has ended it."""

    channel: int
    data: bytes | None


class Channels(Protocol):
    """Numbered streams to and from a client."""

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether something comes within so many seconds."""

    def receive(self) -> Piece:
        """What comes next; Gone when the client has left."""

    def send(self, channel: int, data: bytes) -> None:
        """Send on a channel."""

    def close(self) -> None:
        """Say that nothing more comes."""


class WebSocketChannels:
    """The number is the first byte of each message (v4.channel.k8s.io, v5.channel.k8s.io)."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self.ready = socket.ready

    def receive(self) -> Piece:
        """What comes next."""
        message = self._socket.receive()
        if not message:
            return Piece(STDIN, b"")
        if message[0] == CLOSE:
            return Piece(message[1] if len(message) > 1 else STDIN, None)
        return Piece(message[0], message[1:])

    def send(self, channel: int, data: bytes) -> None:
        """Send on a channel."""
        self._socket.send(bytes((channel,)) + data)

    def close(self) -> None:
        """Say that nothing more comes."""
        self._socket.close()


class SpdyChannels:
    """Each channel is a stream whose header `streamType` tells which."""

    def __init__(self, session: Session, wanted: Streams) -> None:
        self._session = session
        self.ready = session.ready
        self._streams: dict[str, int] = {}
        flags = (wanted.stdin, wanted.stdout, wanted.stderr, True, wanted.tty)
        needed = {name for name, on in zip(STREAM_TYPES, flags, strict=True) if on}
        self._early: list[Piece] = []
        while not needed <= self._streams.keys():
            self._early += self._piece()
        self._early.reverse()

    def _piece(self) -> list[Piece]:
        event = self._session.receive()
        if event.headers is not None:
            name = event.headers.get("streamtype", "")
            if name not in STREAM_TYPES:
                raise Gone(f"a stream of the type {name!r}")
            self._streams[name] = event.stream
        kinds = {stream: name for name, stream in self._streams.items()}
        if event.stream not in kinds:
            return []
        channel = STREAM_TYPES.index(kinds[event.stream])
        pieces = [Piece(channel, event.data)] if event.data else []
        return [*pieces, Piece(channel, None)] if event.ended else pieces

    def receive(self) -> Piece:
        """What comes next."""
        while not self._early:
            self._early = self._piece()[::-1]
        return self._early.pop()

    def send(self, channel: int, data: bytes) -> None:
        """Send on a channel."""
        stream = self._streams.get(STREAM_TYPES[channel])
        if stream is not None:
            self._session.send(stream, data)

    def close(self) -> None:
        """End all streams."""
        for name in ("stdout", "stderr", "error"):
            if name in self._streams:
                self._session.send(self._streams[name], b"", end=True)
        self._session.close()
