"""The taints that follow from the state of a node.

Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (doNoScheduleTaintingPass,
doNoExecuteTaintingPass), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.objects import Object, condition

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
READY_TAINTS = (NOT_READY, UNREACHABLE)
CONDITION_TAINTS: dict[str, dict[str, str]] = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
}
"""Condition type → status → key of the NoSchedule taint."""
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
MANAGED = frozenset(
    {UNSCHEDULABLE, *(key for keys in CONDITION_TAINTS.values() for key in keys.values())}
)


def taints_of(node: Object) -> list[Object]:
    """The taints of a node."""
    return node["spec"].get("taints") or []


def with_no_schedule(node: Object, now: str) -> list[Object]:
    """The taints with exactly those NoSchedule taints that conditions and cordon ask for."""
    wanted = dict.fromkeys(_wanted(node))
    kept = [taint for taint in taints_of(node) if not _is_stale(taint, wanted)]
    have = {taint["key"] for taint in kept if taint["effect"] == "NoSchedule"}
    return [*kept, *(_taint(key, "NoSchedule", now) for key in wanted if key not in have)]


def _wanted(node: Object) -> Iterable[str]:
    for kind, keys in CONDITION_TAINTS.items():
        found = condition(node, kind)
        if found is not None and found["status"] in keys:
            yield keys[found["status"]]
    if node["spec"].get("unschedulable"):
        yield UNSCHEDULABLE


def _is_stale(taint: Object, wanted: Iterable[str]) -> bool:
    managed = taint["effect"] == "NoSchedule" and taint["key"] in MANAGED
    return managed and taint["key"] not in wanted


def without_no_execute(node: Object) -> list[Object]:
    """The taints without those that evict because the node is not ready."""
    return [
        taint
        for taint in taints_of(node)
        if not (taint["effect"] == "NoExecute" and taint["key"] in READY_TAINTS)
    ]


def with_no_execute(node: Object, now: str) -> list[Object]:
    """The taints with the one that evicts because the node is not ready, or unreachable."""
    key = no_execute_key(node)
    if key is None or has_no_execute(node, (key,)):
        return taints_of(node)
    return [*without_no_execute(node), _taint(key, "NoExecute", now)]


def no_execute_key(node: Object) -> str | None:
    """The key of the evicting taint that fits the present state; None when the node is ready."""
    ready = condition(node, "Ready")
    return CONDITION_TAINTS["Ready"].get(ready["status"]) if ready is not None else None


def has_no_execute(node: Object, keys: Iterable[str] = READY_TAINTS) -> bool:
    """Whether a node has an evicting taint with one of these keys."""
    evicting = (taint["key"] for taint in taints_of(node) if taint["effect"] == "NoExecute")
    return any(key in keys for key in evicting)


def _taint(key: str, effect: str, now: str) -> Object:
    return {"key": key, "effect": effect, "timeAdded": now}
