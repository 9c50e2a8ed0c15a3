"""A WebSocket client and a SPDY client that a test can misuse."""

import socket
import struct
import zlib
from urllib.parse import urlsplit

from kubelearn.server.http.streams.spdy import DICTIONARY

MASK = b"\x01\x02\x03\x04"


def upgraded(server, path, *headers):
    """(a connection, the first line of the answer) after a request to upgrade."""
    url = urlsplit(server.url)
    connection = socket.create_connection(server.server_address, timeout=20)
    lines = [f"GET {url.path}{path} HTTP/1.1", "Host: localhost", "Connection: Upgrade", *headers]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = connection.recv(1)
        if not more:
            break
        answer += more
    return connection, answer.decode()


def websocket(server, path, protocol):
    """An open WebSocket."""
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    words = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", key]
    connection, answer = upgraded(server, path, *words, f"Sec-WebSocket-Protocol: {protocol}")
    assert answer.startswith("HTTP/1.1 101 "), answer
    assert "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
    return connection


def frame(data, opcode=2, *, final=True, masked=True):
    """A frame as a client sends it."""
    length = len(data)
    first = (128 if final else 0) | opcode
    if length < 126:
        head = bytes((first, (128 if masked else 0) | length))
    else:
        head = bytes((first, (128 if masked else 0) | 126)) + struct.pack(">H", length)
    if not masked:
        return head + data
    return head + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(data))


def exactly(connection, count):
    """So many bytes; fewer at the end."""
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            break
        data += more
    return data


def message(connection):
    """(opcode, data) of the next frame; (8, b"") when the connection is over."""
    head = exactly(connection, 2)
    if len(head) < 2:
        return 8, b""
    length = head[1] & 127
    if length == 126:
        (length,) = struct.unpack(">H", exactly(connection, 2))
    return head[0] & 15, exactly(connection, length)


def messages(connection):
    """All data until the server closes."""
    found = []
    while True:
        opcode, data = message(connection)
        if opcode == 8:
            return found
        found.append(data)


class Spdy:
    """Frames of a client."""

    def __init__(self):
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def opening(self, stream, **headers):
        """A SYN_STREAM with headers."""
        block = struct.pack(">I", len(headers))
        for name, value in headers.items():
            for text in (name, value):
                block += struct.pack(">I", len(text)) + text.encode()
        block = self._deflate.compress(block) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return self.control(1, struct.pack(">IIH", stream, 0, 0) + block)

    def control(self, kind, data):
        """A control frame."""
        return struct.pack(">HHI", 0x8003, kind, len(data)) + data

    def data(self, stream, data, *, end=False):
        """A data frame."""
        return struct.pack(">II", stream, (1 << 24 if end else 0) | len(data)) + data
