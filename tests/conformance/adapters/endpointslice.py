"""Answers the vectors of `controllers/endpointslice.json` with the EndpointSlice controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.controllers import topology_hints
from kubelearn.controllers.endpoints import (
    endpoint_of,
    find_port,
    has_hostname,
    hints_of,
    is_included,
)

Given = dict[str, Any]


def _endpoint(given: Given) -> Given:
    return {"endpoint": endpoint_of(given["service"], given["pod"], given["node"])}


def _included(given: Given) -> Given:
    included = is_included(given["pod"])
    if not given["includeTerminating"]:
        included = included and "deletionTimestamp" not in given["pod"]["metadata"]
    return {"included": included}


def _hostname(given: Given) -> Given:
    return {"set": has_hostname(given["service"], given["pod"])}


def _hints(given: Given) -> Given:
    distribution = given["trafficDistribution"]
    names = ("toCreate", "toUpdate", "unchanged")
    found = {name: [_hinted(one, distribution) for one in given[name]] for name in names}
    pairs = list(zip(given["unchanged"], found["unchanged"], strict=True))
    found["toUpdate"] += [new for old, new in pairs if new != old]
    return {**found, "unchanged": [new for old, new in pairs if new == old]}


def _hinted(one: Object, distribution: str | None) -> Object:
    endpoints = []
    for endpoint in one["endpoints"]:
        bare = {name: value for name, value in endpoint.items() if name != "hints"}
        hints = hints_of(distribution, bare)
        endpoints.append({**bare, "hints": hints} if hints else bare)
    return {**one, "endpoints": endpoints}


def _port(given: Given) -> Given:
    number = find_port(given["pod"], given["servicePort"])
    return {"error": True} if number is None else {"port": number}


def _topology_hints(given: Given) -> Given:
    counts: dict[str, int] = {}
    for one in given["unchanged"]:
        found = topology_hints.hints_by_zone(one["endpoints"], counts, MANY)
        for zone, count in (found or {}).items():
            counts[zone] = counts.get(zone, 0) + count
    slices = [*given["toCreate"], *given["toUpdate"]]
    endpoints = [endpoint for one in slices for endpoint in one["endpoints"]]
    try:
        hinted, by_zone = topology_hints.with_hints(endpoints, given["cpuRatioByZone"], counts)
        event = {"type": "Normal", "reason": topology_hints.ENABLED,
                 "messagePrefix": topology_hints.ENABLED_TEXT}  # fmt: skip
    except topology_hints.NoHints as why:
        hinted = [{n: v for n, v in one.items() if n != "hints"} for one in endpoints]
        by_zone = None
        event = {"type": "Warning", "reason": topology_hints.DISABLED, "messagePrefix": str(why)}
    left = iter(hinted)
    named = {
        name: [{**one, "endpoints": [next(left) for _ in one["endpoints"]]} for one in given[name]]
        for name in ("toCreate", "toUpdate")
    }
    return {"endpointsByZone": by_zone, **named, "events": [event]}


class _Many(dict[str, int]):
    """Room for any number in any zone."""

    def __missing__(self, zone: str) -> int:
        return 1 << 30

    def __contains__(self, zone: object) -> bool:
        return True


MANY = _Many()


def _giving(given: Given) -> Given:
    giving, receiving = topology_hints.giving_and_receiving(
        given["desiredByZone"], given["allocatedByZone"]
    )
    return {"giving": giving, "receiving": receiving}


def _redistributed(given: Given) -> Given:
    endpoints = [{**endpoint} for one in given["slices"] for endpoint in one["endpoints"]]
    moved = topology_hints.redistribute(endpoints, given["givingZones"], given["receivingZones"])
    return {"redistributions": moved}


def _by_zone(given: Given) -> Given:
    endpoints = given["slice"].get("endpoints", ())
    found = topology_hints.hints_by_zone(
        endpoints, given["allocatedByZone"], given["maximumByZone"]
    )
    return {"hintsByZone": found}


def _ratios(given: Given) -> Given:
    nodes = []
    for one in given["nodes"]:
        conditions = [{"type": "Ready", "status": one.get("ready", "False")}]
        status: Given = {"conditions": conditions}
        if one.get("allocatableCPU"):
            status["allocatable"] = {"cpu": one["allocatableCPU"]}
        metadata = {"name": one["name"], "labels": one.get("labels", {})}
        nodes.append({"metadata": metadata, "status": status})
    found = topology_hints.cpu_ratios(nodes)
    return {"sufficient": found is not None, "ratios": found}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "podToEndpoint": _endpoint,
    "shouldPodBeInEndpoints": _included,
    "shouldSetHostname": _hostname,
    "trafficDistributionHints": _hints,
    "findPort": _port,
    "addTopologyHints": _topology_hints,
    "givingReceivingZones": _giving,
    "redistributeHints": _redistributed,
    "hintsByZone": _by_zone,
    "zoneCPURatios": _ratios,
}
"""The operations about topology hints are not built."""
