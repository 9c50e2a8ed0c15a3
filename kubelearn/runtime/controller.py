"""The loop that every controller shares: watch → queue of keys → reconcile → look again.

A reconciler says what it watches and what it does with one key; everything else (de-duplication,
order, back-off, re-queueing) is here. Source: controller-runtime, sample-controller.

Unlike the real one: a reconcile takes no simulated time and reads the store itself, so it always
sees its own writes and needs no expectations; what is late is the watch that wakes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record
from kubelearn.runtime.part import Context
from kubelearn.runtime.workqueue import WorkQueue
from kubelearn.sim.clock import MILLISECOND

PAUSE = 20 * MILLISECOND
"""Between two looks at one key: the requests of a real sync take that long, and what comes in the
meantime is seen in one go."""
RECENT = 1024
"""Keys remembered for the pause before old ones are dropped."""
WATCH_LATENCY = 5 * MILLISECOND
"""From a write to the controllers that watch it: API server, network, informer."""


class Watch(Protocol):
    """Turns a write to a resource into the keys that want a look."""

    @property
    def resource(self) -> str:
        """The watched resource."""

    @property
    def delay(self) -> int:
        """Nanoseconds from the delivery to the look."""

    @property
    def about(self) -> frozenset[str] | None:
        """What a write must be about (`kubelearn.api.subjects.subjects_of`); None: anything."""

    @property
    def needs(self) -> str:
        """A resource without whose objects no key is named; "" = none."""

    def keys(self, reconciler: Any, record: Record) -> Iterable[Key]:
        """The keys to reconcile after this write."""


@dataclass(frozen=True, slots=True)
class Own:
    """The reconciled resource itself: its own key."""

    resource: str
    delay: ClassVar[int] = 0
    about: ClassVar[None] = None
    needs: ClassVar[str] = ""

    def keys(self, reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG002
        """The key of the object."""
        return (record.key,)


@dataclass(frozen=True, slots=True)
class Owned:
    """Objects managed by the reconciled kind: the key of their controller."""

    resource: str
    by: str
    delay: ClassVar[int] = 0
    needs: ClassVar[str] = ""

    @property
    def about(self) -> frozenset[str]:
        """The managing kind."""
        return frozenset({self.by})

    def keys(self, reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG002
        """The keys of the managing owners before and after the write."""
        namespace, old, new = record.key[0], record.old, record.new
        first = None if new is None else self._owner(new["metadata"].get("ownerReferences"))
        second = None if old is None else self._owner(old["metadata"].get("ownerReferences"))
        if first is not None and second is not None and first != second:
            return (namespace, first), (namespace, second)
        name = second if first is None else first
        return () if name is None else ((namespace, name),)

    def _owner(self, references: Sequence[Object] | None) -> str | None:
        for reference in references or ():
            if reference.get("controller"):
                return str(reference["name"]) if reference["kind"] == self.by else None
        return None


@dataclass(frozen=True, slots=True)
class Mapped:
    """Any other relation, told by a function (reconciler, record) → keys.

    `delay` in nanoseconds keeps each key from being looked at before it is over. `about` and
    `needs` say for which writes the function surely names nobody, so that it is not asked.
    """

    resource: str
    function: Callable[[Any, Record], Iterable[Key]]
    delay: int = 0
    about: frozenset[str] | None = None
    needs: str = ""

    def keys(self, reconciler: Any, record: Record) -> Iterable[Key]:
        """The keys that the function names."""
        return self.function(reconciler, record)


class Reconciler(Protocol):
    """Brings one object nearer to what is wanted, whatever happened before."""

    name: ClassVar[str]
    watches: ClassVar[tuple[Watch, ...]]
    context: Context

    def reconcile(self, key: Key) -> int | None:
        """Act on the object with this key; returns nanoseconds until the next look, or None."""


class Controller:
    """A part that runs one reconciler."""

    state: ClassVar[tuple[str, ...]] = ("queue", "_looked")

    def __init__(
        self, context: Context, reconciler: Reconciler, latency: int = WATCH_LATENCY
    ) -> None:
        self.context = context
        self.reconciler = reconciler
        self.name = reconciler.name
        self.queue = WorkQueue()
        self._looked: dict[Key, int] = {}
        """When each key was reconciled last, as far as that still matters."""
        self._armed = False
        self._watches: dict[str, tuple[Watch, ...]] = {}
        for watch in reconciler.watches:
            self._watches[watch.resource] = (*self._watches.get(watch.resource, ()), watch)
        about = {name: subjects for name in self._watches if (subjects := self._about(name))}
        watched = tuple(self._watches)
        context.api.store.watch(self.name, watched, self.deliver, latency, about)

    def _about(self, resource: str) -> frozenset[str] | None:
        """What the writes to a resource must be about to concern any of its watches."""
        subjects = [watch.about for watch in self._watches[resource]]
        if None in subjects:
            return None
        return frozenset().union(*(one for one in subjects if one is not None))

    def deliver(self, records: list[Record]) -> None:
        """Queue the keys that a batch of writes concerns."""
        awake: dict[str, list[Watch]] = {}
        for record in records:
            watches = awake.get(record.resource)
            if watches is None:
                watches = awake[record.resource] = self._awake(record.resource)
            for watch in watches:
                for key in watch.keys(self.reconciler, record):
                    self._want(key, watch.delay)
        self._arm()

    def _awake(self, resource: str) -> list[Watch]:
        """The watches of a resource that can name a key now."""
        present = self.context.api.store.items
        return [one for one in self._watches[resource] if not one.needs or present(one.needs)]

    def _want(self, key: Key, delay: int) -> None:
        """Queue a key, after its pause if it has just been looked at."""
        looked = self._looked.get(key)
        if looked is not None:
            delay = max(delay, looked + PAUSE - self.context.clock.now)
        if delay > 0:
            self._later(key, delay)
        else:
            self.queue.add(key)

    def enqueue(self, key: Key) -> None:
        """Queue a key from outside."""
        self.queue.add(key)
        self._arm()

    def _arm(self) -> None:
        if len(self.queue) and not self._armed:
            self._armed = True
            self.context.clock.after(0, self.work)

    def work(self) -> None:
        """Reconcile the oldest key."""
        self._armed = False
        key = self.queue.pop()
        self._remember(key)
        try:
            again = self.reconciler.reconcile(key)
            self.queue.succeeded(key)
        except APIError:
            # A refusal is part of life (a conflict, a quota): the key comes again, later.
            again = self.queue.failed(key)
        if again is not None:
            self._later(key, again)
        self._arm()

    def _remember(self, key: Key) -> None:
        now = self.context.clock.now
        if len(self._looked) > RECENT:
            self._looked = {k: t for k, t in self._looked.items() if t + PAUSE > now}
        self._looked[key] = now

    def _later(self, key: Key, delay: int) -> None:
        due = self.context.clock.now + delay
        if self.queue.delay(key, due):
            self.context.clock.at(due, self.ripen, key)

    def ripen(self, key: Key) -> None:
        """Queue a key whose delay is over."""
        if self.queue.ripen(key, self.context.clock.now):
            self._arm()
