"""Server: a cluster that the real kubectl can reach, on this machine only.

Each server has a fresh port, and below it a secret path for each user: whoever does not know the
path gets 404, and requests that a web page sends are refused.

With `tls=True` it speaks HTTPS, and the path is the same for all: who asks is told by a bearer
token, that of the kubeconfig or one of a service account.

Unlike the real one: without TLS who asks is told from the secret path, since clients send no tokens
over plain HTTP; there are no client certificates.
"""

from __future__ import annotations

import atexit
import hmac
import os
import secrets
import shutil
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from email.message import Message
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeAlias

from kubelearn.api.errors import APIError, Forbidden, NotFound
from kubelearn.api.rbac.attributes import ANONYMOUS, Attributes
from kubelearn.api.rbac.authorizer import authorize
from kubelearn.api.times import EPOCH
from kubelearn.api.tokens import authenticated
from kubelearn.server.authorization import user_of
from kubelearn.server.failures import refusal
from kubelearn.server.http.handler import PATIENCE, Handler
from kubelearn.server.http.kubeconfig import write_kubeconfig
from kubelearn.server.http.pace import Pace
from kubelearn.server.http.stamps import difference
from kubelearn.server.http.tls import server_context
from kubelearn.server.message import Request, Response
from kubelearn.server.respond import is_command, respond
from kubelearn.server.routes import UnknownGroup, parse
from kubelearn.sim.clock import SECOND
from kubelearn.world import World
from kubelearn.world.timeline import ReadOnly

LOOPBACK: Final = "127.0.0.1"
HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
Who: TypeAlias = tuple[str | None, tuple[str, ...], str]
"""A user, her groups and her UID; None has credentials that nobody knows."""
BEARER: Final = "Bearer "


class Server(ThreadingHTTPServer):
    """Serves a world over HTTP from its own threads until `close()`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        world: World,
        *,
        time: str = "on demand",
        speed: float | None = None,
        port: int = 0,
        environment: bool = True,
        tls: bool = False,
    ) -> None:
        self.pace = Pace(world, time, speed or (1.0 if time == "live" else 10.0))
        context, self._authority = server_context() if tls else (None, b"")
        super().__init__((LOOPBACK, port), Handler)
        if context is not None:
            # The handshake is made in the thread of each connection, so that nobody can hold it up.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.world = world
        self.failures: list[Exception] = []
        """Errors of this program that clients got as InternalError."""
        self.stamps = True
        """Whether time stamps move to the wall clock at the edge."""
        self._secrets: dict[str, Who] = {}
        self._tokens: dict[str, Who] = {}
        self._files: dict[Who, Path] = {}
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._difference = 0
        self._before: str | None = None
        self._environment = environment
        self._closed = False
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="kubelearn-server",
            daemon=True,
        )  # fmt: skip
        self._start()

    def _start(self) -> None:
        self.kubeconfig = self.kubeconfig_for("")
        self.pace.start()
        self._thread.start()
        if self._environment:
            self._before = os.environ.get("KUBECONFIG")
            os.environ["KUBECONFIG"] = str(self.kubeconfig)
            _find_kubectl()
        atexit.register(self.close)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The address with the administrator's secret path."""
        return self.url_for("")

    @property
    def command(self) -> str:
        """The line that makes kubectl in a terminal talk to this cluster."""
        return f"export KUBECONFIG={self.kubeconfig}"

    def __repr__(self) -> str:
        state = "closed" if self._closed else self.command
        return f"<Server at {self.address}: {state}>"

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Who may ask

    def url_for(self, user: str, groups: tuple[str, ...] = (), uid: str = "") -> str:
        """The address at which requests are made by this user; "" is the administrator.

        With TLS it is the same for all, and nobody without a token.
        """
        who: Who = (ANONYMOUS.name, (), "") if self._authority else (user, groups, uid)
        scheme = "https" if self._authority else "http"
        return f"{scheme}://{self.address}/s/{_key_for(self._secrets, who)}"

    def token_for(self, user: str, groups: tuple[str, ...] = (), uid: str = "") -> str:
        """The bearer token of a user."""
        return _key_for(self._tokens, (user, groups, uid))

    def kubeconfig_for(self, user: str, groups: tuple[str, ...] = (), uid: str = "") -> Path:
        """The private file for a user in these groups; it is deleted by `close`."""
        who: Who = (user, groups, uid)
        if who not in self._files:
            token = self.token_for(user, groups, uid) if self._authority else ""
            url = self.url_for(user, groups, uid)
            self._files[who] = write_kubeconfig(url, user, token, self._authority)
        return self._files[who]

    def opened(self, path: str, headers: Message) -> tuple[Who, str]:
        """Who asks, and the path below the secret; Forbidden or NotFound for a stranger."""
        host = headers.get("Host", "")
        if not self._is_own(host):
            raise Forbidden(f"this server answers on {self.address} only, not for {host!r}")
        # Some libraries name the server itself; no page comes from here.
        origin = headers.get("Origin", "")
        if origin and not self._is_own(origin.partition("://")[2]):
            raise Forbidden("this server answers no requests of web pages")
        empty, letter, secret, rest = (*path.split("/", 3), "", "", "")[:4]
        if not empty and letter == "s":
            for known, who in self._secrets.items():
                if hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
                    return self._bearer(headers, who), f"/{rest}"
        raise NotFound("the server could not find the requested resource", details={})

    def _bearer(self, headers: Message, who: Who) -> Who:
        """Whom the token of a request belongs to; `who` when there is none."""
        given = headers.get("Authorization", "")
        if not given.startswith(BEARER):
            return who
        token = given.removeprefix(BEARER).strip()
        for known, owner in self._tokens.items():
            if hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
                return owner
        with self.world.lock:
            account = authenticated(self.world.api, token)
        return (None, (), "") if account is None else (account.name, account.groups, account.uid)

    def _is_own(self, host: str) -> bool:
        """Whether a host of a header is this server."""
        return host.removesuffix(f":{self.server_address[1]}") in HOSTS

    def impersonated(self, who: Who, headers: Message) -> Who:
        """Whom the request is made as; Forbidden when she may not speak for somebody else."""
        name = headers.get("Impersonate-User", "")
        if not name:
            return who
        user = user_of(Request("GET", "/", user=who[0], groups=who[1], uid=who[2]))
        asked = Attributes("impersonate", "", "users", "", name)
        with self.world.lock:
            decision = authorize(self.world.api, user, asked)
        if not decision.allowed:
            text = f'User "{user.name}" cannot impersonate resource "users" in API group "" at the '
            raise Forbidden.of("users", name, f"{text}cluster scope")
        return name, tuple(headers.get_all("Impersonate-Group") or ()), ""

    # Answering, while the lock is held

    def ask(self, request: Request) -> Response:
        """The answer; what can change the cluster goes through its journal."""
        if not is_command(request):
            return respond(self.world, request)
        try:
            return self.world.command("respond", respond, request)  # type: ignore[no-any-return]
        except ReadOnly as error:
            return refusal(Forbidden(str(error)))

    def difference(self, known: int = 0) -> int:
        """By how many nanoseconds the wall clock is ahead of the cluster's.

        It stays while it is right to a second, and for a connection that knows one while that is
        right to three: kubectl compares what it has read with what comes back a moment later.
        """
        if not self.stamps:
            return 0
        found = difference(time.time(), EPOCH.timestamp(), self.world.clock.now)
        if known and abs(found - known) <= 3 * SECOND:
            return known
        if abs(found - self._difference) > SECOND:
            self._difference = found
        return self._difference

    def created(self, path: str) -> str:
        """The creation time of the object at a path; "" if there is none."""
        try:
            target = parse(path, self.world.api.kinds)
        except (APIError, UnknownGroup, IndexError):
            return ""
        found = self.world.api.find(target.kind.resource, target.namespace, target.name)
        return found["metadata"]["creationTimestamp"] if found else ""

    # Connections and the end

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own."""
        if self._closed:
            self.shutdown_request(request)
            return
        thread = threading.Thread(
            target=self._in_thread, args=(request, client_address), name="kubelearn-client",
            daemon=True,
        )  # fmt: skip
        self._connections[request] = thread
        thread.start()

    def _in_thread(self, request: socket.socket, client_address: Any) -> None:
        try:
            if isinstance(request, ssl.SSLSocket):
                request.settimeout(PATIENCE)
                request.do_handshake()
            self.finish_request(request, client_address)
        except OSError:
            pass  # the client has gone
        else:
            _linger(request)
        finally:
            self._connections.pop(request, None)
            self.shutdown_request(request)

    def close(self) -> None:
        """End all connections and threads, delete the files, and restore KUBECONFIG."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        self.shutdown()
        self.server_close()
        self.pace.close()
        self._thread.join()
        for connection, thread in list(self._connections.items()):
            with suppress(OSError):  # closed meanwhile
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        for path in self._files.values():
            path.unlink(missing_ok=True)
        self._restore()

    def _restore(self) -> None:
        if not self._environment or os.environ.get("KUBECONFIG") != str(self.kubeconfig):
            return
        if self._before is None:
            del os.environ["KUBECONFIG"]
        else:
            os.environ["KUBECONFIG"] = self._before


def _key_for(keys: dict[str, Who], who: Who) -> str:
    """The secret of a user; a new one if she has none."""
    known = {each: secret for secret, each in keys.items()}
    secret = known.get(who) or secrets.token_urlsafe(16)
    keys[secret] = who
    return secret


def _linger(connection: socket.socket) -> None:
    """Read what is still coming: closing before would take the last answer away again."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        for _ in range(100):
            if not connection.recv(65536):
                break


def _find_kubectl() -> None:
    """Put this Python's own programs last on PATH when no kubectl is found there."""
    if shutil.which("kubectl") is None:
        own = str(Path(sys.executable).parent)
        os.environ["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PATH"), own)))
