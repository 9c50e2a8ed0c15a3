"""When an event was seen, as kubectl writes it: "5s", or "1s (x3 over 40s)".

Source: kubectl `pkg/cmd/events/event_printer.go`, `pkg/describe/describe.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import since


def seen(event: Object, now: int) -> str:
    """How long ago, and how many times over how long."""
    series = event.get("series")
    began = event.get("eventTime") or event.get("firstTimestamp")
    if series:
        last, count = series["lastObservedTime"], series["count"]
    else:
        last, count = event.get("lastTimestamp"), event.get("count", 0)
    if not series and count <= 1:
        return since(began, now)
    return f"{since(last, now)} (x{count} over {since(began, now)})"


def last_seen(event: Object) -> str:
    """The moment by which kubectl sorts events."""
    series = event.get("series") or {}
    moments = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    return next(filter(None, moments), "")
