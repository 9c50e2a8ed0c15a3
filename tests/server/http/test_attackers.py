"""Many, slow and hostile clients: others are served, memory is bounded, the cluster consistent."""

import contextlib
import os
import resource
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from kubelearn.world.execute import execute
from tests.server.http.test_server import MAPS, ask, config, raw

FULL = bool(os.environ.get("KUBELEARN_FULL"))
WATCHERS = 1000 if FULL else 250
STATM = Path("/proc/self/statm")
needs_proc = pytest.mark.skipif(not STATM.exists(), reason=f"no {STATM} tells the memory here")


@pytest.fixture(scope="module")
def server():
    """A served cluster; time stands still."""
    with Server(Cluster(nodes=1, seed=7), time="frozen", environment=False) as started:
        yield started
    assert started.failures == []


def resident():
    """Bytes of this process in memory."""
    return int(STATM.read_text().split()[1]) * resource.getpagesize()


def open_watch(server, path=MAPS):
    """A connection with an open watch, of which nothing has been read."""
    connection = socket.create_connection(server.server_address, timeout=30)
    line = f"GET {urlsplit(server.url).path}{path}?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n"
    connection.sendall(line.encode())
    return connection


@needs_proc
def test_idle_watchers(server):
    """Each has its thread; requests are answered, and all threads end with their clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * WATCHERS + 500), hard))
    before, threads = resident(), threading.active_count()
    watchers = [open_watch(server) for _ in range(WATCHERS)]
    for watcher in watchers:
        assert watcher.recv(15) == b"HTTP/1.1 200 OK"
    assert ask(server, "POST", MAPS, config("seen"))[0] == 201
    for watcher in watchers:
        data = b""
        while b'"name":"seen"' not in data:
            more = watcher.recv(4096)
            assert more, "the server has closed a watch"
            data += more
    assert resident() - before < WATCHERS * 200_000
    for watcher in watchers:
        watcher.close()
    assert ask(server, "DELETE", f"{MAPS}/seen")[0] == 200
    wait_for(lambda: threading.active_count() <= threads + 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def wait_for(condition):
    """Until it is so; a failure after a minute."""
    done = threading.Event()
    for _ in range(1200):
        if condition():
            return
        done.wait(0.05)
    raise AssertionError("that did not happen")


@needs_proc
def test_a_client_that_stops_reading():
    """What it does not read is not kept for it; others are served, and the server can close."""
    with Server(Cluster(nodes=1), time="frozen", environment=False) as server:
        slow = open_watch(server)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        before = resident()
        for number in range(40):
            body = config("big", data=str(number) * 400_000)
            assert ask(server, "POST", MAPS, body)[0] == 201
            assert ask(server, "DELETE", f"{MAPS}/big")[0] == 200
        assert resident() - before < 200_000_000
        assert ask(server, "GET", MAPS)[0] == 200
    slow.close()


def test_half_a_request_holds_nobody_up(server):
    """Clients that say nothing, or stop in the middle."""
    post = f"POST {urlsplit(server.url).path}{MAPS} HTTP/1.1\r\nHost: localhost\r\n"
    halves = [b"", b"GET ", post.encode(), f"{post}Content-Length: 9\r\n\r\n{{".encode()]
    with contextlib.ExitStack() as stack:
        for half in halves * 10:
            connection = stack.enter_context(socket.create_connection(server.server_address))
            connection.sendall(half)
        assert ask(server, "GET", MAPS)[0] == 200


PIECES = [
    b"GET", b"POST", b" ", b"/", b"HTTP/1.1", b"\r\n", b"\r\n\r\n", b"Host: localhost", b"{}", b":",
    b"Content-Length: 5", b"Transfer-Encoding: chunked", b"ff\r\n", b"0\r\n\r\n", b"\x00", b"\xff",
    b"Connection: Upgrade", b"Upgrade: websocket", b"A: b", b"SECRET", b"Expect: 100-continue",
]  # fmt: skip
HEADS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=14)


@settings(max_examples=2000 if FULL else 60)
@given(parts=HEADS)
def test_any_bytes_get_an_answer_or_an_end(server, parts):
    """HTTP in pieces, in every order, with the secret path too; nothing is written."""
    path = urlsplit(server.url).path.encode() + b"/api/v1/namespaces/default/pods"
    before = server.world.fingerprint()
    answer = raw(server, b"".join(path if part == b"SECRET" else part for part in parts))
    assert answer == b"" or answer.startswith((b"HTTP/1.", b"{")), answer[:80]
    assert server.world.fingerprint() == before


def test_no_request_reads_files(server):
    """Paths in URLs, in names, in programs' words: none leads to a file of this machine."""
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip
    server.world.apply(made)
    server.world.run("20s")
    with open("/etc/passwd") as file:
        secret = file.readline()
    for path in ("/etc/passwd", "../../../etc/passwd", "/proc/self/environ", "/root/.ssh/id_rsa"):
        ran = execute(server.world, "p", ["cat", path])
        assert (ran.code, secret in ran.stdout) == (1, False)
    ran = execute(server.world, "p", ["sh", "-c", "echo $((open('/etc/passwd')))"])
    assert (ran.code, "arithmetic syntax error" in ran.stderr) == (2, True)


def test_foreign_hosts_and_origins(server):
    """Names that somebody else's DNS could lead here, and pages of other places."""
    own = server.address
    good = [{"Host": "localhost"}, {"Host": own}, {"Origin": f"http://{own}"}]
    evil = [
        {"Host": "evil.example"}, {"Host": f"{own}.evil.example"}, {"Host": ""},
        {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
        {"Origin": f"http://{own}.evil.example"},
    ]  # fmt: skip
    for headers in good:
        assert ask(server, "GET", "/api", **headers)[0] == 200, headers
    for headers in evil:
        assert ask(server, "GET", "/api", **headers)[0] == 403, headers
