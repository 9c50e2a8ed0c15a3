"""Telemetry: collects what all proxies of a cluster tell of their requests.

Both proxies of a request count it, the client's as `reporter="source"` and the server's as
`reporter="destination"`; so count with one of the two.
Source: istio/proxy `source/extensions/filters/http/istio_stats/istio_stats.cc`, Istio 1.27.

Unlike the real one: Prometheus is always there and asks proxies without delay; sizes and gRPC
messages are not counted, nor the bytes of TCP; what pods that are gone have counted stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from kubelearn.api.objects import Object, get_path
from kubelearn.mesh.clusters import BLACK_HOLE, split_name
from kubelearn.mesh.outbound import BLOCK_ALL
from kubelearn.mesh.push import Push
from kubelearn.mesh.telemetry import access_log
from kubelearn.mesh.telemetry.attributes import attributes_of
from kubelearn.mesh.telemetry.expressions import holds
from kubelearn.mesh.telemetry.labels import NOBODY, UNKNOWN, Labels, Workload, workload_of
from kubelearn.mesh.telemetry.metrics import changes
from kubelearn.mesh.telemetry.series import Series
from kubelearn.mesh.telemetry.settings import CLIENT, SERVER, Watching, watching
from kubelearn.mesh.telemetry.tracing import CARRIERS, Span, Spans, next_trace
from kubelearn.mesh.transport import identity
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Judged, Passage, Routed, Trace

REPORTERS = {"outbound": "source", "edge": "source", "inbound": "destination"}
REQUEST_ID = "x-request-id"
NO_CHAIN = "filter_chain_not_found"
"""What the log of a proxy says of a connection that no filter chain takes, such as plain text."""
TIDY_EVERY = 256


class Telemetry:
    """Metrics, log lines and spans of all proxies."""

    name = "telemetry"
    state: ClassVar[tuple[str, ...]] = ("series", "lines", "spans", "workloads")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.series = Series()
        self.lines: dict[str, tuple[tuple[int, str], ...]] = {}
        """UID of a pod → moments and lines of its proxy's log."""
        self.spans = Spans()
        self.workloads: dict[str, Workload] = {}
        """By the UID of a pod."""

    # On the way

    def sends(self, push: Push, pod: Object, call: Call, routed: Routed) -> Routed:
        """A request as a proxy sends it on: with its identifier and the trace's headers."""
        if routed.tcp:
            return routed
        given = routed.headers if routed.cluster else call.headers
        headers, trace = self._marked(push, pod, call, given, CLIENT)
        return routed._replace(headers=headers, trace=trace)

    def takes(self, push: Push, pod: Object, call: Call, judged: Judged) -> Judged:
        """A request as a server's proxy hands it to the program."""
        if judged.tcp:
            return judged
        given = call.headers if judged.headers is None else judged.headers
        headers, trace = self._marked(push, pod, call, given, SERVER)
        return judged._replace(headers=headers, trace=trace)

    def _marked(
        self, push: Push, pod: Object, call: Call, given: Mapping[str, str], side: int
    ) -> tuple[Mapping[str, str], Trace | None]:
        """Headers with what a proxy adds to them, as far as somebody looks at it."""
        said = watched(push, pod)
        tracing = said.tracing[side]
        if tracing is None and not said.logs[side]:
            return given, None
        headers = {name.lower(): value for name, value in given.items()}
        name, number = call.subject
        place, draws = f"{name} {pod['metadata']['uid']}", self.context.draws
        headers.setdefault(REQUEST_ID, draws.uuid("request id", place, number))
        if tracing is None:
            return headers, None
        carrier = CARRIERS[tracing.tracer]
        trace = next_trace(carrier.read(headers), tracing.percent, draws, place, number)
        return {**headers, **carrier.write(trace)}, trace

    # When it is over

    def over(self, push: Push, pod: Object, passage: Passage) -> None:
        """A proxy is done with a request."""
        self._count(push, pod, passage)
        side = side_of(passage)
        self._log(pod, passage, watched(push, pod).logs[side])
        if passage.trace is not None and passage.trace.sampled:
            self.spans.add(self._span(push, pod, passage))

    def labels(self, push: Push, pod: Object, one: Passage) -> Labels | None:
        """How a proxy counts requests like this one; None when it does not."""
        counts = watched(push, pod).metrics[side_of(one)] is not None
        return self._labels(push, pod, one) if counts else None

    def closed(self, push: Push, pod: Object, call: Call, port: int, source: str) -> None:
        """A server's proxy has closed a connection before any request: only its log tells."""
        lines = watched(push, pod).logs[SERVER]
        if not lines:
            return
        metadata, now = pod["metadata"], self.context.clock.now
        target = (str(get_path(pod, "status", "podIP", default="")), port)
        key = (metadata["namespace"], metadata["name"])
        self._log(pod, Passage(
            "inbound", key, now, now, call.number, call.number, call.subject, "", flags="NR",
            own=True, source=source, target=target, tcp=True, details=NO_CHAIN,
        ), lines)  # fmt: skip

    def _count(self, push: Push, pod: Object, passage: Passage) -> None:
        found = watched(push, pod).metrics[side_of(passage)]
        if found is None:
            return
        took = (passage.until - passage.since) // MILLISECOND
        labels = self._labels(push, pod, passage)
        if found:
            labels = labels._replace(changes=changes(found, attributes_of(passage)))
        self.series.count(labels, passage.until, took)

    def _labels(self, push: Push, pod: Object, one: Passage) -> Labels:
        reporter = REPORTERS[one.hop]
        own = self._workload(pod)
        peer = None if one.peer is None else self.context.api.find("pods", *one.peer)
        # Of a peer without a proxy a proxy is told nothing, but its own side knows its hosts.
        knows = peer is not None and (one.tls == "mtls" or reporter == "source")
        other = self._workload(peer) if peer is not None and knows else NOBODY
        secured = one.tls == "mtls"
        mine = principal_of(pod) if secured else UNKNOWN
        theirs = principal_of(peer) if secured and peer is not None else UNKNOWN
        policy = UNKNOWN
        ends = (own, mine, other, theirs)
        if reporter == "destination":
            ends, policy = (other, theirs, own, mine), "mutual_tls" if secured else "none"
        return Labels(
            reporter, pod["metadata"]["name"], *ends, *service_of(push, one),
            "tcp" if one.tcp else "http", str(one.status), one.flags or "-", policy,
        )  # fmt: skip

    def _workload(self, pod: Object) -> Workload:
        uid = pod["metadata"]["uid"]
        found = self.workloads.get(uid)
        if found is None:
            if len(self.workloads) % TIDY_EVERY == TIDY_EVERY - 1:
                self._tidy()
            found = self.workloads[uid] = workload_of(pod)
        return found

    def _tidy(self) -> None:
        """Forget pods that are gone."""
        alive = {pod["metadata"]["uid"] for pod in self.context.api.list("pods")}
        self.workloads = {uid: one for uid, one in self.workloads.items() if uid in alive}
        self.lines = {uid: lines for uid, lines in self.lines.items() if uid in alive}

    def _log(self, pod: Object, passage: Passage, expressions: Iterable[str]) -> None:
        """A line for each expression that is true for a request."""
        for expression in expressions:
            if not expression or holds(expression, attributes_of(passage)):
                self._write(pod, passage)

    def _write(self, pod: Object, passage: Passage) -> None:
        uid = pod["metadata"]["uid"]
        text = access_log.line(passage, self.context.draws)
        kept = self.lines.get(uid, ())[-access_log.KEPT + 1 :]
        self.lines[uid] = (*kept, (passage.until, text))

    def _span(self, push: Push, pod: Object, one: Passage) -> Span:
        assert one.trace is not None
        own = self._workload(pod)
        service, *_ = service_of(push, one)
        port = split_name(one.cluster)[0] if one.cluster.count("|") == 3 else one.target[1]
        kind = "server" if one.hop == "inbound" else "client"
        return Span(
            one.trace, kind, f"{service}:{port}/*", f"{own.canonical_service}.{own.namespace}",
            pod["metadata"]["name"], one.since, one.until, one.status, one.flags, one.root,
        )  # fmt: skip

    def log(self, pod: Object) -> tuple[tuple[int, str], ...]:
        """What a pod's proxy has written about requests: moments and lines, oldest first."""
        return self.lines.get(pod["metadata"]["uid"], ())


def side_of(passage: Passage) -> int:
    """Whether a proxy was the client's or the server's."""
    return SERVER if passage.hop == "inbound" else CLIENT


def watched(push: Push, pod: Object) -> Watching:
    """What a pod's proxy tells; worked out once for a push."""
    metadata = pod["metadata"]
    labels = metadata.get("labels") or {}
    namespace = metadata["namespace"]
    key = ("watching", namespace, tuple(sorted(labels.items())))
    return push.memo(key, lambda: watching(push, namespace, labels))


def principal_of(pod: Object) -> str:
    """The name in the certificate of a pod's proxy."""
    account = pod["spec"].get("serviceAccountName") or "default"
    return identity(pod["metadata"]["namespace"], account)


def service_of(push: Push, one: Passage) -> tuple[str, str, str]:
    """Host, name and namespace of the service that was asked, as far as its proxy knows them."""
    host = one.host
    if one.hop == "inbound":
        behind = (
            host
            for host, mine in push.behind(one.proxy)
            for port in push.services[host].ports
            if mine.port(port.name) == one.target[1]
        )
        host = next(behind, one.host)
    elif one.cluster.count("|") == 3:
        host = split_name(one.cluster)[2]
    service = push.services.get(host)
    if one.route == BLOCK_ALL:
        return host, BLACK_HOLE, UNKNOWN
    if service is None:
        # What no service is known for is named by the header Host.
        return host, host, UNKNOWN
    return service.host, service.name, service.namespace
