"""The proxies at the edge: which router configures a pod, and which endpoint takes a request.

Source: ingress-nginx 1.13 `rootfs/etc/nginx/lua/balancer/round_robin.lua`, `sticky.lua`; nginx
1.27 `src/http/ngx_http_upstream.c` (proxy_next_upstream, 3 tries).

Unlike the real one: a configuration follows a change of its objects at once; a sticky endpoint is
the one with the highest hash of cookie and address, and the cookie has one part; a proxy takes
250 µs each way and keeps connections to its endpoints open; gRPC backends are not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple, Protocol

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.network.edge.upstreams import Host, Upstream, hosts_of, service_port
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Request
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Picked, Routed

CONNECT_TIMEOUT = 5 * SECOND
SYN_TIMEOUT = 127 * SECOND
"""For which Linux tries to connect for a program that sets no limit (tcp_syn_retries)."""
TRIES = 3
NO_HOST = "no live upstreams"

Draw = Callable[[int, str], int]
"""One of so many outcomes, for a purpose."""


class Asked(NamedTuple):
    """A request as a proxy sees it."""

    request: Request
    """Its scheme is that of the connection here: "https" when TLS ends at this proxy."""
    source: str
    port: int
    """Of the proxy's own."""
    sni: str
    draw: Draw


class Router(Protocol):
    """Makes the configuration of proxies from objects."""

    def __init__(self, api: APIServer) -> None:
        """Reads the objects of a cluster."""

    def is_own(self, pod: Object) -> bool:
        """Whether it configures a pod."""

    def ports(self, pod: Object) -> Mapping[int, str]:
        """The ports on which a proxy takes requests → "http" or "https"."""

    def expects_header(self, pod: Object) -> bool:
        """Whether each connection has to begin with a header of the PROXY protocol."""

    def certificate(self, pod: Object, port: int, name: str) -> str | None:
        """The PEM chain for a name in a handshake; None = the handshake is rejected."""

    def passes(self, pod: Object, port: int, name: str) -> Upstream | None:
        """Where a connection for a name in a handshake goes as it is; None = it ends here."""

    def route(self, pod: Object, asked: Asked) -> Routed:
        """What the proxy does with a request."""

    def addresses(self, host: str) -> tuple[str, ...]:
        """What public DNS has for a host: addresses or names of balancers."""


class EdgeProxies:
    """All proxies at the edge of a cluster."""

    name = "edge-proxies"
    state: ClassVar[tuple[str, ...]] = ("turns",)

    def __init__(self, context: Context, kinds: tuple[type[Router], ...]) -> None:
        self.context = context
        self.kinds = kinds
        self.turns: dict[tuple[str, str], int] = {}
        """(proxy, upstream) → how many tries it has had."""

    @property
    def routers(self) -> tuple[Router, ...]:
        """All of them, over the objects of this world."""
        return tuple(kind(self.context.api) for kind in self.kinds)

    def router(self, pod: Object) -> Router | None:
        """Who configures a pod; None when it is no proxy of the edge."""
        return next((one for one in self.routers if one.is_own(pod)), None)

    def entry(self, pod: Object, port: int) -> str:
        """Whether a connection to a pod's port ends at a proxy: "edge", or ""."""
        router = self.router(pod)
        return "edge" if router is not None and port in router.ports(pod) else ""

    def expects_header(self, pod: Object, port: int) -> bool:
        """Whether a connection to a pod's port has to begin with a PROXY protocol header."""
        router = self.router(pod)
        return router is not None and port in router.ports(pod) and router.expects_header(pod)

    def scheme(self, pod: Object, port: int) -> str:
        """What a proxy speaks on its port."""
        router = self.router(pod)
        return "" if router is None else router.ports(pod)[port]

    def certificate(self, pod: Object, port: int, name: str) -> str | None:
        """The PEM chain that a proxy shows for a name; None when it rejects the handshake."""
        router = self.router(pod)
        return None if router is None else router.certificate(pod, port, name)

    def addresses(self, host: str) -> tuple[str, ...]:
        """What public DNS has for a host of the edge."""
        found = (one.addresses(host) for one in self.routers)
        return next((addresses for addresses in found if addresses), ())

    def passes(self, call: Call, pod: Object, port: int) -> Routed | None:
        """Where a connection over TLS goes that a proxy does not open."""
        router = self.router(pod)
        upstream = router.passes(pod, port, call.target.host) if router is not None else None
        if upstream is None:
            return None
        text = f"TLS for {call.target.host} passes unopened to Service {upstream}"
        return Routed(text, cluster=upstream.key, tcp=True)

    def route_edge(self, call: Call, pod: Object, port: int, source: str) -> Routed:
        """What a proxy does with a request."""
        router = self.router(pod)
        if router is None:
            return Routed("no proxy any more", status=503)

        def draw(count: int, purpose: str) -> int:
            return self.context.draws.below(count, f"edge {purpose}", *call.subject)

        request = Request.of(call, router.ports(pod)[port])
        if request.rpc:
            return Routed("sends HTTP/1.1 to its endpoints, gRPC needs HTTP/2: 502", status=502)
        routed = router.route(pod, Asked(request, source, port, call.target.host, draw))
        flow = (source, get_path(pod, "status", "podIP", default=""), port)
        return routed._replace(seen={"flow": flow, "request": request._asdict()})

    def pick(self, call: Call, pod: Object, routed: Routed, tried: tuple[str, ...]) -> Picked:  # noqa: ARG002
        """The endpoint for the next try: by turns, or the sticky one."""
        upstream = Upstream(*routed.cluster.split("/"))
        if routed.tcp:
            return self._service(upstream)
        hosts = hosts_of(self.context.api, upstream)
        if not hosts:
            return Picked(f"{routed.cluster}: {NO_HOST}", flag=NO_HOST)
        if routed.hash is not None and not tried:
            host, word = max(hosts, key=lambda one: _score(routed.hash, one)), "sticky"
        else:
            host, word = self._turn(pod, routed.cluster, hosts), "round robin"
        text = f"{word}, 1 of {len(hosts)} endpoints: {host.key}"
        return Picked(text, host.address, host.port, connect_timeout=CONNECT_TIMEOUT)

    def _service(self, upstream: Upstream) -> Picked:
        """The address of a Service, behind which kube-proxy chooses the endpoint."""
        service = self.context.api.find("services", upstream.namespace, upstream.service)
        port = service_port(self.context.api, upstream)
        if service is None or port is None:
            return Picked(f"{upstream} is gone", flag=NO_HOST)
        address, number = str(service["spec"]["clusterIP"]), int(port["port"])
        return Picked(f"connects to {address}:{number}", address, number, original=True,
                      connect_timeout=SYN_TIMEOUT)  # fmt: skip

    def _turn(self, pod: Object, name: str, hosts: tuple[Host, ...]) -> Host:
        key = (pod["metadata"]["uid"], name)
        turn = self.turns.get(key)
        if turn is None:
            turn = self.context.draws.below(len(hosts), "round-robin", " ".join(key))
        self.turns[key] = turn + 1
        return hosts[turn % len(hosts)]

    def ended(self, uid: str, name: str, host: str, status: int) -> tuple[list[str], int | None]:  # noqa: ARG002
        """Nothing is counted: no endpoint is put aside, nobody waits for a connection."""
        return [], None

    def stops_waiting(self, uid: str, name: str, number: int) -> bool:  # noqa: ARG002
        """Nobody waits for a connection."""
        return False

    def may_retry(self, uid: str, name: str, change: int) -> bool:  # noqa: ARG002
        """Retries are limited by their number only."""
        return True

    def worth_another(self, routed: Routed, status: int, failure: str) -> bool:  # noqa: ARG002
        """Whether a try that ended so goes to the next endpoint."""
        return failure in routed.retry_on


def _score(cookie: int | None, host: Host) -> bytes:
    return hashlib.sha256(f"{cookie} {host.key}".encode()).digest()


def retried(method: str) -> tuple[str, ...]:
    """After which failures a request goes to the next endpoint (error timeout)."""
    if method in ("POST", "LOCK", "PATCH"):
        return ("connect",)
    return ("connect", "reset", "timeout")
