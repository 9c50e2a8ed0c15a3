"""Whether evictions kept to a budget, told from the log of writes."""

from __future__ import annotations

from kubelearn.api.objects import Key, Object, condition, is_true, labels_of
from kubelearn.api.store import Record
from kubelearn.cluster import Cluster
from kubelearn.sim.clock import MILLISECOND

LAG = 100 * MILLISECOND
"""What happened so shortly before an eviction the budget's controller may not know."""


def is_evicted(pod: Object | None) -> bool:
    """Whether an eviction of the pod was accepted."""
    found = condition(pod, "DisruptionTarget") if pod is not None else None
    return found is not None and found.get("reason") == "EvictionByEvictionAPI"


def is_healthy(pod: Object | None) -> bool:
    """Whether the pod counts in its budget."""
    if pod is None or "deletionTimestamp" in pod["metadata"]:
        return False
    return is_true(pod, "Ready") and not is_evicted(pod)


def broken(cluster: Cluster, app: str, least: int) -> list[Key]:
    """The evictions after which fewer healthy pods of an app were left than its budget wants."""
    log = [r for r in cluster.api.store.log if r.resource == "pods" and _is_of(r, app)]
    evictions = [r for r in log if is_evicted(r.new) and not is_evicted(r.old)]
    return [r.key for r in evictions if is_healthy(r.old) and _left(log, r) < least]


def _is_of(record: Record, app: str) -> bool:
    return labels_of(record.new or record.old or {}).get("app") == app


def _left(log: list[Record], eviction: Record) -> int:
    """How many pods were healthy without those evicted, by what the controller may have known.

    That is the state of some moment not longer ago than the lag.
    """
    before = [r for r in log if r.revision <= eviction.revision]
    gone = {_uid(r) for r in before if is_evicted(r.new)}
    oldest = eviction.time - LAG
    moments = {oldest, *(r.time for r in before if r.time > oldest)}
    return max(_healthy(before, moment, gone) for moment in moments)


def _healthy(log: list[Record], time: int, gone: set[str]) -> int:
    known = {r.key: r for r in log if r.time <= time}
    return sum(is_healthy(r.new) for r in known.values() if _uid(r) not in gone)


def _uid(record: Record) -> str:
    return str((record.new or record.old or {})["metadata"]["uid"])
