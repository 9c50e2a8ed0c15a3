"""A distributed trace as its collector shows it: spans under the spans that asked, over time.

The collector knows traces by their identifiers only. What a program asks without carrying the
headers on begins a trace of its own; it is counted here, and drawn nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.frames.source import Frame, Row
from kubelearn.mesh.telemetry.tracing import Span
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.call import Call
from kubelearn.world.explain import as_it_was

NOTHING = (
    "No proxy has reported a span: nothing traces the request (that takes a Telemetry with a "
    "provider, and its share of the requests), or it has passed no proxy."
)


def trace(world: Any, call: Call | None = None) -> Frame:
    """The trace that began with a finished request; without one the newest trace."""
    spans: list[Span] = as_it_was(world).parts["telemetry"].spans
    root = _newest(spans) if call is None else call.number
    own = [span for span in spans if span.root == root]
    if not own:
        return {"kind": "trace", "id": "", "spans": [], "others": 0, "summary": NOTHING}
    name = _first(own).trace.trace
    shown = [span for span in spans if span.trace.trace == name]
    begin = min(span.begin for span in shown)
    others = {span.trace.trace for span in own} - {name}
    rows = [_row(span, level, begin) for span, level in _ordered(shown)]
    return {
        "kind": "trace",
        "id": name,
        "spans": rows,
        "others": len(others),
        "summary": _summary(name, rows, len(others)),
    }


def _first(spans: list[Span]) -> Span:
    """The span of the first proxy on the way: it is asked first, and done last."""
    return min(spans, key=lambda span: (span.begin, -span.end))


def _newest(spans: list[Span]) -> int | None:
    """The request whose trace began last; None when there is none."""
    return max(spans, key=lambda span: span.begin).root if spans else None


def _ordered(spans: list[Span]) -> Iterator[tuple[Span, int]]:
    """Each span after the one that has asked, with its depth; oldest first."""
    known = {span.trace.span for span in spans}
    below: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.begin, -span.end)):
        parent = span.trace.parent
        below.setdefault(parent if parent in known else "", []).append(span)
    waiting = [(span, 0) for span in reversed(below.get("", []))]
    while waiting:
        span, level = waiting.pop()
        yield span, level
        waiting += [(child, level + 1) for child in reversed(below.get(span.trace.span, []))]


def _row(span: Span, level: int, begin: int) -> Row:
    return {
        "service": span.service,
        "name": span.name,
        "kind": span.kind,
        "pod": span.pod,
        "level": level,
        "after": round((span.begin - begin) / MILLISECOND, 2),
        "took": round((span.end - span.begin) / MILLISECOND, 2),
        "status": span.status,
        "flags": span.flags,
        "span": span.trace.span,
        "parent": span.trace.parent,
    }


def _summary(name: str, rows: list[Row], others: int) -> str:
    took = max(row["after"] + row["took"] for row in rows)
    count = f"{len(rows)} span{'s' * (len(rows) != 1)}"
    said = f"Trace {name[:8]}…: {count} in {took:g} ms"
    if not others:
        return said
    more = f"{others} other trace{'s' * (others != 1)}"
    return f"{said}; the same request has left {more}: a program did not carry the headers on"
