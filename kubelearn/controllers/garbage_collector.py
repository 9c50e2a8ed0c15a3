"""The garbage collector: what nobody owns any more goes; finalizers of deletions are worked off.

Source: `pkg/controller/garbagecollector/garbagecollector.go`, Kubernetes 1.36.

A cluster-scoped object that names an owner of a namespaced kind cannot be judged: upstream forgets
it (namespacedOwnerOfClusterScopedObjectErr), so it is told in an event and never collected.

Unlike the real one: it looks owners up in the store instead of building a graph of its own, and
does not tell of an owner that lives in another namespace (its dependents are collected).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from kubelearn.api.deletion import FOREGROUND, ORPHAN
from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object, is_terminating
from kubelearn.api.store import Record
from kubelearn.controllers.ownership import (
    Misplaced,
    Owners,
    blocks,
    finalizers_of,
    owners_of,
    references_of,
    waits_for_dependents,
    without,
)
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

DELAY = 20 * MILLISECOND
"""From the event to the deletion: the attempt queue and the live lookup of the owner."""
RETRY = 5 * SECOND
"""From a refusal to the next attempt."""
COMPONENT = "garbage-collector-controller"


class Item(NamedTuple):
    """An object that wants a look."""

    resource: str
    namespace: str
    name: str


class GarbageCollector:
    """A part that watches all kinds."""

    name = "garbage-collector"
    state: ClassVar[tuple[str, ...]] = ("_due",)
    explains: ClassVar[tuple[str, ...]] = ("deployments.apps", "replicasets.apps", "pods")

    def __init__(self, context: Context) -> None:
        self.context = context
        self._due: dict[Item, None] = {}
        # Events belong to nobody (`graph_builder.go`, ignoredResources).
        about: dict[str, frozenset[str]] = {"events": frozenset()}
        context.api.store.watch(self.name, ("*",), self.deliver, WATCH_LATENCY, about)

    # What wants a look

    def deliver(self, records: list[Record]) -> None:
        """Note dependents of what is gone, dependents of nobody, and owners that wait."""
        for record in records:
            # Most writes are about nothing that could be collected now.
            if record.new is None or _is_news(record.old, record.new):
                for item in self._concerned(record):
                    self._later(item)

    def _later(self, item: Item) -> None:
        """Look at an item after the delay, together with all that is noted until then."""
        if not self._due:
            self.context.clock.after(DELAY, self.collect)
        self._due[item] = None

    def _concerned(self, record: Record) -> Iterable[Item]:
        old, new = record.old, record.new
        if new is None:
            assert old is not None
            yield from self._dependents(old)
            yield from self._owners(old)
        else:
            yield Item(record.resource, *record.key)
            if old is not None and references_of(old) != references_of(new):
                yield from self._owners(old)

    def _dependents(self, owner: Object) -> Iterable[Item]:
        uid = owner["metadata"].get("uid", "")
        for resource in self.context.api.store.resources():
            for obj in self.context.api.owned(resource, uid):
                metadata = obj["metadata"]
                yield Item(resource, metadata.get("namespace", ""), metadata["name"])

    def _owners(self, obj: Object) -> Iterable[Item]:
        """The owners of an object: one of them may wait for it to go."""
        for reference in references_of(obj):
            kind = self.context.api.kinds.by_type(reference["apiVersion"], reference["kind"])
            if kind is not None:
                place = obj["metadata"].get("namespace", "") if kind.namespaced else ""
                yield Item(kind.resource, place, reference["name"])

    # What is done

    def collect(self) -> None:
        """Look at everything that has been noted."""
        due = list(self._due)
        self._due.clear()
        for item in due:
            obj = self.context.api.find(*item)
            if obj is not None:
                self._attempt(item, obj)

    def _attempt(self, item: Item, obj: Object) -> None:
        """Do what the object needs; what is refused is tried again."""
        try:
            if is_terminating(obj):
                self._work_off(item, obj)
            elif references_of(obj):
                self._judge(item, obj)
        except Misplaced as mistake:
            self.context.recorder.event(
                obj, "Warning", "OwnerRefInvalidNamespace", str(mistake), COMPONENT
            )
        except APIError:
            self.context.clock.after(RETRY, self.retry, item)

    def retry(self, item: Item) -> None:
        """Look again at what was refused."""
        self._later(item)

    def _judge(self, item: Item, obj: Object) -> None:
        """Delete an object that has lost its owners, or the references to lost ones."""
        owners = owners_of(self.context.api, obj)
        if owners.solid:
            gone = [*owners.dangling, *owners.waiting]
            if gone:
                self._patch(item, {"ownerReferences": without(references_of(obj), gone)})
            return
        policy = self._policy(obj, owners)
        self.context.api.delete(*item, propagation=policy, uid=obj["metadata"]["uid"])

    def _policy(self, obj: Object, owners: Owners) -> str:
        """How the deletion goes on to the dependents of the object itself."""
        if owners.waiting and any(self._dependents(obj)):
            return "Foreground"
        policies = {ORPHAN: "Orphan", FOREGROUND: "Foreground"}
        asked = (policies[one] for one in finalizers_of(obj) if one in policies)
        return next(asked, "Background")

    def _work_off(self, item: Item, obj: Object) -> None:
        """Do what the finalizers of a deletion stand for."""
        if ORPHAN in finalizers_of(obj):
            self._orphan(item, obj)
        elif waits_for_dependents(obj):
            self._foreground(item, obj)

    def _orphan(self, item: Item, owner: Object) -> None:
        mine = [{"uid": owner["metadata"]["uid"]}]
        dependents = list(self._dependents(owner))
        for dependent in dependents:
            references = references_of(self.context.api.get(*dependent))
            self._patch(dependent, {"ownerReferences": without(references, mine)})
        if dependents:
            self._later(item)  # the owner's controller sees it without them before it is gone
        else:
            self._drop_finalizer(item, owner, ORPHAN)

    def _foreground(self, item: Item, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        blocking = False
        for dependent in list(self._dependents(owner)):
            obj = self.context.api.get(*dependent)
            blocking |= blocks(obj, uid)
            if not is_terminating(obj):
                self._attempt(dependent, obj)
        if not blocking:
            self._drop_finalizer(item, owner, FOREGROUND)

    def _drop_finalizer(self, item: Item, obj: Object, finalizer: str) -> None:
        left = [one for one in finalizers_of(obj) if one != finalizer]
        self._patch(item, {"finalizers": left or None})

    def _patch(self, item: Item, metadata: Object) -> None:
        self.context.api.patch(*item, {"metadata": metadata})

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What keeps an object that was asked to go."""
        held = finalizers_of(obj) if is_terminating(obj) else []
        reasons = [Reason(COMPONENT, f"stays until its finalizer {one} is gone") for one in held]
        if FOREGROUND in held:
            uid = obj["metadata"]["uid"]
            found = (self.context.api.get(*dependent) for dependent in self._dependents(obj))
            waits = sum(blocks(dependent, uid) for dependent in found)
            reasons.append(Reason(COMPONENT, f"waits for {waits} dependents to go first"))
        return reasons


def _is_news(old: Object | None, new: Object) -> bool:
    """Whether a write may have made something collectable."""
    if is_terminating(new):
        return bool(finalizers_of(new))
    references = new["metadata"].get("ownerReferences")
    if not references or old is None:
        return bool(references)
    before = old["metadata"].get("ownerReferences")
    return before is not references and before != references
