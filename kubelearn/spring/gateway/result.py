"""How a chain of filters ends, on its way back: an answer, or an exception.

Source: reactor-netty 1.3 `HttpClientConnect.java`, netty 4.2 `AbstractNioChannel.java` (names and
messages of exceptions); spring-boot 4.0 `DefaultErrorAttributes.java`,
`DefaultErrorWebExceptionHandler.java` (status and body).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import NamedTuple

from kubelearn.api.times import micro_timestamp
from kubelearn.spring.gateway.around import IO, TIMEOUT
from kubelearn.spring.gateway.exchange import Pairs

CONNECT = "java.net.ConnectException"
STATUS = "org.springframework.web.server.ResponseStatusException"


class Thrown(NamedTuple):
    """An exception: its classes from its own to the most general, and the status it leads to."""

    classes: tuple[str, ...]
    message: str
    status: int = 500

    @property
    def text(self) -> str:
        """Its short name and message."""
        return f"{self.classes[0].rpartition('.')[2]}: {self.message}"


FAILURES = {
    "refused": Thrown(
        ("io.netty.channel.AbstractChannel$AnnotatedConnectException", CONNECT, IO),
        "Connection refused: {place}",
    ),
    "unreachable": Thrown(
        ("io.netty.channel.AbstractChannel$AnnotatedNoRouteToHostException", IO),
        "No route to host: {place}",
    ),
    "name": Thrown(("java.net.UnknownHostException", IO), "Failed to resolve '{host}'"),
    "reset": Thrown(
        ("reactor.netty.http.client.PrematureCloseException", IO),
        "Connection prematurely closed BEFORE response",
    ),
    "connect": Thrown(
        ("io.netty.channel.ConnectTimeoutException", CONNECT, IO),
        "connection timed out after {ms} ms: {place}",
    ),
    "timeout": Thrown((STATUS, TIMEOUT), "Response took longer than timeout: PT{seconds:g}S", 504),
}
"""What a gateway makes of a request that got no answer."""
NOT_FOUND = "org.springframework.cloud.gateway.support.NotFoundException"
NOT_PERMITTED = "io.github.resilience4j.circuitbreaker.CallNotPermittedException"
TOO_SLOW = "java.util.concurrent.TimeoutException"


class Result(NamedTuple):
    """An answer on its way back through the filters; `thrown` when it is none."""

    status: int = 0
    body: str = ""
    headers: Pairs = ()
    committed: bool = False
    """Whether a filter has answered itself: nobody changes its headers any more."""
    thrown: Thrown | None = None


def error_page(path: str, status: int, now: int, request: str) -> str:
    """The body of an error that nobody has handled."""
    time = micro_timestamp(now)[:-4] + "Z"
    said = {"timestamp": time, "path": path, "status": status,
            "error": HTTPStatus(status).phrase, "requestId": request}  # fmt: skip
    return json.dumps(said, separators=(",", ":"))
