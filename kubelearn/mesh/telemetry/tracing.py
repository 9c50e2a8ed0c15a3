"""Distributed traces: a span for each proxy that a request passes, tied by headers.

A proxy continues the trace that it finds in the headers of a request, or begins one. Between two
proxies the headers are the proxies' own; inside a pod only the program can carry them from the
request that it answers to those that it sends. One that does not (`kubelearn.dev/forwards`) breaks
the trace: what it asks begins another.
Source: envoy `source/extensions/tracers/opentelemetry/span_context_extractor.cc` (W3C),
`source/extensions/tracers/zipkin/span_context_extractor.cc` (B3), 1.40; istio
`pilot/pkg/networking/util/util.go` (the name of a span: host:port/*), 1.27.

Unlike the real one: a collector loses nothing and shows spans at once; the newest 4,000 are kept;
`tracestate` and tags of one's own are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kubelearn.sim.draws import Draws
from kubelearn.traffic.proxying import Trace

Headers = Mapping[str, str]
W3C = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
B3 = ("x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled")
MOST = 4000


class Span(NamedTuple):
    """What a proxy reports of one request."""

    trace: Trace
    kind: str
    """"client" out of a pod or a gateway, "server" into a pod."""
    name: str
    service: str
    """Workload and namespace of the proxy, as in "front.default"."""
    pod: str
    begin: int
    end: int
    status: int
    flags: str
    root: int
    """The call for which it was made in the end."""


class Spans(list[Span]):
    """The newest spans."""

    def fork(self) -> Spans:
        """A copy."""
        return Spans(self)

    def add(self, span: Span) -> None:
        """One more; the oldest go when there are twice too many."""
        self.append(span)
        if len(self) >= 2 * MOST:
            del self[:MOST]


def _read_w3c(headers: Headers) -> Trace | None:
    found = W3C.fullmatch(headers.get("traceparent", ""))
    if found is None:
        return None
    return Trace(found[1], found[2], "", bool(int(found[3], 16) & 1))


def _write_w3c(trace: Trace) -> dict[str, str]:
    return {"traceparent": f"00-{trace.trace}-{trace.span}-{'01' if trace.sampled else '00'}"}


def _read_b3(headers: Headers) -> Trace | None:
    name, span, parent, sampled = (headers.get(each, "") for each in B3)
    return Trace(name, span, parent, sampled == "1") if name and span else None


def _write_b3(trace: Trace) -> dict[str, str]:
    values = (trace.trace, trace.span, trace.parent, "1" if trace.sampled else "0")
    return {name: value for name, value in zip(B3, values, strict=True) if value}


class Carrier(NamedTuple):
    """How the headers of a tracer are read and written."""

    read: Callable[[Headers], Trace | None]
    write: Callable[[Trace], dict[str, str]]


CARRIERS = {"opentelemetry": Carrier(_read_w3c, _write_w3c), "zipkin": Carrier(_read_b3, _write_b3)}
"""By the kind of the provider."""


def next_trace(
    before: Trace | None, percent: float, draws: Draws, place: str, number: int
) -> Trace:
    """The span of a proxy: a child of what it has found in the headers, or the first of a trace.

    Whether a trace is reported is drawn where it begins.
    """
    span = f"{draws.bits('span', place, number):016x}"
    if before is not None:
        return Trace(before.trace, span, before.span, before.sampled)
    name = draws.uuid("trace", place, number).replace("-", "")
    sampled = draws.uniform("trace sampling", place, number) * 100 < percent
    return Trace(name, span, "", sampled)
