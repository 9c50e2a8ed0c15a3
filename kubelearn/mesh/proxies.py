"""The proxies of the mesh: what each knows, and what it decides about requests.

All proxies work with the last push that reached them; a proxy that starts while istiod is gone has
nothing to work with, and those that run keep what they have.
Source: envoy `source/common/router/router.cc`, 1.40; istio `pilot/pkg/xds/ads.go`, 1.27.

Unlike the real one: a push reaches all proxies at the same moment; a sidecar without configuration
is ready all the same and refuses connections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.times import parse_timestamp
from kubelearn.mesh import inbound
from kubelearn.mesh.authentication import admit, through
from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.certificates import Certificates
from kubelearn.mesh.chance import Chance, Doubt, Lots
from kubelearn.mesh.clusters import Cluster, Member, cluster
from kubelearn.mesh.edge import edge_tables
from kubelearn.mesh.outbound import route_tables
from kubelearn.mesh.passing import route_passing
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.registry import Service, locality_of
from kubelearn.mesh.routing import NO_CONFIGURATION, NO_LISTENER, retries, route_http
from kubelearn.mesh.tcp_routes import route_tcp
from kubelearn.mesh.telemetry.labels import Labels
from kubelearn.mesh.telemetry.part import Telemetry
from kubelearn.mesh.transport import principal
from kubelearn.mesh.upstream import Upstream, Upstreams
from kubelearn.runtime.part import Context
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Answered, Judged, Passage, Picked, Routed

OUTBOUND, INBOUND = 15001, 15006
SIDECAR, ROUTER = "sidecar.istio.io/status", "router"


class Machines(Protocol):
    """Whether programs run; the kubelets know."""

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port."""


class Backlog(Protocol):
    """Requests of loads that proxies have got but that have not been computed yet."""

    def advance(self, time: int) -> None:
        """Compute what happens up to a time."""


class Spot(NamedTuple):
    """A proxy and what it works with."""

    push: Push
    scope: Scope
    uid: str


def has_sidecar(pod: Object) -> bool:
    """Whether a pod was injected."""
    return SIDECAR in (pod["metadata"].get("annotations") or {})


def is_router(pod: Object) -> bool:
    """Whether a pod is a gateway's proxy."""
    args = pod["spec"]["containers"][0].get("args") or ()
    return tuple(args[:2]) == ("proxy", ROUTER)


class Proxies:
    """All Envoys of a cluster."""

    name = "proxies"
    state: ClassVar[tuple[str, ...]] = ("upstreams",)
    wires: ClassVar[dict[str, str]] = {
        "machines": "kubelets", "telemetry": Telemetry.name, "certificates": Certificates.name,
        "backlog": "loads",
    }  # fmt: skip
    machines: Machines
    telemetry: Telemetry
    certificates: Certificates
    backlog: Backlog

    def __init__(self, context: Context) -> None:
        self.context = context
        self.push: Push | None = None
        self.silent_since: int | None = None
        """Since when istiod does not answer."""
        self.upstreams = Upstreams()

    # What istiod sends

    def receive(self, push: Push) -> None:
        """Take over a push."""
        self.push = push

    def lost(self, since: int | None) -> None:
        """Istiod is gone since a moment, or (None) is there."""
        self.silent_since = since

    def spot(self, pod: Object) -> Spot | None:
        """A proxy with its configuration; None while it has not got any."""
        push = self.push
        if push is None or (self.silent_since is not None and self._came_late(pod)):
            return None
        metadata = pod["metadata"]
        node = self.context.api.find("nodes", None, pod["spec"].get("nodeName") or "")
        labels = metadata.get("labels") or {}
        scope = push.scope(metadata["namespace"], labels, locality_of(node))
        return Spot(push, scope, metadata["uid"])

    def _came_late(self, pod: Object) -> bool:
        started = get_path(pod, "status", "startTime")
        return started is None or parse_timestamp(started) >= (self.silent_since or 0)

    def configuration(self, pod: Object) -> Object:
        """A proxy's whole configuration as a bootstrap file; ValueError when it has none."""
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        if not has_sidecar(pod) and not is_router(pod):
            raise ValueError(f"pod {name} has no proxy: label its namespace istio-injection=enabled"
                             " before the pod is made")  # fmt: skip
        spot = self.spot(pod)
        if spot is None:
            raise ValueError(f"the proxy of pod {name} has not got a configuration from istiod yet")
        return bootstrap(spot.push, self.proxy(pod, spot))

    def proxy(self, pod: Object, spot: Spot) -> Proxy:
        """What a bootstrap needs to know of a proxy."""
        router = is_router(pod)
        ports = self.edge_ports(spot.push, pod) if router else {}
        return Proxy(pod, spot.scope, router, ports)

    # Whose traffic passes a proxy

    def captures(self, namespace: str, name: str) -> bool:
        """Whether what a pod sends goes to its proxy."""
        pod = self.context.api.find("pods", namespace, name)
        return pod is not None and has_sidecar(pod)

    def entry(self, pod: Object, port: int) -> str:
        """Where a connection to a pod ends first: "edge", "inbound", or "" = the program itself."""
        if is_router(pod):
            return "" if port in (15020, 15021, 15090) else "edge"
        return "inbound" if has_sidecar(pod) and port not in (15020, 15021, 15090) else ""

    # Decisions

    def route(self, call: Call, key: Key, address: str) -> Routed:
        """What a sidecar does with what its pod sends."""
        pod = self.context.api.find("pods", *key)
        spot = self.spot(pod) if pod is not None else None
        if pod is None or spot is None or self.machines.silence(pod, OUTBOUND):
            return NO_CONFIGURATION
        port = call.target.port
        service = spot.push.by_address(address)
        tables = route_tables(spot.push, spot.scope)
        plain = service is not None and not _http(service, port)
        if call.target.scheme == "tcp" or plain or port not in tables:
            draw = self.chance(call.subject, pod["metadata"]["uid"]).below
            return route_tcp(spot.push, spot.scope, address, call.target,
                             lambda count: draw("cluster", count))  # fmt: skip
        source = str(get_path(pod, "status", "podIP", default=""))
        routed = route_http(tables[port], call, self.chance(call.subject, spot.uid).lot, source)
        return self.telemetry.sends(spot.push, pod, call, routed)

    def passes(self, call: Call, pod: Object, port: int) -> Routed | None:
        """Where a connection over TLS goes that a gateway does not open."""
        spot = self.spot(pod)
        if spot is None:
            return None
        draw = self.chance(call.subject, spot.uid).below
        labels, ports = pod["metadata"].get("labels") or {}, self.edge_ports(spot.push, pod)
        return route_passing(spot.push, spot.scope, labels, ports, (port, call.target.host),
                             lambda count: draw("cluster", count))  # fmt: skip

    def route_edge(self, call: Call, pod: Object, port: int, source: str) -> Routed:
        """What a gateway does with a request from outside."""
        spot = self.spot(pod)
        if spot is None:
            return NO_CONFIGURATION
        labels = pod["metadata"].get("labels") or {}
        ports = self.edge_ports(spot.push, pod)
        tables = edge_tables(spot.push, spot.scope.namespace, labels, ports)
        if port not in tables:
            return NO_LISTENER._replace(text=NO_LISTENER.text.format(port=port))
        peer = inbound.peer_of(pod, call, port, http=True, principal="", source=source)
        answer = answered(call, pod)
        judged, headers = admit(spot.push, peer, call, self.context.clock.now, answer)
        if judged.ask is not None:
            return Routed(judged.text, ask=judged.ask)
        if not judged.accepted:
            refused = Routed(judged.text, judged.status, flag=judged.flag, body=judged.body,
                             details=judged.details, response=judged.response)  # fmt: skip
            return self.telemetry.sends(spot.push, pod, call, refused)
        routed = route_http(tables[port], call, self.chance(call.subject, spot.uid).lot, source)
        routed = through(routed, judged.text, call.headers, headers)
        return self.telemetry.sends(spot.push, pod, call, routed)

    def edge_ports(self, push: Push, pod: Object) -> dict[int, int]:
        """Port of a gateway's Service → port on which its proxy listens."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        found: dict[int, int] = {}
        for host, mine in push.behind(key):
            for port in push.services[host].ports:
                found[port.number] = mine.port(port.name)
        return found

    def pick(self, call: Call, pod: Object, routed: Routed, tried: tuple[str, ...]) -> Picked:
        """The host for the next try, or why there is none."""
        found = self.cluster(pod, routed.cluster)
        if found is None:
            return Picked(f"there is no cluster {routed.cluster}", flag="NC")
        self.backlog.advance(self.context.clock.now)
        upstream = self.upstream(pod["metadata"]["uid"], found, self.context.clock.now)
        upstream.tick(self.context.clock.now)
        limit = upstream.full()
        if limit and (limit == "max_requests" or not upstream.may_wait):
            text = f"circuit breaker: {limit} of {routed.cluster} reached ({upstream.busy} busy)"
            return Picked(text, flag="UO")
        if limit:
            upstream.waiting = (*upstream.waiting, call.number)
            return Picked("waits for a connection", waits=True)
        if found.passthrough:
            return self._original(call, upstream)
        chance = self.chance(call.subject, pod["metadata"]["uid"])
        avoid = tried if routed.avoid else ()
        chosen = upstream.choose(chance.below, routed.hash, avoid, routed.avoid)
        if chosen.member is None:
            return Picked(chosen.text, flag="UH")
        upstream.began(chosen.member.host.key)
        made = picked(found, chosen.member, chosen.text)
        return made._replace(levels=chosen.levels, level=chosen.level)

    def cluster(self, pod: Object, name: str) -> Cluster | None:
        """A cluster as the proxy of a pod knows it."""
        spot = self.spot(pod)
        return None if spot is None else cluster(spot.push, spot.scope, name)

    def _original(self, call: Call, upstream: Upstream) -> Picked:
        """The host that the client has chosen itself (ORIGINAL_DST)."""
        address, port, found = call.state["address"], call.target.port, upstream.cluster
        mtls = any(one.address == address and one.mtls for one in found.members)
        tls = _tls(found, mtls=mtls)
        upstream.began(f"{address}:{port}")
        text = f"the original address: {address}:{port}, {_SAYS[tls]}"
        return Picked(text, address, port, tls, "", False, found.connect_timeout, True)

    def ended(self, uid: str, name: str, host: str, status: int) -> tuple[list[str], int | None]:
        """A try ended; who is ejected by it, and the call that gets its connection."""
        self.backlog.advance(self.context.clock.now)
        upstream = self.upstreams.get((uid, name, ""))
        if upstream is None:
            return [], None
        now = self.context.clock.now
        upstream.tick(now)
        out = upstream.ended(host, status, now)
        following = next(iter(upstream.waiting), None)
        if following is not None and not upstream.full_of_connections:
            upstream.waiting = upstream.waiting[1:]
            return out, following
        return out, None

    def stops_waiting(self, uid: str, name: str, number: int) -> bool:
        """A call does not wait for a connection any longer; whether it has done so."""
        self.backlog.advance(self.context.clock.now)
        upstream = self.upstreams.get((uid, name, ""))
        waited = upstream is not None and number in upstream.waiting
        if upstream is not None:
            upstream.waiting = tuple(one for one in upstream.waiting if one != number)
        return waited

    def may_retry(self, uid: str, name: str, change: int) -> bool:
        """Begin (+1) or end (-1) a retry; False when the limit of retries is reached."""
        self.backlog.advance(self.context.clock.now)
        upstream = self.upstreams.get((uid, name, ""))
        if upstream is None:
            return True
        if change > 0 and upstream.retries >= upstream.most_retries(upstream.busy):
            return False
        upstream.retries = max(0, upstream.retries + change)
        return True

    def worth_another(self, routed: Routed, status: int, failure: str) -> bool:
        """Whether a try that ended so is repeated."""
        return retries(routed, status, failure)

    def upstream(self, uid: str, found: Cluster, now: int) -> Upstream:
        """The state of a cluster in a proxy, which is used from a moment on."""
        key = (uid, found.name, "")
        upstream = self.upstreams.get(key)
        if upstream is None:
            seed = self.context.draws.below(1 << 32, "balancer", f"{uid} {found.name}")
            upstream = self.upstreams[key] = Upstream(found, now, seed)
        upstream.adopt(found, now)
        return upstream

    def take(self, call: Call, pod: Object, port: int, tls: str, client: Key | None) -> Judged:
        """What a server's proxy does with a request."""
        spot = self.spot(pod)
        if spot is None:
            return Judged(NO_CONFIGURATION.text, False)
        sender = self.context.api.find("pods", *client) if client is not None else None
        source = str(get_path(sender or {}, "status", "podIP", default="")) or "0.0.0.0"  # noqa: S104
        own = ""
        refused = self.certificates.problem(sender, pod) if tls == "mtls" else None
        if refused is not None:
            text = f"the TLS handshake fails: {refused.told} ({refused.words})"
            return Judged(text, False, handshake=refused.words)
        if sender is not None and tls == "mtls":
            account = sender["spec"].get("serviceAccountName") or "default"
            own = principal(sender["metadata"]["namespace"], account)
        http = self.declared_http(spot.push, pod, port)
        judged = inbound.take(
            spot.push, pod, call, port, http=http, tls=tls, principal=own, source=source,
            now=self.context.clock.now, answer=answered(call, pod),
        )  # fmt: skip
        if judged.ask is not None:
            return judged
        if not judged.accepted and not judged.status:
            self.telemetry.closed(spot.push, pod, call, port, source)
        return self.telemetry.takes(spot.push, pod, call, judged)

    def over(self, passage: Passage) -> None:
        """A proxy is done with a request: its telemetry hears of it."""
        pod = self.context.api.find("pods", *passage.proxy)
        spot = self.spot(pod) if pod is not None else None
        if pod is not None and spot is not None:
            self.telemetry.over(spot.push, pod, passage)

    def declared_http(self, push: Push, pod: Object, port: int) -> bool:
        """Whether a port of a pod speaks HTTP, as its Service says; True when none does."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        for host, mine in push.behind(key):
            for own in push.services[host].ports:
                if mine.port(own.name) == port:
                    return own.http
        return True

    def chance(self, subject: tuple[str, int], uid: str) -> Chance:
        """The draws of the proxy of a pod for a try."""
        return Chance(self.context.draws, subject, uid)

    # In bulk

    def labels(self, passage: Passage) -> Labels | None:
        """How a proxy counts requests like this one; None when it does not."""
        pod = self.context.api.find("pods", *passage.proxy)
        spot = self.spot(pod) if pod is not None else None
        if pod is None or spot is None:
            return None
        return self.telemetry.labels(spot.push, pod, passage)

    def count(
        self, labels: Labels, status: int, flags: str, ends: Sequence[int], took: Sequence[int]
    ) -> None:
        """A proxy is done with many requests: when, and after how many ns."""
        counted = labels._replace(code=str(status), flags=flags or "-")
        self.telemetry.series.count_all(counted, ends, took)

    def view(self) -> tuple[object, ...]:
        """What decides about requests; equal for as long as nothing of it changes."""
        push = None if self.push is None else self.push.version
        return push, self.silent_since, len(self.certificates.turns)

    def scouted(self, context: Context, machines: Machines, lots: Lots, doubt: Doubt) -> Proxies:
        """The same for somebody who only looks: `lots` are taken, and `doubt` is raised."""
        from kubelearn.mesh.scouted import Scouted

        return Scouted(self, context, machines, lots, doubt)


def answered(call: Call, pod: Object) -> Answered | None:
    """What the authoriser of a pod's proxy has said of a call; None while it was not asked."""
    answers: Mapping[str, Answered] = call.state.get("authorised") or {}
    return answers.get(pod["metadata"]["uid"])


def picked(found: Cluster, member: Member, text: str) -> Picked:
    """A member of a cluster as the host of a try."""
    tls = _tls(found, mtls=member.mtls)
    text = f"{text}: {member.address}:{member.port}, {_SAYS[tls]}"
    return Picked(text, member.address, member.port, tls, connect_timeout=found.connect_timeout)


_SAYS: Mapping[str, str] = {"mtls": "mTLS", "tls": "TLS", "none": "plain text"}


def _tls(found: Cluster, *, mtls: bool) -> str:
    """How a connection to a host is secured."""
    if found.tls == "auto":
        return "mtls" if mtls else "none"
    return {"ISTIO_MUTUAL": "mtls", "DISABLE": "none"}.get(found.tls, "tls")


def _http(service: Service, port: int) -> bool:
    found = service.port(port)
    return found is None or found.http
