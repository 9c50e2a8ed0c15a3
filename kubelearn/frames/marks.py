"""Moments worth a mark on a time line: what was asked for, what broke, what healed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kubelearn.api.objects import Object, controller_of, get_path
from kubelearn.api.store import Record
from kubelearn.frames.nodes import node_state
from kubelearn.frames.source import Row

MOST_NAMES = 3
NODE_WORDS = {"ready": "Ready", "notready": "NotReady", "unknown": "NotReady"}


def node_mark(record: Record) -> Row | None:
    """A node that came, went, or changed its Ready condition."""
    name = record.key[1]
    if record.new is None:
        return _mark("Warning", "removed", name)
    if record.old is None:
        return _mark("Normal", "added", name)
    before, after = node_state(record.old), node_state(record.new)
    if before == after:
        return None
    return _mark("Normal" if after == "ready" else "Warning", NODE_WORDS[after], name)


def workload_mark(record: Record) -> Row | None:
    """A workload of the learner's own that was created, changed or deleted."""
    obj = record.new or record.old
    if obj is None or controller_of(obj):
        return None
    if record.old is None or record.new is None:
        return _named("created" if record.old is None else "deleted", obj)
    before, after = (get_path(each, "spec") for each in (record.old, record.new))
    if before is after or before == after:
        return None
    replicas = [spec.get("replicas") for spec in (before, after)]
    if replicas[0] != replicas[1]:
        return _named(f"scaled {replicas[0]} → {replicas[1]}", obj)
    return _named("changed", obj)


def event_mark(record: Record) -> Row | None:
    """The first Warning of its kind about an object."""
    if record.old is not None or record.new is None or record.new.get("type") != "Warning":
        return None
    involved = record.new["involvedObject"]
    return _mark("Warning", record.new.get("reason", ""), involved.get("name", ""))


def _named(words: str, obj: Object) -> Row:
    return _mark("Normal", words, f"{obj['kind'].lower()}/{obj['metadata']['name']}")


def _mark(kind: str, what: str, who: str) -> Row:
    return {"type": kind, "what": what, "who": who}


def grouped(marks: Iterable[Row]) -> list[Row]:
    """One mark for all that happened to several at the same time."""
    found: dict[tuple[int, str], list[Row]] = {}
    for mark in marks:
        found.setdefault((mark["time"], mark["what"]), []).append(mark)
    return [_group(each) for each in found.values()]


def _group(marks: list[Row]) -> Row:
    first, names = marks[0], [mark["who"] for mark in marks]
    who = ", ".join(names) if len(names) <= MOST_NAMES else f"{len(names)} objects"
    shown = {name: first[name] for name in ("key", "time", "type")}
    return shown | {"text": f"{first['what']}: {who}"}


MARKS: dict[str, Callable[[Record], Row | None]] = {
    "nodes": node_mark,
    "deployments.apps": workload_mark,
    "statefulsets.apps": workload_mark,
    "daemonsets.apps": workload_mark,
    "replicasets.apps": workload_mark,
    "events": event_mark,
}
"""Resource -> what a write to it is worth on a time line."""
