"""Topology aware routing: endpoints are given to zones in proportion to the zones' cpu.

A Service asks for it by the annotation `service.kubernetes.io/topology-mode: Auto`. Every zone gets
at least its share less a fifth; where that cannot be, there are no hints and an event says why.
Source: endpointslice `topologycache/{topologycache,sliceinfo,utils}.go`, Kubernetes 1.36.

Unlike the real one: all endpoints of a Service get their hints anew in each sync; the real one
leaves slices that need no other change as they are, as long as they allow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from math import ceil
from typing import NamedTuple

from kubelearn.api.objects import Object, get_path, is_true, labels_of
from kubelearn.api.resources import amount

OVERLOAD_THRESHOLD = 0.2
ZONE = "topology.kubernetes.io/zone"
EXCLUDED = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
ANNOTATIONS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
"""Where a Service asks for hints; the first that it has counts."""
ENABLED, DISABLED = "TopologyAwareHintsEnabled", "TopologyAwareHintsDisabled"
ENABLED_TEXT = "Topology Aware Hints has been enabled"
NO_NODES = (
    "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
)
ONE_ZONE = "Nodes only ready in one zone"
FEW_ENDPOINTS = "Insufficient number of endpoints"
OVERLOAD = (
    "Unable to allocate minimum required endpoints to each zone without exceeding overload "
    "threshold"
)
NO_ZONE = "One or more endpoints do not have a zone specified"
NO_HINTS = "No hints allocated for zones"


class Allocation(NamedTuple):
    """How many endpoints a zone should have."""

    minimum: int
    maximum: int
    desired: float


class NoHints(Exception):
    """Why there are no hints."""


def wants_hints(service: Object) -> bool:
    """Whether a Service asks for hints by its annotation."""
    annotations = service["metadata"].get("annotations") or {}
    value = next((annotations[name] for name in ANNOTATIONS if name in annotations), "")
    return value in ("Auto", "auto")


def cpu_ratios(nodes: Iterable[Object]) -> dict[str, float] | None:
    """Each zone's part of the cpu of all ready workers; None when a node does not tell."""
    amounts: dict[str, int] = {}
    for node in nodes:
        labels = labels_of(node)
        if any(label in labels for label in EXCLUDED) or not is_true(node, "Ready"):
            continue
        zone = labels.get(ZONE, "")
        cpu = amount("cpu", get_path(node, "status", "allocatable", "cpu", default="0"))
        if not zone or not cpu:
            return None
        amounts[zone] = amounts.get(zone, 0) + cpu
    if len(amounts) < 2:
        return None
    total = sum(amounts.values())
    return {zone: amount / total for zone, amount in amounts.items()}


def allocations(ratios: Mapping[str, float] | None, endpoints: int) -> dict[str, Allocation]:
    """What each zone should have of so many ready endpoints; NoHints when that cannot be."""
    if ratios is None:
        raise NoHints(NO_NODES)
    if len(ratios) < 2:
        raise NoHints(ONE_ZONE)
    if len(ratios) > endpoints:
        raise NoHints(FEW_ENDPOINTS)
    desired = {zone: ratio * endpoints for zone, ratio in ratios.items()}
    least = {zone: ceil(part / (1 + OVERLOAD_THRESHOLD)) for zone, part in desired.items()}
    spare = endpoints - sum(least.values())
    if spare < 0:
        raise NoHints(OVERLOAD)
    return {
        zone: Allocation(least[zone], least[zone] + spare, max(part, least[zone]))
        for zone, part in desired.items()
    }


def is_ready(endpoint: Object) -> bool:
    """Whether an endpoint gets requests."""
    return bool(get_path(endpoint, "conditions", "ready"))


def hint(zone: str) -> Object:
    """The hint for one zone."""
    return {"forZones": [{"name": zone}]}


def giving_and_receiving(
    desired: Mapping[str, float], allocated: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int]]:
    """How many endpoints zones with too many give, and zones with too few get."""
    over, under = {}, {}
    for zone in sorted(desired):
        difference = allocated.get(zone, 0) - desired[zone]
        if difference > 0:
            over[zone] = difference
        elif difference < 0:
            under[zone] = -difference
    giving: dict[str, int] = {}
    receiving: dict[str, int] = {}
    while over and under:
        giver, taker = max(over, key=over.__getitem__), max(under, key=under.__getitem__)
        most = (over[giver], under[taker])
        if max(most) < 1.0 or min(most) < 0.5:
            break
        giving[giver] = giving.get(giver, 0) + 1
        receiving[taker] = receiving.get(taker, 0) + 1
        over[giver] -= 1
        under[taker] -= 1
    return giving, receiving


def redistribute(
    endpoints: Sequence[MutableMapping[str, object]],
    giving: Mapping[str, int],
    receiving: Mapping[str, int],
) -> dict[str, int]:
    """Give endpoints of some zones to others; how many each zone has more or less."""
    giving, receiving = dict(giving), dict(receiving)
    moved: dict[str, int] = {}
    for endpoint in endpoints:
        zone = str(endpoint.get("zone", ""))
        if not is_ready(dict(endpoint)) or not giving.get(zone):
            continue
        taker = next((name for name in sorted(receiving) if receiving[name]), None)
        if taker is None:
            break
        endpoint["hints"] = hint(taker)
        giving[zone] -= 1
        receiving[taker] -= 1
        moved[taker] = moved.get(taker, 0) + 1
        moved[zone] = moved.get(zone, 0) - 1
    return moved


def hints_by_zone(
    endpoints: Iterable[Object], allocated: Mapping[str, int], most: Mapping[str, int]
) -> dict[str, int] | None:
    """How many hints a slice has for each zone; None when it has to be written anew.

    That is when an endpoint has none, one is for a zone that needs none, or a zone has too many.
    """
    found: dict[str, int] = {}
    for endpoint in filter(is_ready, endpoints):
        zones = [one["name"] for one in get_path(endpoint, "hints", "forZones", default=())]
        if not zones or any(zone not in most for zone in zones):
            return None
        found[zones[0]] = found.get(zones[0], 0) + 1
    if any(count + allocated.get(zone, 0) > most[zone] for zone, count in found.items()):
        return None
    return found


class Hinted(NamedTuple):
    """Endpoints with their hints, and how many each zone has."""

    endpoints: list[Object]
    by_zone: dict[str, int]


def with_hints(
    endpoints: Sequence[Object],
    ratios: Mapping[str, float] | None,
    allocated: Mapping[str, int] | None = None,
) -> Hinted:
    """Hints for all endpoints; `allocated` are those of other slices. NoHints says why not."""
    total = sum(map(is_ready, endpoints)) + sum((allocated or {}).values())
    wanted = allocations(ratios, total)
    counts = dict(allocated or {})
    hinted: list[Object] = []
    for endpoint in endpoints:
        bare = {name: value for name, value in endpoint.items() if name != "hints"}
        if is_ready(bare):
            if not bare.get("zone"):
                raise NoHints(NO_ZONE)
            counts[bare["zone"]] = counts.get(bare["zone"], 0) + 1
            bare["hints"] = hint(bare["zone"])
        hinted.append(bare)
    desired = {zone: one.desired for zone, one in wanted.items()}
    moved = redistribute(hinted, *giving_and_receiving(desired, counts))
    for zone, difference in moved.items():
        counts[zone] = counts.get(zone, 0) + difference
    if not counts:
        raise NoHints(NO_HINTS)
    return Hinted(hinted, counts)
