"""The newest events of a cluster, as people read them."""

from __future__ import annotations

from heapq import nlargest

from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import parse_timestamp
from kubelearn.frames.source import Reader, Row
from kubelearn.sim.duration import format_duration

NEWEST = 40
"""How many events a frame shows."""


def event_rows(api: Reader, most: int = NEWEST) -> list[Row]:
    """The newest events since the learner's zero, newest last; `at` is simulated time as text."""
    own = [event for event in api.list("events") if event_time(event) >= 0]
    newest = nlargest(most, own, key=_when)
    return [_event_row(event) for event in reversed(newest)]


def _when(event: Object) -> tuple[int, int]:
    """Time and revision: events of one second stay in the order in which they were written."""
    return (event_time(event), int(get_path(event, "metadata", "resourceVersion", default="0")))


def event_time(event: Object) -> int:
    """When it was last seen, in nanoseconds."""
    text = event.get("lastTimestamp") or event.get("eventTime")
    return parse_timestamp(text or event["metadata"]["creationTimestamp"])


def _event_row(event: Object) -> Row:
    metadata, involved = event["metadata"], event["involvedObject"]
    count = event.get("count") or get_path(event, "series", "count", default=1)
    return {
        "key": f"{metadata['namespace']}/{metadata['name']}",
        "at": format_duration(event_time(event)),
        "type": event.get("type", "Normal"),
        "reason": event.get("reason", ""),
        "object": f"{involved.get('kind', '')}/{involved.get('name', '')}",
        "ref": _ref(involved),
        "message": event.get("message", ""),
        "count": count,
        "from": get_path(event, "source", "component") or event.get("reportingComponent", ""),
    }


def _ref(involved: Object) -> str:
    """The key that a frame's rows use for the involved object."""
    parts = (involved.get("kind", "").lower(), involved.get("namespace"), involved.get("name", ""))
    return "/".join(part for part in parts if part)
