"""The rows of events.

Source: `pkg/printers/internalversion/printers.go`, printEvent, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import since
from kubelearn.api.tables.printer import Cell, Column, Printer, name_of, part, text


def _source(event: Object) -> str:
    source = part(event, "source")
    component = source.get("component") or event.get("reportingComponent") or ""
    host = source.get("host") or event.get("reportingInstance") or ""
    return f"{component}, {host}" if host else component


def _event(event: Object, now: int) -> list[Cell]:
    subject = part(event, "involvedObject")
    series = event.get("series")
    first = event.get("firstTimestamp") or event.get("eventTime")
    last = event.get("lastTimestamp") or first
    count = event.get("count") or 1
    if series:
        last, count = series["lastObservedTime"], series["count"]
    kind, name = subject.get("kind", "").lower(), subject.get("name", "")
    return [
        since(last, now),
        event.get("type", ""),
        event.get("reason", ""),
        f"{kind}/{name}" if name else kind,
        text(subject, "fieldPath"),
        _source(event),
        event.get("message", "").strip(),
        since(first, now),
        count,
        name_of(event),
    ]


EVENTS: Final = Printer(
    (
        Column("Last Seen", doc="core.v1.Event.lastTimestamp"),
        Column("Type", doc="core.v1.Event.type"),
        Column("Reason", doc="core.v1.Event.reason"),
        Column("Object", doc="core.v1.Event.involvedObject"),
        Column("Subobject", wide=True, doc="core.v1.ObjectReference.fieldPath"),
        Column("Source", wide=True, doc="core.v1.Event.source"),
        Column("Message", doc="core.v1.Event.message"),
        Column("First Seen", wide=True, doc="core.v1.Event.firstTimestamp"),
        Column("Count", wide=True, doc="core.v1.Event.count"),
        Column("Name", wide=True, format="name", doc="meta.v1.ObjectMeta.name"),
    ),
    _event,
)
