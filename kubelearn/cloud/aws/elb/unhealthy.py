"""A target of a network load balancer becomes unhealthy: what becomes of the flows open to it.

They are reset, or kept, or kept for an interval; where the group has too few healthy targets left,
it fails open and nothing is reset.

Source: Elastic Load Balancing user guide for Network Load Balancers, "Health checks", "Connection
termination for unhealthy targets", "Unhealthy draining interval".

Unlike the real one: a flow is reset at once and not at its next packet; one that was kept because
the group failed open is kept also when another target becomes healthy again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cloud.aws.elb.model import (
    APPLICATION,
    UNHEALTHY,
    UNHEALTHY_DRAINING,
    Group,
    Health,
)
from kubelearn.cloud.aws.elb.routing import is_healthy
from kubelearn.cloud.aws.nlb_zones import Targets

if TYPE_CHECKING:
    from kubelearn.cloud.aws.elb.service import LoadBalancers

UNHEALTHY_NOW = "the target {} is unhealthy now: its connections are reset"


def becomes(elb: LoadBalancers, group: Group, name: str, new: Health) -> None:
    """A target that was healthy is so no longer."""
    said, clock = group.attributes, elb.context.clock
    if not said.fading:
        elb.become(group, name, new)
        if said.terminates_unhealthy:
            _cut(elb, group, name)
        return
    elb.become(group, name, new._replace(state=UNHEALTHY_DRAINING))
    clock.after(said.fading, elb.faded, group.name, name, clock.now)


def faded(elb: LoadBalancers, place: tuple[str, str], since: int) -> None:
    """The interval of a target is over; nothing happens if it has been anything else meanwhile."""
    health, now = elb.healths.get(place), elb.context.clock.now
    if health is None or (health.state, health.since) != (UNHEALTHY_DRAINING, since):
        return
    group = elb.groups[place[0]]
    elb.become(group, place[1], health._replace(state=UNHEALTHY, since=now))
    _cut(elb, group, place[1])


def _cut(elb: LoadBalancers, group: Group, name: str) -> None:
    """Reset the flows to a target, unless its group fails open by it."""
    balancer = elb.balancers.get(group.balancer)
    is_network = balancer is not None and balancer.kind != APPLICATION
    healthy = sum(is_healthy(group, one, elb.healths) for one in group.targets)
    all_ = Targets(healthy, len(group.targets) - healthy)
    if is_network and group.attributes.routing.reached(all_):
        elb.reset(group.balancer, name, UNHEALTHY_NOW)


def has_cut(elb: LoadBalancers, group: Group, name: str) -> bool:
    """Whether the flows to a target were reset since it became unhealthy."""
    health = elb.healths.get((group.name, name), Health())
    return health.state == UNHEALTHY and elb.reset_at(group.balancer, name) >= health.since
