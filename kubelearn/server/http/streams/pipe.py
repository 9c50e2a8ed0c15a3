"""Bytes to and from a client after its connection has been upgraded.

A client that reads nothing for a minute, or goes away, ends the connection; what waits to be read
stays in the client's socket, so nothing piles up here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

from kubelearn.server.http.readable import readable

CHUNK: Final = 1 << 16
LOOK: Final = 0.5
"""Seconds between two looks whether the server closes."""


class Gone(ConnectionError):
    """The client, or the server, has ended the connection, or the client breaks its rules."""


class Pipe:
    """A plain stream of bytes."""

    def __init__(self, connection: socket.socket, is_closing: Callable[[], bool]) -> None:
        self._connection, self._is_closing = connection, is_closing
        self._buffer = bytearray()

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether there is something to read, at the latest after so many seconds."""
        if self._buffer or getattr(self._connection, "pending", int)():
            return True
        return readable(self._connection, seconds)

    def exactly(self, count: int) -> bytes:
        """The next bytes; Gone when the client has none to give any more."""
        while len(self._buffer) < count:
            self._buffer += self._more()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def some(self) -> bytes:
        """The bytes that come next, at least one."""
        data = bytes(self._buffer) or self._more()
        self._buffer.clear()
        return data

    def _more(self) -> bytes:
        while not self.ready(LOOK):
            if self._is_closing():
                raise Gone("the server closes")
        data = self._connection.recv(CHUNK)
        if not data:
            raise Gone("the client has gone")
        return data

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self._connection.sendall(data)
