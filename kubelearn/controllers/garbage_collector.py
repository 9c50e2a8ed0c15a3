"""The garbage collector: what nobody owns any more goes; finalizers of deletions are worked off.

Source: `pkg/controller/garbagecollector/garbagecollector.go`, Kubernetes 1.36.

Unlike the real one: it looks owners up in the store instead of building a graph of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from kubelearn.api.deletion import FOREGROUND, ORPHAN
from kubelearn.api.objects import Object, is_terminating
from kubelearn.api.store import Record
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND

DELAY = 20 * MILLISECOND
"""From the event to the deletion: the attempt queue and the live lookup of the owner."""


class Item(NamedTuple):
    """An object that wants a look."""

    resource: str
    namespace: str
    name: str


class GarbageCollector:
    """A part that watches all kinds."""

    name = "garbage-collector"
    state: ClassVar[tuple[str, ...]] = ("_due",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._due: dict[Item, None] = {}
        context.api.store.watch(self.name, ("*",), self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:
        """Note dependents of what is gone, dependents of nobody, and owners that wait."""
        for record in records:
            for item in self._concerned(record):
                self._due[item] = None
        if self._due:
            self.context.clock.after(DELAY, self.collect)

    def _concerned(self, record: Record) -> Iterable[Item]:
        if record.new is None:
            assert record.old is not None
            yield from self._dependents(record.old)
            for reference in record.old["metadata"].get("ownerReferences") or ():
                yield from self._owner(record.old, reference)
            return
        metadata = record.new["metadata"]
        if record.old is None and metadata.get("ownerReferences"):
            yield Item(record.resource, *record.key)
        waits = is_terminating(record.new) and metadata.get("finalizers")
        if waits or (record.old is not None and _refs(record.old) != _refs(record.new)):
            yield Item(record.resource, *record.key)

    def _dependents(self, owner: Object) -> Iterable[Item]:
        uid = owner["metadata"].get("uid", "")
        for resource in self.context.api.store.resources():
            for obj in self.context.api.owned(resource, uid):
                yield Item(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])

    def _owner(self, obj: Object, reference: Object) -> Iterable[Item]:
        """The owner as an item, when it waits for its dependents in the foreground."""
        kind = self.context.api.kinds.by_type(reference["apiVersion"], reference["kind"])
        if kind is not None:
            place = obj["metadata"].get("namespace", "") if kind.namespaced else ""
            yield Item(kind.resource, place, reference["name"])

    def collect(self) -> None:
        """Look at everything that has been noted."""
        due = list(self._due)
        self._due.clear()
        for item in due:
            obj = self.context.api.find(*item)
            if obj is not None:
                self._look_at(item, obj)

    def _look_at(self, item: Item, obj: Object) -> None:
        if is_terminating(obj):
            finalizers = obj["metadata"].get("finalizers") or ()
            if ORPHAN in finalizers:
                self._orphan(item, obj)
            elif FOREGROUND in finalizers:
                self._foreground(item, obj)
            return
        references = obj["metadata"].get("ownerReferences") or ()
        if not references:
            return
        present = [one for one in references if self._exists(obj, one)]
        if not present:
            self.context.api.delete(*item, propagation="Background", uid=obj["metadata"]["uid"])
        elif self._waited_for(obj, present):
            policy = "Foreground" if any(self._dependents(obj)) else "Background"
            self.context.api.delete(*item, propagation=policy, uid=obj["metadata"]["uid"])
        elif len(present) < len(references):
            self._patch(item, {"ownerReferences": present})

    def _found(self, obj: Object, reference: Object) -> Object | None:
        kind = self.context.api.kinds.by_type(reference["apiVersion"], reference["kind"])
        if kind is None:
            return None
        namespace = obj["metadata"].get("namespace", "")
        if kind.namespaced and not namespace:
            text = (
                f"ownerRef [{reference['apiVersion']}/{reference['kind']}, namespace: , name: "
                f"{reference['name']}, uid: {reference['uid']}] does not exist in namespace \"\""
            )
            self.context.recorder.event(
                obj, "Warning", "OwnerRefInvalidNamespace", text, "garbage-collector-controller"
            )
            return None
        place = namespace if kind.namespaced else ""
        owner = self.context.api.find(kind.resource, place, reference["name"])
        same = owner is not None and owner["metadata"]["uid"] == reference["uid"]
        return owner if same else None

    def _exists(self, obj: Object, reference: Object) -> bool:
        return self._found(obj, reference) is not None

    def _waited_for(self, obj: Object, references: Iterable[Object]) -> bool:
        """Whether all its owners are being deleted in the foreground."""
        owners = [self._found(obj, one) for one in references]
        return all(
            owner is not None
            and is_terminating(owner)
            and FOREGROUND in (owner["metadata"].get("finalizers") or ())
            for owner in owners
        )

    def _orphan(self, item: Item, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        for dependent in list(self._dependents(owner)):
            obj = self.context.api.get(*dependent)
            left = [one for one in obj["metadata"]["ownerReferences"] if one["uid"] != uid]
            self._patch(dependent, {"ownerReferences": left or None})
        self._drop_finalizer(item, owner, ORPHAN)

    def _foreground(self, item: Item, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        blocking = False
        for dependent in list(self._dependents(owner)):
            obj = self.context.api.get(*dependent)
            blocking |= any(
                one["uid"] == uid and one.get("blockOwnerDeletion")
                for one in obj["metadata"]["ownerReferences"]
            )
            if not is_terminating(obj):
                self._look_at(dependent, obj)
        if not blocking:
            self._drop_finalizer(item, owner, FOREGROUND)

    def _drop_finalizer(self, item: Item, obj: Object, finalizer: str) -> None:
        left = [one for one in obj["metadata"]["finalizers"] if one != finalizer]
        self._patch(item, {"finalizers": left or None})

    def _patch(self, item: Item, metadata: Object) -> None:
        self.context.api.patch(*item, {"metadata": metadata})


def _refs(obj: Object) -> object:
    return obj["metadata"].get("ownerReferences")
