"""How the scheduler's cache and queue follow the cluster.

Source: `pkg/scheduler/eventhandlers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record
from kubelearn.scheduler import events
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import PodInfo, bound, pod_info, renewed
from kubelearn.scheduler.profile import DEFAULT_SCHEDULER
from kubelearn.scheduler.queue import SchedulingQueue

STORAGE = {
    "persistentvolumeclaims": events.CLAIM_CHANGE,
    "persistentvolumes": events.VOLUME_CHANGE,
    "storageclasses.storage.k8s.io": events.CLASS_CHANGE,
    "csinodes.storage.k8s.io": events.CSI_NODE_CHANGE,
    "csidrivers.storage.k8s.io": events.CSI_DRIVER_CHANGE,
    "csistoragecapacities.storage.k8s.io": events.CAPACITY_CHANGE,
}
"""Resource about volumes -> the event when one comes or changes."""
OTHERS = (
    "namespaces",
    "services",
    "replicationcontrollers",
    "replicasets.apps",
    "statefulsets.apps",
    "poddisruptionbudgets.policy",
    "volumeattachments.storage.k8s.io",
    *STORAGE,
)
"""Resources that plugins read."""
RESOURCES = ("pods", "nodes", *OTHERS)
FINISHED = ("Succeeded", "Failed")
"""Phases of pods that the scheduler does not see."""


class EventHandlers(NamedTuple):
    """Takes writes to the cluster at one moment."""

    cache: Cache
    queue: SchedulingQueue
    scheduler_names: Container[str]
    now: int

    def handle(self, change: Record) -> None:
        """Bring cache and queue in line with one write."""
        if change.resource == "pods":
            self._pod(change)
        elif change.resource == "nodes":
            self._node(change)
        else:
            self.cache.put_object(change.resource, change.key, change.new)
            if change.resource in STORAGE and change.new is not None:
                self._move(ClusterEvent(STORAGE[change.resource], change.old, change.new))
            elif change.resource == "volumeattachments.storage.k8s.io" and change.new is None:
                self._move(ClusterEvent(events.ATTACHMENT_DELETE, change.old))

    def _move(self, event: ClusterEvent) -> None:
        self.queue.move_all(event, self.now)

    def _nomination_ends(self, pod: PodInfo) -> None:
        """Pods of no higher priority have counted a nominated pod as if it were on its node."""
        self.queue.move_all(ClusterEvent(events.POD_DELETE, pod), self.now, up_to=pod.priority)

    # Nodes

    def _node(self, change: Record) -> None:
        if change.new is None:
            gone = self.cache.remove_node(change.key[1])
            self._move(ClusterEvent(events.NODE_DELETE, gone))
            return
        old, new = self.cache.put_node(change.new)
        if old is None:
            self._move(ClusterEvent(events.NODE_ADD, None, new))
            return
        for event in events.node_changes(old, new):
            self._move(event)

    # Pods

    def _pod(self, change: Record) -> None:
        old, new = change.old, change.new
        if self._replaced(old, new):
            self._pod(change._replace(new=None))
            self._pod(change._replace(old=None))
            return
        before, after = self._place(old), self._place(new)
        if before == "waiting" and after != "waiting":
            self._no_longer_waiting(change, after)
        if before == "assigned" and after != "assigned":
            gone = self.cache.remove_pod(change.key)
            if gone is not None:
                self._move(ClusterEvent(events.POD_DELETE, gone))
        if new is not None and after == "waiting":
            if change.key not in self.cache.assumed:
                self._waiting(change.key, new, fresh=before != "waiting")
                self._look_at_nomination(old, new)
        elif new is not None and after == "assigned":
            self._assigned(change.key, new)

    def _replaced(self, old: Object | None, new: Object | None) -> bool:
        """Whether old and new are two pods of one name."""
        if old is None or new is None:
            return False
        return bool(old["metadata"].get("uid") != new["metadata"].get("uid"))

    def _place(self, pod: Object | None) -> str:
        """Where a pod belongs: "assigned" (cache), "waiting" (queue) or "" (neither)."""
        if pod is None or (pod.get("status") or {}).get("phase") in FINISHED:
            return ""
        if pod["spec"].get("nodeName"):
            return "assigned"
        wanted = pod["spec"].get("schedulerName") or DEFAULT_SCHEDULER
        return "waiting" if wanted in self.scheduler_names else ""

    def _waiting(self, key: Key, pod: Object, *, fresh: bool) -> None:
        known = None if fresh else self.queue.find(key)
        row = self.cache.pod_rows.row(pod) if known is None else renewed(known.pod, pod)
        self.cache.nominate(row, row.nominated_node)
        if fresh:
            self.queue.add(row, self.now)
        else:
            self.queue.update(row, self.now)

    def _look_at_nomination(self, old: Object | None, new: Object) -> None:
        """A nomination that ends or changes is as if the pod had gone from its node."""
        before = old and _nominated(old)
        if old is not None and before and before != _nominated(new):
            self._nomination_ends(self.cache.pod_rows.row(old))

    def _no_longer_waiting(self, change: Record, after: str) -> None:
        assert change.old is not None
        self.queue.delete(change.key)
        if after == "assigned" and not self.cache.snapshot.nominated:
            return
        row = self.cache.pod_rows.row(change.old)
        self.cache.forget_nomination(row.uid)
        if after == "assigned":
            return
        # An assumed pod that goes, or a nominated one, frees the room that was kept for it.
        freed = self.cache.forget(change.key)
        if freed is not None:
            self._move(ClusterEvent(events.POD_DELETE, freed))
        elif row.nominated_node:
            self._nomination_ends(row)

    def _assigned(self, key: Key, pod: Object) -> None:
        known = self.cache.pods.get(key)
        if known is None or not known.obj["spec"].get("nodeName"):
            row = pod_info(pod) if known is None else bound(known, pod)
            self.cache.confirm(row)
            self._move(ClusterEvent(events.POD_ADD, None, row))
            return
        row = renewed(known, pod)
        self.cache.confirm(row)
        for event in events.assigned_pod_changes(known, row):
            self._move(event)


def _nominated(pod: Object) -> str:
    return (pod.get("status") or {}).get("nominatedNodeName") or ""
