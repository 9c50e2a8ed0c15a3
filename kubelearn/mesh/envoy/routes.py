"""The way of a request through a route table: virtual host, first route that matches, cluster.

Source: envoy `source/common/router/config_impl.cc`, `weighted_cluster_specifier.cc`, 1.40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.balancing.weighted import Lot, choose
from kubelearn.mesh.envoy.matching import Asked, matches
from kubelearn.mesh.envoy.virtual_hosts import find_virtual_host

Json = Mapping[str, Any]


class Found(NamedTuple):
    """Where a request goes."""

    virtual_host: Json
    route: Json
    cluster: str
    """"" for a route that answers by itself (redirect, direct response)."""


def find_route(hosts: Sequence[Json], request: Asked, lot: Lot) -> Found | None:
    """The route and cluster for a request; None when nothing matches (404, flag NR).

    `lot` chooses among weighted clusters without `header_name`.
    """
    host = find_virtual_host(hosts, request.host)
    if host is None:
        return None
    for route in host.get("routes") or ():
        if matches(route.get("match") or {}, request):
            return Found(host, route, cluster_of(route, request, lot))
    return None


def cluster_of(route: Json, request: Asked, lot: Lot) -> str:
    """The cluster of a route; of weighted ones the one that the lot, or a number, falls on."""
    action = route.get("route") or {}
    if "weighted_clusters" not in action:
        return str(action.get("cluster", ""))
    weighted = action["weighted_clusters"]
    clusters = weighted["clusters"]
    value = header_number(request, weighted.get("header_name", ""))
    weights = [one["weight"] for one in clusters]
    place = lot("cluster", weights) if value is None else choose(weights, value)
    return str(clusters[place]["name"])


def shares_of(action: Json) -> tuple[tuple[str, int], ...]:
    """Clusters and weights between which a route draws; empty where it has one."""
    clusters = (action.get("weighted_clusters") or {}).get("clusters") or ()
    return tuple((str(one["name"]), int(one["weight"])) for one in clusters)


def header_number(request: Asked, name: str) -> int | None:
    """The unsigned 64-bit number in a header; None when there is none."""
    text = request.header(name) if name else None
    if text is None or not (text.isascii() and text.isdecimal()) or int(text) >= 1 << 64:
        return None
    return int(text)
