"""The store: etcd in small.

Every write gets the next revision and is appended to a log of (revision, time, resource, key, old,
new). Objects in the store are shared and never changed, so the log is also the whole history:
`at(time)` walks it back. Watches deliver through the clock, never inside a write.

Unlike the real one: one node, no leases (Event TTL is kept by a part), and a watch is a mailbox of
an in-process part; watchers over HTTP read the log by revision.
"""

from __future__ import annotations

import hashlib
import marshal
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.errors import Expired
from kubelearn.api.families import Census, Families
from kubelearn.api.folded import Folded, Stored, Unfolded, unfolded
from kubelearn.api.indexes import Indexes
from kubelearn.api.objects import Key, Object
from kubelearn.api.subjects import subjects_of
from kubelearn.sim.clock import Clock
from kubelearn.sim.makers import maker

MARSHAL_FORMAT = 2
"""Writes a value by its content alone (later formats write references to shared parts), ten times
as fast as JSON text; its bytes are the same in all versions of Python."""
NOTHING: Mapping[str, frozenset[str]] = {}
NO_OBJECTS: dict[Key, Stored] = {}
EVERY = "*"
"""Watch this to get the writes to all resources."""


class Record(NamedTuple):
    """One write: the object before (None = created) and after (None = deleted)."""

    revision: int
    time: int
    resource: str
    key: Key
    old: Object | None
    new: Object | None


class FoldedRecord(Record):
    """A write of objects of which some are stored folded: they are made when they are read."""

    __slots__ = ()

    @property
    def old(self) -> Object | None:
        """The object before."""
        return None if self[4] is None else unfolded(self[4])

    @property
    def new(self) -> Object | None:
        """The object after."""
        return None if self[5] is None else unfolded(self[5])

    def __iter__(self) -> Iterator[Any]:
        return iter((*self[:4], self.old, self.new))


plain_record, folded_record = maker(Record), maker(FoldedRecord)


class Mailbox(NamedTuple):
    """Where the writes to some resources wait until they are delivered."""

    name: str
    resources: tuple[str, ...]
    part: str
    function: Callable[..., object]
    latency: int
    pending: list[Record]
    about: Mapping[str, frozenset[str]]
    """Resource → what its writes must be about, of `subjects_of`; without an entry: anything."""

    def fork(self) -> Mailbox:
        """A copy with its own pending writes."""
        return self._replace(pending=self.pending.copy())


class Readers(NamedTuple):
    """Who reads the writes to a resource."""

    rounds: tuple[tuple[int, tuple[str, ...]], ...]
    """Latency → the mailboxes that have it, in the order of their watches."""
    choosy: bool
    """Whether any of them reads only what is about certain subjects."""


class Store:
    """All objects of a cluster, with their history."""

    name = "store"

    def __init__(self, clock: Clock, *, history: str = "all") -> None:
        self.clock = clock
        self.revision = 0
        self.compacted = 0
        """Revisions up to this one are gone from the log."""
        self.history = history
        self.log: list[Record] = []
        self._keep = _log_limit(history)
        self._tables: dict[str, dict[Key, Stored]] = {}
        self._folding: frozenset[str] = frozenset()
        """Resources some objects of which are stored folded."""
        self._own: set[str] = set()
        """Resources whose table no fork shares; others are copied before they are changed."""
        self._sorted: dict[str, list[Key]] = {}
        """The keys of a resource in order, as long as none comes or goes."""
        self._indexes = Indexes()
        self._families = Families()
        self._boxes: dict[str, Mailbox] = {}
        self._watches: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, Readers] = {}
        """Of each written resource; made when they are needed, as the next."""
        self._pending: dict[tuple[str, tuple[str, ...]], tuple[list[Record], ...]] = {}
        """By resource and subjects of a write: the pending writes that it joins."""
        self._opened: dict[str, int] = {}
        """Mailboxes whose delivery is on the clock → the revision of the first write for it."""
        self._digest = b""
        self._digested = 0

    # Reading

    def get(self, resource: str, key: Key) -> Object | None:
        """The stored object, or None."""
        found = self._tables.get(resource, NO_OBJECTS).get(key)
        return found if found is None or isinstance(found, dict) else found.unfold()

    def stored(self, resource: str, key: Key) -> Stored | None:
        """The object in the form in which it is stored, or None."""
        return self._tables.get(resource, NO_OBJECTS).get(key)

    def items(self, resource: str) -> Mapping[Key, Object]:
        """All objects of a resource by key, in no particular order; not to be changed."""
        table: Any = self._tables.get(resource, NO_OBJECTS)
        return Unfolded(table) if resource in self._folding else table

    def ordered(self, resource: str, namespace: str = "") -> list[Object]:
        """The objects of a resource, perhaps of one namespace, by key."""
        table, keys = self.items(resource), self._sorted.get(resource)
        if not table:
            return []
        if keys is None:
            keys = self._sorted[resource] = sorted(table)
        if namespace:
            after = (namespace + "\0", "")
            keys = keys[bisect_left(keys, (namespace, "")) : bisect_left(keys, after)]
        return [table[key] for key in keys]

    def resources(self) -> list[str]:
        """The resources that have objects, sorted."""
        return sorted(resource for resource, table in self._tables.items() if table)

    def select(self, resource: str, index: str, value: str) -> list[Object]:
        """The objects of a resource that an index (see `INDEXES`) files under `value`, by key."""
        table = self.items(resource)
        return [table[key] for key in self._indexes.ordered(resource, index, value)]

    def filed(self, resource: str, index: str) -> list[str]:
        """The values under which an index files objects of a resource, sorted."""
        return self._indexes.values(resource, index)

    def census(self, replicaset: str) -> Census:
        """How many pods of each sort the ReplicaSet with this UID controls."""
        return self._families.census(replicaset)

    def since(self, revision: int, resource: str | None = None) -> Iterator[Record]:
        """The writes after a revision; Expired (410) when they have been compacted away."""
        if revision < self.compacted:
            raise Expired(f"too old resource version: {revision} ({self.compacted})")
        for record in self.log[self._position(revision) :]:
            if resource is None or record.resource == resource:
                yield record

    def _position(self, revision: int) -> int:
        # Revisions are consecutive, so the place in the log is known without a search.
        return max(0, min(len(self.log), revision - self.compacted))

    # Writing

    def put(self, resource: str, key: Key, obj: Object) -> Object:
        """Store an object; returns it with its new `resourceVersion`."""
        metadata = obj["metadata"].copy()
        metadata["resourceVersion"] = str(self.revision + 1)
        stored = obj.copy()
        stored["metadata"] = metadata
        table = self._table(resource)
        old = table.get(key)
        table[key] = stored
        self._append(resource, key, old, stored)
        return stored

    def add(self, resource: str, key: Key, obj: Object) -> Object:
        """Store an object whose metadata nobody else has: it gets its version in place."""
        obj["metadata"]["resourceVersion"] = str(self.revision + 1)
        table = self._table(resource)
        old = table.get(key)
        table[key] = obj
        self._append(resource, key, old, obj)
        return obj

    def fold(self, resource: str, key: Key, folded: Folded) -> None:
        """Store an object in a shorter form, which knows the next revision as its own."""
        if resource not in self._folding:
            self._folding |= {resource}
        table = self._table(resource)
        old = table.get(key)
        table[key] = folded
        self._append(resource, key, old, folded)

    def delete(self, resource: str, key: Key) -> Object:
        """Remove an object; returns its last state, stamped with the revision of the deletion."""
        removed = self._table(resource).pop(key)
        self._append(resource, key, removed, None)
        old = unfolded(removed)
        return {**old, "metadata": {**old["metadata"], "resourceVersion": str(self.revision)}}

    def shrink(self, resource: str) -> None:
        """Give back the room of deleted objects: a dict by itself keeps that of its largest day."""
        if resource in self._tables:
            self._tables[resource] = dict(self._tables[resource].items())
            self._own.add(resource)
            self._indexes.shrink(resource)

    def _table(self, resource: str) -> dict[Key, Stored]:
        """The table of a resource, to be changed."""
        table = self._tables.get(resource)
        if table is None or resource not in self._own:
            table = self._tables[resource] = {} if table is None else table.copy()
            self._own.add(resource)
        return table

    def _append(self, resource: str, key: Key, old: Any, new: Any) -> None:
        self.revision = revision = self.revision + 1
        self._file(resource, key, old, new)
        readers, opened = self._readers.get(resource) or self._find_readers(resource), self._opened
        for latency, names in readers.rounds:
            closed = tuple([name for name in names if name not in opened])
            if closed:
                opened.update(dict.fromkeys(closed, revision))
                self.clock.after_together(latency, self._deliver, closed)
        about = (resource, subjects_of(old, new) if readers.choosy else ())
        joined, keep = self._pending.get(about), self._keep
        if joined is None:
            joined = self._pending[about] = self._find_pending(*about)
        if joined or keep != 0:
            form = folded_record if resource in self._folding else plain_record
            record = form((revision, self.clock.now, resource, key, old, new))
            for pending in joined:
                pending.append(record)
        if keep == 0:
            self.compacted = revision
            return
        self.log.append(record)
        if keep is not None and len(self.log) > 2 * keep:
            self.compact(revision - keep)

    def _mailboxes(self, resource: str) -> list[Mailbox]:
        names = (*self._watches.get(resource, ()), *self._watches.get(EVERY, ()))
        return [self._boxes[name] for name in names]

    def _find_readers(self, resource: str) -> Readers:
        rounds: dict[int, tuple[str, ...]] = {}
        boxes = self._mailboxes(resource)
        for box in boxes:
            rounds[box.latency] = (*rounds.get(box.latency, ()), box.name)
        choosy = any(box.about.get(resource) for box in boxes)
        self._readers[resource] = found = Readers(tuple(rounds.items()), choosy)
        return found

    def _find_pending(self, resource: str, subjects: tuple[str, ...]) -> tuple[list[Record], ...]:
        return tuple(
            box.pending
            for box in self._mailboxes(resource)
            if resource not in box.about or not box.about[resource].isdisjoint(subjects)
        )

    def _file(self, resource: str, key: Key, old: Any, new: Any) -> None:
        if old is None or new is None:
            self._sorted.pop(resource, None)
        self._indexes.update(resource, key, old, new)
        if resource == "pods":
            self._families.update(old, new)

    def rollback(self, revision: int) -> None:
        """Undo all writes after a revision, as if they had never been made."""
        while self.revision > revision:
            record = self.log.pop()
            _undo(self._table(record.resource), record)
            self._file(record.resource, record.key, record[5], record[4])
            self.revision = record.revision - 1
        for box in self._boxes.values():
            while box.pending and box.pending[-1].revision > revision:
                box.pending.pop()
        self._opened = {name: first for name, first in self._opened.items() if first <= revision}

    # Watching

    def watch(
        self,
        name: str,
        resources: Iterable[str],
        method: Callable[[list[Record]], object],
        latency: int,
        about: Mapping[str, frozenset[str]] = NOTHING,
    ) -> None:
        """Deliver writes to `resources` in batches to a method of a part, `latency` ns later.

        `about`: of these resources only the writes that are about one of the subjects.
        """
        listed = tuple(resources)
        if name in self._boxes:
            raise ValueError(f"two watches are named {name!r}: give each watch its own name")
        part: str = method.__self__.name  # type: ignore[attr-defined]
        function: Callable[..., object] = method.__func__  # type: ignore[attr-defined]
        self._boxes[name] = Mailbox(name, listed, part, function, latency, [], dict(about))
        for resource in listed:
            self._watches[resource] = (*self._watches.get(resource, ()), name)
        self._readers.clear()
        self._pending.clear()

    def _deliver(self, names: tuple[str, ...]) -> None:
        self.clock.ran_together(names)
        for name in names:
            pending = self._boxes[name].pending
            # Without a first write all that were for it have been rolled back.
            if self._opened.pop(name, None) is not None and pending:
                records = pending.copy()
                pending.clear()
                box = self._boxes[name]
                box.function(self.clock.parts[box.part], records)

    # History

    def compact(self, revision: int) -> None:
        """Forget the writes up to and including a revision."""
        if self._keep != 0:
            self._digest_log()
        position = self._position(revision)
        del self.log[:position]
        self._digested = max(0, self._digested - position)
        self.compacted = max(self.compacted, revision)

    def fingerprint(self) -> str:
        """SHA-256 over the whole write log, compacted parts included, as a hash chain.

        ValueError for a store without history, which spends no time on it.
        """
        if self._keep == 0:
            raise ValueError(
                "history='none' keeps no write log to make a fingerprint of: "
                "use history='all' or 'last:10000'"
            )
        self._digest_log()
        return self._digest.hex()

    def _digest_log(self) -> None:
        for record in self.log[self._digested :]:
            written = (record.revision, record.time, record.resource, record.key, record.new)
            text = marshal.dumps(written, MARSHAL_FORMAT)
            self._digest = hashlib.sha256(self._digest + text).digest()
        self._digested = len(self.log)

    def at(self, time: int, clock: Clock) -> Store:
        """A store as this one was after all writes up to `time`, for reading, on another clock."""
        past = Store(clock, history=self.history)
        tables = {resource: table.copy() for resource, table in self._tables.items()}
        end = len(self.log)
        while end and self.log[end - 1].time > time:
            end -= 1
            record = self.log[end]
            _undo(tables.setdefault(record.resource, {}), record)
        if not end and self.compacted and self.log and self.log[0].time > time:
            raise Expired("that moment has been compacted away: keep more history")
        past._tables, past._folding = tables, self._folding
        past.log = self.log[:end]
        past.compacted = self.compacted
        past.revision = past.log[-1].revision if end else self.compacted
        past._indexes = Indexes.of(tables)
        past._families = Families.of(past.items("pods"))
        return past

    def fork(self, clock: Clock) -> Store:
        """A copy on another clock; objects and records are shared, tables until one changes."""
        twin = Store(clock, history=self.history)
        twin.revision, twin.compacted = self.revision, self.compacted
        twin.log = self.log.copy()
        twin._tables, twin._folding = self._tables.copy(), self._folding
        self._own = set()
        twin._indexes = self._indexes.fork()
        twin._families = self._families.fork()
        twin._boxes = {name: box.fork() for name, box in self._boxes.items()}
        twin._watches = self._watches.copy()
        twin._opened = self._opened.copy()
        twin._digest, twin._digested = self._digest, self._digested
        return twin


def _undo(table: dict[Key, Stored], record: Record) -> None:
    old: Stored | None = record[4]
    if old is None:
        table.pop(record.key, None)
    else:
        table[record.key] = old


def _log_limit(history: str) -> int | None:
    """How many records to keep: "all" = None, "none" = 0, "last:N" = N."""
    if history == "all":
        return None
    if history == "none":
        return 0
    word, _, count = history.partition(":")
    if word == "last" and count.isdigit():
        return int(count)
    raise ValueError(f"history={history!r} is unknown: use 'all', 'none' or 'last:10000'")
