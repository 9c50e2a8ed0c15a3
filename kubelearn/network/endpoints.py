"""Which endpoints of a Service a node uses.

Source: `pkg/proxy/topology.go` (CategorizeEndpoints), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object

PREFER_NODE, PREFER_ZONE = "node", "zone"


class Backend(NamedTuple):
    """Where a connection to a Service can end."""

    address: str
    port: int
    node: str
    pod: tuple[str, str]
    """Namespace and name."""


class Endpoint(NamedTuple):
    """A backend with what decides whether it is used."""

    backend: Backend
    ready: bool = True
    serving: bool = True
    terminating: bool = False
    node_hints: tuple[str, ...] = ()
    zone_hints: tuple[str, ...] = ()

    @property
    def lingers(self) -> bool:
        """Whether it still serves while it goes."""
        return self.serving and self.terminating

    @classmethod
    def of(cls, endpoint: Object, port: int) -> Endpoint:
        """An endpoint as an EndpointSlice describes it, with the port of the slice."""
        target = endpoint.get("targetRef") or {}
        pod = (target.get("namespace", ""), target.get("name", ""))
        conditions, hints = endpoint.get("conditions") or {}, endpoint.get("hints") or {}
        ready = conditions.get("ready") is not False
        return cls(
            Backend(endpoint["addresses"][0], port, endpoint.get("nodeName", ""), pod),
            ready,
            conditions.get("serving", ready),
            conditions.get("terminating", False),
            tuple(hint["name"] for hint in hints.get("forNodes") or ()),
            tuple(hint["name"] for hint in hints.get("forZones") or ()),
        )


class Policy(NamedTuple):
    """The traffic policies of a Service, and whether it is open to the outside."""

    internal_local: bool = False
    external_local: bool = False
    exposed: bool = False

    @property
    def uses_cluster(self) -> bool:
        """Whether endpoints of all nodes are used; from outside always, for short cuts."""
        return not self.internal_local or self.exposed

    @property
    def uses_local(self) -> bool:
        """Whether endpoints of the node itself are used by a policy Local."""
        return self.internal_local or (self.external_local and self.exposed)


class Choice(NamedTuple):
    """The endpoints that a node uses under policy Cluster and under policy Local."""

    cluster: tuple[Endpoint, ...] = ()
    local: tuple[Endpoint, ...] = ()
    any_endpoints: bool = False
    """Whether there is a usable endpoint anywhere."""


def categorize(
    endpoints: Sequence[Endpoint], policy: Policy, node: str, zone: str, *, node_hints: bool = True
) -> Choice:
    """The endpoints that a node in a zone uses; `node_hints` = PreferSameTrafficDistribution."""
    cluster: list[Endpoint] = []
    local: list[Endpoint] = []
    if policy.uses_cluster:
        preference = _preference(endpoints, node, zone, node_hints=node_hints)
        cluster = [
            each for each in endpoints if each.ready and _fits(each, preference, node, zone)
        ] or [each for each in endpoints if each.lingers]
    if policy.uses_local:
        here = [each for each in endpoints if each.backend.node == node]
        local = [each for each in here if each.ready] or [each for each in here if each.lingers]
    usable = any(each.ready or each.lingers for each in endpoints)
    return Choice(tuple(cluster), tuple(local), usable)


def has_hints(endpoints: Sequence[Endpoint]) -> bool:
    """Whether nodes may differ in what they use."""
    return any(each.node_hints or each.zone_hints for each in endpoints)


def _preference(endpoints: Sequence[Endpoint], node: str, zone: str, *, node_hints: bool) -> str:
    """By which hints endpoints are chosen; "" when not all ready ones have them, or none fits."""
    ready = [each for each in endpoints if each.ready]
    if ready and node_hints and _meant_for(node, [each.node_hints for each in ready]):
        return PREFER_NODE
    return PREFER_ZONE if ready and _meant_for(zone, [each.zone_hints for each in ready]) else ""


def _meant_for(place: str, hints: list[tuple[str, ...]]) -> bool:
    """Whether all endpoints have hints and one of them names this place."""
    return bool(place) and all(hints) and any(place in each for each in hints)


def _fits(endpoint: Endpoint, preference: str, node: str, zone: str) -> bool:
    if preference == PREFER_NODE:
        return node in endpoint.node_hints
    return preference != PREFER_ZONE or zone in endpoint.zone_hints
