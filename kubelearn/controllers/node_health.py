"""When a node was last heard of, and how its conditions read when that is too long ago.

Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (tryUpdateNodeHealth),
Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object, condition
from kubelearn.sim.clock import SECOND

GRACE_PERIOD = 50 * SECOND
STARTUP_GRACE_PERIOD = 60 * SECOND
WATCHED = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


class Seen(NamedTuple):
    """What the controller remembers of a node's heartbeats."""

    sign: tuple[str, str]
    """Renew time of the lease and last heartbeat of the status, as last seen."""
    since: int
    """When that sign was first seen, by the controller's own clock: it trusts no other."""


def look(seen: Seen | None, node: Object, lease: Object | None, now: int) -> Seen:
    """What is remembered after a look: the same unless there is a new sign of life."""
    heartbeat = (condition(node, "Ready") or {}).get("lastHeartbeatTime") or ""
    known = seen if seen is not None and seen.sign[1] == heartbeat else Seen(("", heartbeat), now)
    return look_at_lease(known, lease, now)


def look_at_lease(seen: Seen, lease: Object | None, now: int) -> Seen:
    """What is remembered after a look at the lease, the node being the very same as before."""
    renewed = lease["spec"].get("renewTime", "") if lease is not None else ""
    return seen if seen.sign[0] == renewed else Seen((renewed, seen.sign[1]), now)


def is_silent(seen: Seen, node: Object, now: int) -> bool:
    """Whether a node has been silent for longer than it may be."""
    if now <= seen.since + min(GRACE_PERIOD, STARTUP_GRACE_PERIOD):
        return False
    posted = condition(node, "Ready") is not None
    return now > seen.since + (GRACE_PERIOD if posted else STARTUP_GRACE_PERIOD)


def unknown_conditions(node: Object, now: str) -> list[Object]:
    """The conditions of a silent node: what nobody vouches for is Unknown."""
    found = node["status"].get("conditions") or []
    known = {one["type"] for one in found}
    never = (_never(kind, node, now) for kind in WATCHED if kind not in known)
    return [*(_unknown(one, now) for one in found), *never]


def _unknown(found: Object, now: str) -> Object:
    if found["type"] not in WATCHED or found["status"] == "Unknown":
        return found
    return {
        **found,
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": now,
    }


def _never(kind: str, node: Object, now: str) -> Object:
    return {
        "type": kind,
        "status": "Unknown",
        "reason": "NodeStatusNeverUpdated",
        "message": "Kubelet never posted node status.",
        "lastHeartbeatTime": node["metadata"].get("creationTimestamp"),
        "lastTransitionTime": now,
    }
