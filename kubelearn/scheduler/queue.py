"""The scheduling queue: pods that can be tried, that back off, and that wait for a change.

A pod that fits nowhere goes to the unschedulable pool. An event of the cluster moves it when one
of the plugins that refused it says that the event may help: to the back-off queue while it backs
off, else to the active queue. When the active queue is empty, pods are taken from the back-off
queue early, except those that failed by an error
(`pkg/scheduler/backend/queue/scheduling_queue.go`, Kubernetes 1.36).

Unlike the real one: a cycle takes no time in between, so there are no events during a cycle, and
the queue is told the time instead of reading a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Key
from kubelearn.scheduler.backoff import WINDOW, Backoff, aligned
from kubelearn.scheduler.events import (
    UNSCHEDULABLE_TIMEOUT,
    WILDCARDS,
    ClusterEvent,
    waiting_pod_changes,
)
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.pod_heap import Order, PodHeap
from kubelearn.scheduler.profile import DEFAULT_SCHEDULER
from kubelearn.sim.clock import MINUTE, SECOND

LONGEST_WAIT = 5 * MINUTE
"""Pods longer in the unschedulable pool are tried again without any event."""
POOL_CHECK = 30 * SECOND
"""How often the pool is looked through for them."""


USUAL = Backoff()


class QueuedPod(NamedTuple):
    """A waiting pod and what became of its attempts."""

    pod: PodInfo
    timestamp: int
    """When it was last put into the queue, in nanoseconds of the clock."""
    attempts: int = 0
    unschedulable: int = 0
    """Attempts that ended in a refusal."""
    errors: int = 0
    """Attempts in a row that ended in an error."""
    rejected_by: frozenset[str] = frozenset()
    """Plugins that refused it in its last attempt."""
    gated_by: str = ""
    """The PreEnqueue plugin that holds it back."""
    gate: str = ""
    """What that plugin said."""


class BackoffOrder(NamedTuple):
    """Orders pods by the end of their back-off, then as the active queue does."""

    queue_sort: Order
    waits: Backoff

    def __call__(self, queued: QueuedPod, /) -> tuple[int, ...]:
        """The end of the back-off first."""
        return (self.waits.expiry(queued), *self.queue_sort(queued))


class SchedulingQueue:
    """All pods that have no node yet."""

    __slots__ = ("active", "backoff", "error_backoff", "frameworks", "pool", "serial", "waits")

    def __init__(self, frameworks: Mapping[str, Framework], waits: Backoff = USUAL) -> None:
        self.frameworks, self.waits = frameworks, waits
        # All profiles sort alike: the configuration is refused otherwise.
        queue_sort = next(iter(frameworks.values())).queue_sort
        self.active = PodHeap(queue_sort)
        order = BackoffOrder(queue_sort, waits)
        self.backoff, self.error_backoff = PodHeap(order), PodHeap(order)
        self.pool: dict[Key, QueuedPod] = {}
        """Unschedulable and gated pods."""
        self.serial = 0

    def __len__(self) -> int:
        return len(self.active) + len(self.backoff) + len(self.error_backoff) + len(self.pool)

    def find(self, key: Key) -> QueuedPod | None:
        """What is known of a waiting pod, or None."""
        for heap in self._heaps():
            if key in heap:
                return heap.rows[key]
        return self.pool.get(key)

    def _heaps(self) -> tuple[PodHeap, PodHeap, PodHeap]:
        return (self.active, self.backoff, self.error_backoff)

    def _framework(self, pod: PodInfo) -> Framework:
        return self.frameworks[pod.spec.get("schedulerName") or DEFAULT_SCHEDULER]

    # Pods come, change and go

    def add(self, pod: PodInfo, now: int) -> None:
        """A new pod that waits for a node."""
        self._activate(QueuedPod(pod, now))

    def update(self, pod: PodInfo, now: int) -> None:
        """A newer revision of a waiting pod; it is moved if its change may cure a refusal."""
        for heap in self._heaps():
            if pod.key in heap:
                heap.rows[pod.key] = heap.rows[pod.key]._replace(pod=pod)
                return
        waiting = self.pool.get(pod.key)
        if waiting is None:
            self.add(pod, now)
            return
        newer = waiting._replace(pod=pod)
        self.pool[pod.key] = newer
        for event in waiting_pod_changes(waiting.pod, pod):
            if self._worth_a_try(newer, event):
                self._move(newer, now)
                return

    def delete(self, key: Key) -> None:
        """A pod that waits no longer."""
        for heap in self._heaps():
            heap.remove(key)
        self.pool.pop(key, None)

    # Attempts

    @property
    def ready(self) -> bool:
        """Whether `pop` has a pod to give."""
        return bool(self.active.rows or self.backoff.rows)

    def pop(self) -> QueuedPod | None:
        """Take the pod to be tried next, counting the attempt."""
        queued = self.active.pop() or self.backoff.pop()
        if queued is None:
            return None
        return queued._replace(attempts=queued.attempts + 1, rejected_by=frozenset())

    def requeue(self, queued: QueuedPod, rejected_by: frozenset[str], now: int) -> None:
        """Take a pod back after a failed attempt; without a rejecting plugin it was an error."""
        if rejected_by:
            waiting = queued._replace(
                timestamp=now,
                rejected_by=rejected_by,
                unschedulable=queued.unschedulable + 1,
                errors=0,
            )
            self.pool[waiting.pod.key] = waiting
        else:
            failed = queued._replace(
                timestamp=now, rejected_by=frozenset(), errors=queued.errors + 1
            )
            self._put(self.error_backoff, failed)

    # Moves

    def move_all(
        self,
        event: ClusterEvent,
        now: int,
        among: Iterable[Key] | None = None,
        up_to: int | None = None,
    ) -> None:
        """Move the pods of the pool that the event may help, `up_to` a priority (None: all)."""
        if not self.pool:
            return
        keys = list(self.pool if among is None else among)
        for key in keys:
            waiting = self.pool[key]
            if up_to is not None and waiting.pod.priority > up_to:
                continue
            if self._worth_a_try(waiting, event):
                self._move(waiting, now)

    def flush_backoff(self, now: int) -> None:
        """Move the pods whose back-off is over to the active queue."""
        for heap in (self.backoff, self.error_backoff):
            while (first := heap.peek()) is not None and not self.waits.backing_off(first, now):
                heap.pop()
                self._put(self.active, first)

    def flush_pool(self, now: int) -> None:
        """Move the pods that have been unschedulable for too long."""
        old = [key for key, row in self.pool.items() if now - row.timestamp > LONGEST_WAIT]
        self.move_all(ClusterEvent(UNSCHEDULABLE_TIMEOUT), now, old)

    def next_flush(self, now: int) -> int | None:
        """When one of the two flushes has something to do next; None = never, as things stand."""
        if not (self.backoff.rows or self.error_backoff.rows or self.pool):
            return None
        times = [
            max(self.waits.expiry(first) + WINDOW, aligned(now) + WINDOW)
            for heap in (self.backoff, self.error_backoff)
            if (first := heap.peek()) is not None
        ]
        # Pods enter the pool with the time of that moment, so the first one is the oldest.
        oldest = next((row.timestamp for row in self.pool.values() if not row.gated_by), None)
        if oldest is not None:
            times.append(((oldest + LONGEST_WAIT) // POOL_CHECK + 1) * POOL_CHECK)
        return min(times, default=None)

    def _worth_a_try(self, waiting: QueuedPod, event: ClusterEvent) -> bool:
        if not waiting.rejected_by or event.name in WILDCARDS:
            return True
        return any(self._hint(name, waiting.pod, event) for name in sorted(waiting.rejected_by))

    def _hint(self, plugin: str, pod: PodInfo, event: ClusterEvent) -> bool:
        framework = self._framework(pod)
        listened = framework.listeners.get(plugin)
        if listened is not None and event.name not in listened:
            return False
        hint = framework.hints.get(plugin)
        try:
            return True if hint is None or listened is None else bool(hint(pod, event))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001  (a hint that breaks must not keep its pod waiting)
            return True

    def _move(self, waiting: QueuedPod, now: int) -> None:
        if not waiting.gated_by and self.waits.backing_off(waiting, now):
            del self.pool[waiting.pod.key]
            self._put(self.backoff if waiting.rejected_by else self.error_backoff, waiting)
        else:
            self._activate(waiting)

    def _activate(self, queued: QueuedPod) -> None:
        """Into the active queue, unless a PreEnqueue plugin holds the pod back."""
        status = self._framework(queued.pod).pre_enqueue(queued.pod)
        if status is not None:
            self.pool[queued.pod.key] = queued._replace(
                gated_by=status.plugin,
                gate=status.message,
                rejected_by=queued.rejected_by | {status.plugin},
            )
            return
        self.pool.pop(queued.pod.key, None)
        self._put(self.active, queued._replace(gated_by="", gate=""))

    def _put(self, heap: PodHeap, queued: QueuedPod) -> None:
        self.serial += 1
        heap.put(queued, self.serial)

    # Looking in

    def rows(self) -> list[dict[str, Any]]:
        """One row a waiting pod, in the order in which they will be tried, for frames and tables.

        `queue` is "active", "backoff", "backoff after an error", "unschedulable" or "gated";
        times are nanoseconds of the clock; `waits_for` names the plugins whose refusal a change
        of the cluster may cure, `gated_by` the PreEnqueue plugin that holds the pod back.
        """
        return [
            {
                "queue": name,
                "namespace": row.pod.namespace,
                "pod": row.pod.name,
                "priority": row.pod.priority,
                "since": row.timestamp,
                "attempts": row.attempts,
                "backoff_until": self._backoff_end(row),
                "next_try": self._next_try(name, row),
                "waits_for": sorted(row.rejected_by),
                "gated_by": row.gated_by,
                "note": row.gate,
            }
            for name, row in self._named_rows()
        ]

    def _backoff_end(self, row: QueuedPod) -> int | None:
        failed = row.errors or row.unschedulable
        return self.waits.expiry(row) + WINDOW if failed else None

    def _next_try(self, queue: str, row: QueuedPod) -> int | None:
        """When the pod is tried at the latest: now (0), at a moment, or never (None, gated)."""
        if queue == "active":
            return 0
        if queue == "gated":
            return None
        if queue == "unschedulable":
            return ((row.timestamp + LONGEST_WAIT) // POOL_CHECK + 1) * POOL_CHECK
        return self.waits.expiry(row) + WINDOW

    def _named_rows(self) -> Iterator[tuple[str, QueuedPod]]:
        names = ("active", "backoff", "backoff after an error")
        for name, heap in zip(names, self._heaps(), strict=True):
            for row in heap.in_order():
                yield name, row
        for row in sorted(self.pool.values(), key=lambda row: (row.timestamp, row.pod.key)):
            yield ("gated" if row.gated_by else "unschedulable"), row

    def fork(self) -> SchedulingQueue:
        """A copy; the rows are shared."""
        twin = SchedulingQueue(self.frameworks, self.waits)
        twin.active, twin.pool = self.active.fork(), self.pool.copy()
        twin.backoff, twin.error_backoff = self.backoff.fork(), self.error_backoff.fork()
        twin.serial = self.serial
        return twin
