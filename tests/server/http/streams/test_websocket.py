"""WebSockets, kept and broken rules."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.http.streams.client import frame, message, messages, upgraded, websocket

EXEC = "/api/v1/namespaces/default/pods/web/exec?stdout=true&stderr=true"
CAT = f"{EXEC}&stdin=true&command=cat"
V5 = "v5.channel.k8s.io"


def test_streams_and_status(server):
    """Output on 1, complaints on 2, the Status on 3, then the end."""
    script = "&command=sh&command=-c&command=echo%20a%3B%20echo%20b%20%3E%262%3B%20exit%203"
    connection = websocket(server, EXEC + script, V5)
    out, err, status = messages(connection)
    assert (out, err) == (b"\x01a\n", b"\x02b\n")
    assert status[:1] == b"\x03"
    found = json.loads(status[1:])
    assert (found["reason"], found["details"]["causes"][0]["message"]) == ("NonZeroExitCode", "3")


def test_input_and_its_end(server):
    """The message 255 0 ends standard input (v5); parts of a message are put together."""
    connection = websocket(server, CAT, V5)
    connection.sendall(frame(b"\x00hel", final=False) + frame(b"lo\n", opcode=0))
    assert message(connection) == (2, b"\x01hello\n")
    connection.sendall(frame(b"\xff\x00"))
    assert json.loads(messages(connection)[0][1:])["status"] == "Success"


def test_ping_and_close(server):
    """Answered as they come."""
    connection = websocket(server, CAT, V5)
    connection.sendall(frame(b"x", opcode=9))
    assert message(connection) == (10, b"x")
    connection.sendall(frame(b"\x03\xe8", opcode=8))
    assert message(connection) == (8, b"\x03\xe8")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"\x00a", masked=False), b"\x03\xea"),
        (frame(b"\x00a", opcode=3), b"\x03\xea"),
        (frame(b"", opcode=9, final=False), b"\x03\xea"),
        (b"\x82\xff" + b"\x00\x00\x00\x01\x00\x00\x00\x00" + b"mask", b"\x03\xf1"),
        (frame(b"\x00" + b"a" * 60_000, final=False) * 20, b"\x03\xf1"),
    ],
    ids=["no mask", "unknown kind", "split control frame", "long frame", "long message"],
)
def test_broken_rules(server, data, code):
    """No mask, an unknown kind, a split control frame, too much: closed with the reason."""
    connection = websocket(server, CAT, V5)
    connection.sendall(data)
    assert message(connection) == (8, code)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ([], "Upgrade request required"),
        (["Upgrade: websocket"], "is offered: this server speaks v5.channel.k8s.io"),
        (["Upgrade: websocket", "Sec-WebSocket-Protocol: v1.x"], "v1.x is offered"),
        (["Upgrade: websocket", f"Sec-WebSocket-Protocol: {V5}"], "Sec-WebSocket-Key is missing"),
        (["Upgrade: h2c"], "Upgrade request required"),
    ],
)
def test_upgrades_that_are_none(server, headers, text):
    """400 with what is missing; the connection is as any other."""
    connection, answer = upgraded(server, CAT, *headers)
    length = int(answer.lower().partition("content-length: ")[2].partition("\r\n")[0])
    assert answer.startswith("HTTP/1.1 400 ")
    assert text in connection.recv(length).decode()


@settings(max_examples=15)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_end_well(server, parts):
    """Frames of nonsense, then nonsense that is no frame: an end, and nobody is harmed."""
    connection = websocket(server, CAT, V5)
    for part in parts:
        connection.sendall(frame(part))
    connection.sendall(b"".join(parts) or b"\x00")
    connection.shutdown(1)
    messages(connection)
    connection.close()
