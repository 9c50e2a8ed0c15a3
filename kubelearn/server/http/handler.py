"""One connection: reads requests, asks `respond`, writes answers and streams watches.

Source: apiserver `pkg/server/filters`, `pkg/endpoints/handlers/watch.go`, Kubernetes 1.36.

Unlike the real one: HTTP/1.1 only, and a request body is read whole before it is looked at.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from kubelearn.api.errors import APIError, BadRequest, InternalError
from kubelearn.server.connections import Connection
from kubelearn.server.documents import document_at
from kubelearn.server.failures import EntityTooLarge, refusal
from kubelearn.server.http.readable import readable
from kubelearn.server.http.stamps import arriving, asked_at, moved
from kubelearn.server.http.streams import connect, negotiate
from kubelearn.server.logs import LogText
from kubelearn.server.message import JSON, SAFE, Request, Response
from kubelearn.server.parameters import flag
from kubelearn.server.watch import Row, Watch

if TYPE_CHECKING:
    from kubelearn.server.http.server import Server, Who

LONGEST_BODY: Final = 3 * 1024 * 1024
PATIENCE: Final = 60.0
"""Seconds that a client may stay silent in the middle of something."""
LONGEST_WATCH: Final = 3600
BOOKMARK_EVERY: Final = 60.0
LOOK: Final = 0.1
"""Seconds between two looks at a log that is followed."""


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "kubelearn"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = PATIENCE
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to the learner."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer malformed HTTP with a Status, and close."""
        self.close_connection = True
        words = " ".join(filter(None, (message or HTTPStatus(code).phrase, explain)))
        error = BadRequest(words)
        self._write(Response(code, {**error.status(), "code": code}))

    def _serve(self) -> None:
        """One request of any method."""
        try:
            who, path = self.server.opened(self.path, self.headers)
            response = self._answer(self._request(who, path), path)
        except APIError as error:
            self.close_connection = True
            response = refusal(error)
        if response.connection is not None:
            self._connect(response.connection)
            return
        self._write(response)
        if response.watch is not None and response.code == 200:
            self._stream(response.watch, response.body)
        elif response.log is not None and response.log.followed:
            self._follow(response.log)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    # Reading

    def _request(self, who: Who, path: str) -> Request:
        parts, header = urlsplit(path), self.headers.get
        user, groups, uid = self.server.impersonated(who, self.headers)
        return Request(
            self.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            self._body() or None,
            header("Content-Type", ""),
            header("Accept", "") or JSON,
            user,
            header("User-Agent", ""),
            if_none_match=header("If-None-Match", ""),
            groups=groups,
            uid=uid,
            host=self.server.address,
            arguments=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        text = self.headers.get("Content-Length", "0")
        if not (text.isascii() and text.isdigit()):
            raise BadRequest(f"Content-Length: {text!r} is not a number of bytes")
        if int(text) > LONGEST_BODY:
            raise EntityTooLarge(LONGEST_BODY)
        body = self.rfile.read(int(text))
        if len(body) < int(text):
            raise BadRequest("unexpected EOF")
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            size = self.rfile.readline(64).split(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError:
                raise BadRequest("invalid byte in chunk length") from None
            if len(body) + length > LONGEST_BODY:
                raise EntityTooLarge(LONGEST_BODY)
            body += self.rfile.read(length)
            self.rfile.readline(64)
            if not length:
                return body

    # Answering

    def _answer(self, request: Request, question: str) -> Response:
        """What `respond` says; an error of this program becomes an answer too."""
        try:
            reads = request.method in SAFE and not flag(request.query, "watch")
            if document_at(request.path) is None:
                self.server.pace.asked(question, reads=reads)
            with self.server.world.lock:  # between two events of the simulation
                return self._asked(request)
        except RecursionError:
            return refusal(BadRequest("the body is nested too deeply"))
        except Exception as error:  # noqa: BLE001 - the client hears it, the server goes on
            self.server.failures.append(error)
            return refusal(InternalError(f"{type(error).__name__}: {error}"))

    def _asked(self, request: Request) -> Response:
        server, body = self.server, request.body
        self._shift = server.difference(self._shift)
        if isinstance(body, bytes) and self._shift:
            body = arriving(body, self._shift, server.created(request.path))
            request = replace(request, body=body)
        if request.query.get("sinceTime") and self._shift:
            request = replace(request, query=asked_at(request.query, self._shift))
        return server.ask(request)

    _shift = 0

    def _write(self, response: Response) -> None:
        body = self._encoded(response)
        self.send_response_only(response.code)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Cache-Control", "no-cache, private")
        for text in response.warnings:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            self.send_header("Warning", f'299 - "{quoted}"')
        for name, value in (
            ("Retry-After", response.retry_after),
            ("ETag", response.etag),
            ("Location", self._from_outside(response.location)),
        ):
            if value:
                self.send_header(name, value)
        if _is_open(response):
            self.send_header("Transfer-Encoding", "chunked")
        elif response.code not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and not _is_open(response):
            self.wfile.write(body)
        self.wfile.flush()

    def _from_outside(self, location: str) -> str:
        """A path as the client has to ask for it: below its secret."""
        inside = location.startswith("/")
        return "/".join(self.path.split("/")[:3]) + location if inside else location

    def _encoded(self, response: Response) -> bytes:
        if response.code in (204, 304) or _is_open(response):
            return b""
        if response.log is not None:
            return response.log.cut(response.log.text(self._shift).encode())
        if isinstance(response.body, bytes):
            return response.body
        if isinstance(response.body, str) and response.content_type != JSON:
            return response.body.encode()
        return self._json(response.body)

    def _json(self, body: Any) -> bytes:
        text = json.dumps(moved(body, self._shift), separators=(",", ":"), ensure_ascii=False)
        return text.encode("utf-8", "surrogatepass") + b"\n"

    # Watching

    def _stream(self, watch: Watch, body: Any) -> None:
        """Send events until the client goes, its time is over, or the server closes."""
        given = dict(parse_qsl(urlsplit(self.path).query)).get("timeoutSeconds", "")
        seconds = int(given) if given.isdigit() else LONGEST_WATCH
        end = time.monotonic() + min(seconds or LONGEST_WATCH, LONGEST_WATCH)
        rows: list[Row] = body["events"] if body else []
        try:
            with self.server.pace.waiting():
                self._events(watch, rows, end)
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except OSError:  # the client has gone or reads no more
            self.close_connection = True

    def _events(self, watch: Watch, rows: list[Row], end: float) -> None:
        server, marked = self.server, time.monotonic()
        while True:
            self._send_rows(rows)
            now = time.monotonic()
            if watch.ended or server.pace.closed or now >= end or self._has_gone():
                break
            rows = self._wait(watch, min(1.0, end - now))
            if rows:
                marked = now
            elif watch.bookmarks and now - marked > BOOKMARK_EVERY:
                rows, marked = [watch.bookmark()], now

    def _wait(self, watch: Watch, seconds: float) -> list[Row]:
        """The next events, none after a while."""
        server, news = self.server, self.server.pace.news
        with news:
            if server.world.api.store.revision == watch.revision and not server.pace.closed:
                news.wait(seconds)
        if server.world.api.store.revision == watch.revision:
            return []
        with server.world.lock:
            self._shift = server.difference(self._shift)
            return watch.poll(server.world.api)

    def _send_rows(self, rows: list[Row]) -> None:
        self._send_chunk(b"".join(self._json(row) for row in rows))

    def _send_chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    # Logs and upgraded connections

    def _follow(self, log: LogText) -> None:
        """Send the lines of a log as they come, until its container ends or the client goes."""
        server, open_ = self.server, True
        try:
            with server.pace.waiting():
                self._send_chunk(log.cut(log.text(self._shift).encode()))
                while open_ and not (log.ended or server.pace.closed or self._has_gone(LOOK)):
                    with server.world.lock:
                        open_ = log.advance(server.world)
                        self._shift = server.difference(self._shift)
                    self._send_chunk(log.cut(log.text(self._shift).encode()))
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except OSError:  # the client has gone or reads no more
            self.close_connection = True

    def _connect(self, connection: Connection) -> None:
        """Upgrade, and serve the connection until one side ends it."""
        try:
            upgrade = negotiate(self.headers, connection)
        except APIError as error:
            self._write(refusal(error))
            return
        self.close_connection = True
        self.send_response_only(101)
        self.send_header("Connection", "Upgrade")
        for name, value in upgrade.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        connect(self.server, upgrade, connection, self.connection)

    def _has_gone(self, seconds: float = 0.0) -> bool:
        """Whether the client has closed the connection, or does within so many seconds."""
        if not readable(self.connection, seconds):
            return False
        if isinstance(self.connection, ssl.SSLSocket):
            return True  # a client that waits sends nothing but its end
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True


def _is_open(response: Response) -> bool:
    """Whether an answer goes on until somebody ends it."""
    followed = response.log is not None and response.log.followed
    return response.code == 200 and (followed or response.watch is not None)
