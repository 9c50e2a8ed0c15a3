"""Answers the vectors of `controllers/endpointslice.json` with the EndpointSlice controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
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
    return {name: [_hinted(one, distribution) for one in given[name]] for name in names}


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


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "podToEndpoint": _endpoint,
    "shouldPodBeInEndpoints": _included,
    "shouldSetHostname": _hostname,
    "trafficDistributionHints": _hints,
    "findPort": _port,
}
"""The operations about topology hints are not built."""
