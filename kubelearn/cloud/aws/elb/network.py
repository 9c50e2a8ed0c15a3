"""What a network load balancer does with a flow: target group by weight, target by hash.

Source: Elastic Load Balancing user guide for Network Load Balancers, "Network Load Balancer
overview", "Target groups" (sticky sessions), "Listeners" (weighted target groups).

Unlike the real one: the hash of a flow is a draw; a client with stickiness goes by its address
alone, so it comes back to its first target when that is healthy again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from kubelearn.cloud.aws.elb import rules
from kubelearn.cloud.aws.elb.application import destinations
from kubelearn.cloud.aws.elb.model import SECURE, Balancer, Group, Listener, Target, Zone
from kubelearn.cloud.aws.elb.routing import pool_of
from kubelearn.traffic.balancers import Flow, Forward

if TYPE_CHECKING:
    from kubelearn.cloud.aws.elb.service import LoadBalancers

REFUSED = "connection refused"


def take(
    elb: LoadBalancers,
    place: tuple[Balancer, Zone],
    listener: Listener,
    flow: Flow,
    draw: Callable[[int, str], int],
) -> Forward:
    """Send a flow on, or refuse it."""
    balancer, zone = place
    chance = _by_source(flow.source) if listener.sticky else draw
    group = elb.groups.get(rules.weighted(listener.groups, chance))
    if group is None:
        return Forward(balancer.name, f"no target group takes port {flow.port}", error=REFUSED)
    pool = pool_of(balancer, group, zone.name, elb.healths)
    if not pool.targets:
        text = f"{group.name} has no targets that {zone.name} uses"
        return Forward(balancer.name, text, error=REFUSED)
    chosen, how = _chosen(group, pool.targets, flow.source)
    word = f"targets, {pool.well}: fail open" if pool.open else "healthy targets"
    shared = f"{group.service}, " if len(listener.groups) > 1 else ""
    text = (
        f"network load balancer in {zone.name}: flow from {flow.source} to port {flow.port}, "
        f"{shared}by {how} to 1 of {len(pool.targets)} {word}"
    )
    headed = group.attributes.proxy_protocol
    return Forward(
        balancer.name, f"{text}; a PROXY protocol header names the client" if headed else text,
        destinations(pool.targets), chosen, source="" if group.keeps_source else zone.inner,
        secure=group.protocol in SECURE if listener.is_secure else None,
        proxy_header=flow.source if headed else "",
    )  # fmt: skip


def _chosen(group: Group, targets: tuple[Target, ...], source: str) -> tuple[int | None, str]:
    """The place of the target and how it is chosen; None: by the draw of the flow."""
    if not group.attributes.stickiness.kind:
        return None, "hash"
    names = [target.name for target in targets]
    best = max(names, key=lambda name: _score(f"{source} {name}"))
    return names.index(best), "its address"


def _by_source(source: str) -> Callable[[int, str], int]:
    """In place of a draw: what follows from a client's address."""
    return lambda count, purpose: _score(f"{purpose} {source}") % count


def _score(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
