"""How many connections and requests an object allows: the errors of the settings.

DestinationRules and Sidecars have such settings.
Source: istio `pkg/config/validation/validation.go` (validateConnectionPool), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import duration, nanoseconds
from kubelearn.api.objects import Object
from kubelearn.sim.clock import MILLISECOND

HTTP_COUNTS = {
    "http1MaxPendingRequests": "http1 max pending requests",
    "http2MaxRequests": "http2 max requests",
    "maxRequestsPerConnection": "max requests per connection",
    "maxRetries": "max retries",
}


def connection_pool(settings: Object | None) -> Iterator[str]:
    """The errors of connectionPool, none without one."""
    if settings is None:
        return
    http, tcp = settings.get("http"), settings.get("tcp")
    if http is None and tcp is None:
        yield "connection pool must have at least one field"
    yield from _http(http or {})
    yield from _tcp(tcp or {})


def _http(http: Object) -> Iterator[str]:
    for field, words in HTTP_COUNTS.items():
        yield from _not_negative(http.get(field) or 0, words)
    yield from duration(http.get("idleTimeout"))
    if http.get("h2UpgradePolicy") == "UPGRADE" and http.get("useClientProtocol"):
        yield "use client protocol must not be true when H2UpgradePolicy is UPGRADE"
    yield from _not_negative(http.get("maxConcurrentStreams") or 0, "max concurrent streams")


def _tcp(tcp: Object) -> Iterator[str]:
    yield from _not_negative(tcp.get("maxConnections") or 0, "max connections")
    yield from duration(tcp.get("connectTimeout"))
    yield from duration(tcp.get("maxConnectionDuration"))
    idle = tcp.get("idleTimeout")
    if abs(nanoseconds(idle) or 0) >= MILLISECOND:  # less turns the timeout off
        yield from duration(idle)
    keepalive = tcp.get("tcpKeepalive") or {}
    yield from duration(keepalive.get("time"))
    yield from duration(keepalive.get("interval"))


def _not_negative(number: int, words: str) -> Iterator[str]:
    if number < 0:
        yield f"{words} must be non-negative"
