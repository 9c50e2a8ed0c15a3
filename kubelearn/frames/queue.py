"""The scheduling queue: which pods wait, for what, and when they are tried again."""

from __future__ import annotations

from kubelearn.frames.source import Frame, Row
from kubelearn.frames.stays import Scheduled
from kubelearn.sim.duration import format_duration

QUEUES: dict[str, str] = {
    "active": "is tried as soon as it is first",
    "backoff": "something changed that may help it; it waits out its pause",
    "backoff after an error": "its attempt broke; it waits out its pause",
    "unschedulable": "fits nowhere; it waits for a change that may help it",
    "gated": "is not tried until its gate is opened",
}
"""Queue -> what a pod in it waits for."""


def queue(world: Scheduled) -> Frame:
    """All pods that have no node yet, in the order in which they will be tried."""
    now = world.clock.now
    rows = [_row(row, now) for row in world.parts["scheduler"].queue.rows()]
    counts = {name: sum(row["queue"] == name for row in rows) for name in QUEUES}
    return {
        "kind": "queue",
        "time": now,
        "timeText": format_duration(now),
        "pods": rows,
        "counts": counts,
        "summary": _summary(format_duration(now), counts),
    }


def _row(row: Row, now: int) -> Row:
    return {
        "key": f"pod/{row['namespace']}/{row['pod']}",
        "queue": row["queue"],
        "pod": row["pod"],
        "namespace": row["namespace"],
        "priority": row["priority"],
        "attempts": row["attempts"],
        "waited": format_duration(now - row["since"]),
        "next": _next(row, now),
        "waitsFor": row["waits_for"],
        "note": row["note"],
    }


def _next(row: Row, now: int) -> str:
    time = row["next_try"]
    if row["queue"] == "gated" or time is None:
        return "when the gate opens"
    if row["queue"] == "active":
        return "now"
    latest = "at the latest " if row["queue"] == "unschedulable" else ""
    return f"{latest}in {format_duration(max(0, time - now))}"


def _summary(time: str, counts: dict[str, int]) -> str:
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"Queue at {time}: {told or 'empty'}."
