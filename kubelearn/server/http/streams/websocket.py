"""WebSockets: messages in frames over an upgraded connection.

Source: RFC 6455.

Unlike the real one: no extensions; messages of more than a mebibyte end the connection.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Final

from kubelearn.server.http.streams.pipe import Gone, Pipe

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LONGEST: Final = 1 << 20
NORMAL: Final = 1000
BROKEN: Final = 1002
TOO_BIG: Final = 1009


def accept_key(key: str) -> str:
    """The answer to a client's `Sec-WebSocket-Key`."""
    digest = hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


class WebSocket:
    """Messages to and from a client."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._closed = False

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether something comes within so many seconds."""
        return self._pipe.ready(seconds)

    def send(self, data: bytes) -> None:
        """Send a message."""
        self._frame(BINARY, data)

    def receive(self) -> bytes:
        """The next message; Gone after the last."""
        message, final = b"", False
        while not final:
            opcode, final, data = self._next()
            if opcode == CLOSE:
                self.close()
                raise Gone("the client has closed")
            if opcode == PING:
                self._frame(PONG, data)
            if opcode in (CLOSE, PING, PONG):
                final = False
                continue
            message += data
            if len(message) > LONGEST:
                raise self._broken(TOO_BIG)
        return message

    def _next(self) -> tuple[int, bool, bytes]:
        first, second = self._pipe.exactly(2)
        opcode, length = first & 15, second & 127
        if not second & 128 or first & 0x70 or (opcode > BINARY and opcode not in (8, 9, 10)):
            raise self._broken(BROKEN)
        if opcode >= CLOSE and (length > 125 or not first & 128):
            raise self._broken(BROKEN)
        if length == 126:
            (length,) = struct.unpack(">H", self._pipe.exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._pipe.exactly(8))
        if length > LONGEST:
            raise self._broken(TOO_BIG)
        mask = self._pipe.exactly(4)
        return opcode, bool(first & 128), _masked(self._pipe.exactly(length), mask)

    def _broken(self, code: int) -> Gone:
        self.close(code)
        return Gone(f"the client's frames are not those of a WebSocket ({code})")

    def _frame(self, opcode: int, data: bytes) -> None:
        length = len(data)
        if length < 126:
            head = struct.pack(">BB", 128 | opcode, length)
        elif length < 1 << 16:
            head = struct.pack(">BBH", 128 | opcode, 126, length)
        else:
            head = struct.pack(">BBQ", 128 | opcode, 127, length)
        self._pipe.send(head + data)

    def close(self, code: int = NORMAL) -> None:
        """Say that nothing more comes."""
        if not self._closed:
            self._closed = True
            self._frame(CLOSE, struct.pack(">H", code))


def _masked(data: bytes, mask: bytes) -> bytes:
    length = len(data)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


class Tunnel(Pipe):
    """A stream of bytes in the messages of a WebSocket."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._buffer = bytearray()

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether something comes within so many seconds."""
        return bool(self._buffer) or self._socket.ready(seconds)

    def _more(self) -> bytes:
        return self._socket.receive()

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self._socket.send(data)
