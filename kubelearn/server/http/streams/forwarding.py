"""Forwarded ports: HTTP requests from the machine go through the modelled pod.

What a client sends is read as HTTP/1.1; each request becomes a modelled one from inside the pod to
the port, and its answer goes back. Nothing else is behind a forwarded port.

Source of the errors: `pkg/kubelet/server/portforward`, containerd
`internal/cri/server/sandbox_portforward_linux.go`.

Unlike the real one: programs speak HTTP/1.1 only, and a pod with a proxy is reached through it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.sim.clock import SECOND
from kubelearn.world.shell.curl import REASONS

if TYPE_CHECKING:
    from kubelearn.server.connections import PortForward
    from kubelearn.server.http.server import Server

LONGEST_HEAD: Final = 1 << 16
LONGEST_BODY: Final = 1 << 22
PATIENCE: Final = 60 * SECOND
REQUEST_LINE: Final = re.compile(rb"([A-Z]{1,20}) (/[!-~]*) HTTP/1\.[01]")


class Incoming(NamedTuple):
    """A request that has come whole."""

    method: str
    path: str
    headers: dict[str, str]


class NotHTTP(ValueError):
    """What came is no HTTP/1 request that is answered here."""


class Wire:
    """One connection to a port of a pod."""

    def __init__(self, server: Server, forward: PortForward, port: int) -> None:
        self._server, self._forward, self.port = server, forward, port
        self._buffer = b""
        self.done = False
        """Whether the program has closed the connection."""
        self.problem = ""
        """Why nothing can be sent any more."""

    def refusal(self) -> str:
        """Why nobody listens; "" when somebody does."""
        world, asked = self._server.world, self._forward
        with world.lock:
            pod = world.api.find("pods", asked.namespace, asked.name)
            same = pod is not None and pod["metadata"]["uid"] == asked.uid
            if pod is not None and same and not world.parts["kubelets"].silence(pod, self.port):
                return ""
            name = f"cni-{world.draws.uuid('netns', asked.uid)}"
        sandbox = asked.uid.replace("-", "") * 2
        return (
            f"error forwarding port {self.port} to pod {sandbox}, uid : failed to execute "
            f'portforward in network namespace "/var/run/netns/{name}": failed to connect to '
            f'localhost:{self.port} inside namespace "{sandbox}", IPv4: dial tcp4 '
            f"127.0.0.1:{self.port}: connect: connection refused IPv6 dial tcp6: address "
            "localhost: no suitable address"
        )

    def feed(self, data: bytes) -> bytes:
        """The answers to the requests that are whole now."""
        self._buffer += data
        answers = b""
        while not self.done:
            try:
                request = self._next()
            except NotHTTP:
                self.done = True
                return answers + _response(400, "this port speaks HTTP/1.1\n", close=True)
            if request is None:
                break
            try:
                answers += self._answered(request)
            except (APIError, ValueError) as error:  # the pod has died meanwhile
                self.done, self.problem = True, str(error)
        return answers

    def _next(self) -> Incoming | None:
        """The first request in the buffer, when it is whole."""
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            if len(head) > LONGEST_HEAD or (head and not re.match(rb"[A-Z]{1,20}( |$)", head)):
                raise NotHTTP
            return None
        lines = head.split(b"\r\n")
        found = REQUEST_LINE.fullmatch(lines[0])
        if found is None or len(head) > LONGEST_HEAD:
            raise NotHTTP
        pairs = (line.decode("latin-1").partition(":")[::2] for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        body = _body_length(headers, rest)
        if body is None:
            return None
        self._buffer = rest[body:]
        return Incoming(found[1].decode(), found[2].decode(), headers)

    def _answered(self, request: Incoming) -> bytes:
        asked = self._forward
        close = request.headers.get("connection", "").lower() == "close"
        call = self._server.world.ask(
            f"http://127.0.0.1:{self.port}{request.path}",
            client=f"pod/{asked.name}",
            method=request.method,
            headers=request.headers,
            namespace=asked.namespace,
            timeout=PATIENCE,
        )
        self.done = close or not call.status
        if not call.status:
            return b""  # as a program that goes away without a word
        body = "" if request.method == "HEAD" else call.body
        return _response(call.status, body, close=close, length=len(call.body.encode()))


def _body_length(headers: dict[str, str], rest: bytes) -> int | None:
    """How many bytes of the rest are the request's body; None when it is not whole yet."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        end = rest.find(b"0\r\n\r\n")
        length = end + 5 if end >= 0 else len(rest) + 1
    else:
        text = headers.get("content-length", "0")
        if not (text.isascii() and text.isdigit()):
            raise NotHTTP
        length = int(text)
    if length > LONGEST_BODY:
        raise NotHTTP
    return length if length <= len(rest) else None


def _response(code: int, body: str, *, close: bool, length: int | None = None) -> bytes:
    data = body.encode()
    head = [f"HTTP/1.1 {code} {REASONS.get(code, '')}", "Content-Type: text/plain; charset=utf-8"]
    head.append(f"Content-Length: {len(data) if length is None else length}")
    head += ["Connection: close"] if close else []
    return "\r\n".join([*head, "", ""]).encode() + data
