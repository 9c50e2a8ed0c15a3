"""The trail of objects: every write and every Event about them, in order, with its author."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from kubelearn.api.objects import Object, controller_of, labels_of
from kubelearn.api.store import Record
from kubelearn.cluster import Cluster
from kubelearn.learn.authors import SLICES, Note, notes
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration, parse_duration

COLUMNS = ("after", "who", "object", "what")
SHOWN = 100
"""Letters of a text that are shown where there is no HTML."""


class Entry(NamedTuple):
    """One thing that happened: when (ns, from the beginning of the trail), who, to what, what."""

    time: int
    who: str
    about: str
    what: str

    def cells(self) -> tuple[str, str, str, str]:
        """The entry as it is shown."""
        return f"{self.time / SECOND:.3f} s", self.who, self.about, self.what


@dataclass(frozen=True)
class Trail:
    """Who did what to some objects, in order."""

    entries: tuple[Entry, ...]

    def __str__(self) -> str:
        entries = [entry._replace(what=_short(entry.what)) for entry in self.entries]
        rows = [COLUMNS, *(entry.cells() for entry in entries)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
        rows = [(row[0].rjust(widths[0]), *row[1:]) for row in rows]
        lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in COLUMNS)
        rows = "".join(f"<tr>{_cells(entry)}</tr>" for entry in self.entries)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div data-kl="trail">{table}</div>'


def trail(
    cluster: Cluster, *references: str, since: str | float = 0, namespace: str = "default"
) -> Trail:
    """What happened to the named objects ("pod/web-0") and to their owners since a moment.

    Times in it count from that moment. Objects may be gone meanwhile.
    """
    start, now = parse_duration(since), cluster.clock.now
    if not references:
        raise ValueError('whose trail? Name an object, such as trail(cluster, "pod/web-0")')
    if start > now + SECOND:  # a time that was rounded is no mistake
        raise ValueError(f"since={since!r} has not come yet: choose 0s to {format_duration(now)}")
    subjects = {key for one in references for key in _with_owners(cluster, one, namespace)}
    entries: list[Entry] = []
    for record in cluster.api.store.log:
        if record.time < start:
            continue
        about = _about(cluster, record)
        if about in subjects:
            shown = f"{about[0].lower()}/{about[2]}"
            entries += [Entry(record.time - start, *_told(note, shown)) for note in _read(record)]
    return Trail(tuple(entries))


def _told(note: Note, shown: str) -> tuple[str, str, str]:
    return note.who, shown, note.what


def _read(record: Record) -> Iterator[Note]:
    if record.resource != "events":
        yield from notes(record)
        return
    event = record.new
    if event is not None:
        source = event.get("source") or {}
        host = f" of {source['host']}" if source.get("host") else ""
        what = f"Event {event['reason']}: {event['message']}"
        yield Note(f"{source.get('component', '')}{host}", what)


def _about(cluster: Cluster, record: Record) -> tuple[str, str, str]:
    """Kind, namespace and name of the object that a write is about; an Event is about another."""
    obj = record.new or record.old or {}
    if record.resource == "events":
        about = obj["involvedObject"]
        return about["kind"], about.get("namespace", ""), about["name"]
    return cluster.api.kinds.of(obj).kind, *record.key


def _with_owners(
    cluster: Cluster, reference: str, namespace: str
) -> Iterator[tuple[str, str, str]]:
    """The object and, upward, what controls it; a Service with its EndpointSlices."""
    kind, place, name = cluster.reference(reference, namespace)
    yield kind.kind, place, name
    obj = _last_known(cluster, kind.resource, (place, name))
    if obj is None:
        raise ValueError(f"there never was a {reference} in this cluster")
    if kind.kind == "Service":
        yield from _slices(cluster, place, name)
    owner = controller_of(obj)
    if owner is not None and owner["kind"] != "Node":
        yield from _with_owners(cluster, f"{owner['kind'].lower()}/{owner['name']}", place)


def _slices(cluster: Cluster, namespace: str, service: str) -> Iterator[tuple[str, str, str]]:
    for record in cluster.api.store.log:
        if record.resource == SLICES and record.key[0] == namespace:
            labels = labels_of(record.new or record.old or {"metadata": {}})
            found = labels.get("kubernetes.io/service-name")
            yield from [("EndpointSlice", *record.key)] if found == service else ()


def _last_known(cluster: Cluster, resource: str, key: tuple[str, str]) -> Object | None:
    found = cluster.api.store.get(resource, key)
    if found is not None:
        return found
    writes = (r for r in reversed(cluster.api.store.log) if (r.resource, r.key) == (resource, key))
    record = next(writes, None)
    return None if record is None else record.new or record.old


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _cells(entry: Entry) -> str:
    *short, what = entry.cells()
    left = "text-align:left"
    cells = [f"<td style='{left};white-space:nowrap'>{escape(cell)}</td>" for cell in short]
    return "".join([*cells, f"<td style='{left}'>{escape(what)}</td>"])
