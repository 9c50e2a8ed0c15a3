"""SPDY: forwarded ports, programs for older clients, nonsense."""

import struct
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.server.http.streams.spdy import DICTIONARY
from tests.server.http.streams.client import (
    Spdy,
    exactly,
    frame,
    message,
    messages,
    upgraded,
    websocket,
)

FORWARD = "/api/v1/namespaces/default/pods/web/portforward"
TUNNEL = "SPDY/3.1+portforward.k8s.io"
REQUEST = b"GET / HTTP/1.1\r\nHost: web\r\n\r\n"


def test_the_dictionary_is_that_of_the_draft():
    """Both sides compare its checksum."""
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


def raw(server, path, *headers):
    """A connection that speaks SPDY without a WebSocket around it."""
    connection, answer = upgraded(server, path, "Upgrade: SPDY/3.1", *headers)
    assert answer.startswith("HTTP/1.1 101 ")
    return connection


def frames(connection, count):
    """(control kind or stream, flags, data) of the next frames."""
    found = []
    for _ in range(count):
        word, rest = struct.unpack(">II", exactly(connection, 8))
        number = word & 0xFFFF if word >> 31 else word
        found.append((number, rest >> 24, exactly(connection, rest & 0xFFFFFF)))
    return found


def opened(spdy, port="80"):
    """The two streams of a connection."""
    both = {"port": port, "requestID": "0"}
    return spdy.opening(1, streamType="error", **both) + spdy.opening(3, streamType="data", **both)


def test_a_request_through_a_forwarded_port(server):
    """The answer comes on the data stream; the error stream ends without a word."""
    spdy, connection = Spdy(), raw(server, FORWARD, "X-Stream-Protocol-Version: portforward.k8s.io")
    connection.sendall(opened(spdy) + spdy.data(3, REQUEST, end=True))
    replies = frames(connection, 5)
    assert [number for number, _, _ in replies] == [2, 2, 3, 3, 1]
    assert replies[2][2].endswith(b"web answers GET /\n")
    assert (replies[3][1], replies[4]) == (1, (1, 1, b""))


def test_nobody_listens(server):
    """The runtime's words on the error stream."""
    spdy, connection = Spdy(), raw(server, FORWARD, "X-Stream-Protocol-Version: portforward.k8s.io")
    connection.sendall(opened(spdy, "81"))
    said = frames(connection, 4)[3][2].decode()
    assert "dial tcp4 127.0.0.1:81: connect: connection refused" in said


def test_through_a_websocket(server):
    """The same frames in messages."""
    spdy, connection = Spdy(), websocket(server, FORWARD, TUNNEL)
    connection.sendall(frame(opened(spdy)) + frame(spdy.data(3, REQUEST)))
    data = b"".join(message(connection)[1] for _ in range(3))
    assert data.endswith(b"web answers GET /\n")
    connection.sendall(frame(spdy.control(6, b"\x00\x00\x00\x07")))
    assert message(connection)[1].endswith(b"\x00\x00\x00\x07")


def test_what_is_no_http_is_refused(server):
    """400, and the connection of that stream is over."""
    spdy, connection = Spdy(), raw(server, FORWARD, "X-Stream-Protocol-Version: portforward.k8s.io")
    connection.sendall(opened(spdy) + spdy.data(3, b"*1\r\n$4\r\nPING\r\n\r\n"))
    assert frames(connection, 3)[2][2].startswith(b"HTTP/1.1 400 ")


def test_channels_for_ports(server):
    """As Python clients forward: two channels a port, each begins with its number."""
    connection = websocket(server, f"{FORWARD}?ports=80&ports=81", "v4.channel.k8s.io")
    begins = [message(connection)[1] for _ in range(4)]
    assert begins == [bytes((n,)) + struct.pack("<H", 80 + n // 2) for n in range(4)]
    assert b"connection refused" in message(connection)[1]
    connection.sendall(
        frame(b"\x00" + REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    )
    assert messages(connection)[0].endswith(b"web answers GET /\n")


@settings(max_examples=20)
@given(st.lists(st.binary(max_size=30), max_size=5), st.integers(0, 9))
def test_any_bytes_end_well(server, parts, kind):
    """Control frames of nonsense, header blocks that are none."""
    spdy, connection = Spdy(), raw(server, FORWARD, "X-Stream-Protocol-Version: portforward.k8s.io")
    for part in parts:
        connection.sendall(spdy.control(kind, part) + spdy.data(1, part))
    connection.sendall(b"".join(parts) + b"\x80")
    connection.shutdown(1)
    while connection.recv(4096):
        pass
    connection.close()
