"""Zones as the node lifecycle controller sees them: how bad is it, how fast to evict.

Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (ComputeZoneState,
HealthyQPSFunc, ReducedQPSFunc), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from kubelearn.api.objects import Object, is_true
from kubelearn.sim.clock import SECOND

UNHEALTHY_THRESHOLD = 0.55
LARGE_ZONE = 50
NORMAL_INTERVAL = 10 * SECOND
REDUCED_INTERVAL = 100 * SECOND
EXCLUDE = "node.kubernetes.io/exclude-disruption"


class ZoneState(Enum):
    """How many nodes of a zone are not ready."""

    INITIAL = "Initial"
    NORMAL = "Normal"
    PARTIAL_DISRUPTION = "PartialDisruption"
    FULL_DISRUPTION = "FullDisruption"


def zone_of(node: Object) -> str:
    """Region and zone of a node in one text."""
    labels = node["metadata"].get("labels") or {}
    region = labels.get("topology.kubernetes.io/region", "")
    zone = labels.get("topology.kubernetes.io/zone", "")
    return f"{region}:\x00:{zone}" if region or zone else ""


class Standing(NamedTuple):
    """How a node stands in its zone, which holds while it is the very same object."""

    node: Object
    zone: str
    ready: bool
    counted: bool

    @classmethod
    def of(cls, node: Object, known: Mapping[str, Standing]) -> Standing:
        """The standing of a node, perhaps known by its name; labelled ones are not counted."""
        found = known.get(node["metadata"]["name"])
        if found is not None and found.node is node:
            return found
        counted = EXCLUDE not in (node["metadata"].get("labels") or {})
        return cls(node, zone_of(node), is_true(node, "Ready"), counted)


def zone_states(standings: Iterable[Standing]) -> dict[str, ZoneState]:
    """The state of each zone from all nodes, in the order in which the zones come."""
    counts: dict[str, list[int]] = {}
    for one in standings:
        count = counts.setdefault(one.zone, [0, 0])
        if one.counted:
            count[one.ready] += 1
    return {zone: state_of(ready, not_ready) for zone, (not_ready, ready) in counts.items()}


def state_of(ready: int, not_ready: int) -> ZoneState:
    """The state of a zone from the numbers of its nodes."""
    if ready == 0 and not_ready > 0:
        return ZoneState.FULL_DISRUPTION
    if not_ready > 2 and not_ready / (ready + not_ready) >= UNHEALTHY_THRESHOLD:
        return ZoneState.PARTIAL_DISRUPTION
    return ZoneState.NORMAL


def eviction_interval(state: ZoneState, size: int) -> int | None:
    """Nanoseconds between two nodes of a zone; None = not at all."""
    if state is ZoneState.PARTIAL_DISRUPTION:
        return REDUCED_INTERVAL if size > LARGE_ZONE else None
    return NORMAL_INTERVAL
