"""Which targets a balancer's machine in a zone uses, and in which zones its name has addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.cloud.aws.elb.model import HEALTHY, Balancer, Group, Health, Target
from kubelearn.cloud.aws.nlb_zones import Targets, Zones, zones

Healths = Mapping[tuple[str, str], Health]
"""(group, target) → its health."""


class Pool(NamedTuple):
    """The targets that a machine of the balancer uses for new flows."""

    targets: tuple[Target, ...]
    open: bool = False
    """Whether all are used because none is healthy (fail open)."""


def is_healthy(group: Group, target: Target, healths: Healths) -> bool:
    """Whether the checks of a target pass."""
    return healths.get((group.name, target.name), Health()).state == HEALTHY


def pool_of(balancer: Balancer, group: Group, zone: str, healths: Healths) -> Pool:
    """The healthy targets of a zone, or of all zones; when none is, all of them."""
    near = [one for one in group.targets if balancer.cross_zone or one.zone == zone]
    well = tuple(one for one in near if is_healthy(group, one, healths))
    if well:
        return Pool(well)
    # Without a healthy target anywhere each machine uses all that it has.
    return Pool(tuple(near), open=bool(near))


def zones_of(balancer: Balancer, groups: list[Group], healths: Healths) -> Zones:
    """Which zones are in the balancer's DNS name."""
    counted = [
        {zone.name: _counts(group, zone.name, healths) for zone in balancer.zones}
        for group in groups
    ]
    return zones(counted, cross_zone=balancer.cross_zone)


def _counts(group: Group, zone: str, healths: Healths) -> Targets:
    here = [one for one in group.targets if one.zone == zone]
    healthy = sum(is_healthy(group, one, healths) for one in here)
    return Targets(healthy, len(here) - healthy)
