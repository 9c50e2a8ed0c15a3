"""Which targets a balancer's machine in a zone uses, and in which zones its name has addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.cloud.aws.elb.model import HEALTHY, Balancer, Group, Health, Target
from kubelearn.cloud.aws.nlb_zones import Targets, Terms, Zones, zones

Healths = Mapping[tuple[str, str], Health]
"""(group, target) → its health."""


class Pool(NamedTuple):
    """The targets that a machine of the balancer uses for new flows."""

    targets: tuple[Target, ...]
    open: bool = False
    """Whether all are used because too few are healthy (fail open)."""
    healthy: int = 0

    @property
    def well(self) -> str:
        """How many are healthy, in words."""
        return f"only {self.healthy} healthy" if self.healthy else "none healthy"


def is_healthy(group: Group, target: Target, healths: Healths) -> bool:
    """Whether the checks of a target pass."""
    return healths.get((group.name, target.name), Health()).state == HEALTHY


def pool_of(balancer: Balancer, group: Group, zone: str, healths: Healths) -> Pool:
    """The healthy targets of a zone, or of all zones; when too few are, all of them."""
    terms = terms_of(balancer, group)
    near = [one for one in group.targets if terms.cross_zone or one.zone == zone]
    well = tuple(one for one in near if is_healthy(group, one, healths))
    if terms.routing.reached(Targets(len(well), len(near) - len(well))):
        return Pool(well)
    return Pool(tuple(near), bool(near), len(well))


def terms_of(balancer: Balancer, group: Group) -> Terms:
    """What counts for a target group of a balancer."""
    said = group.attributes
    crosses = balancer.cross_zone if said.cross_zone is None else said.cross_zone
    return Terms(crosses, said.dns, said.routing)


def zones_of(balancer: Balancer, groups: list[Group], healths: Healths) -> Zones:
    """Which zones are in the balancer's DNS name."""
    counted = [
        {zone.name: _counts(group, zone.name, healths) for zone in balancer.zones}
        for group in groups
    ]
    return zones(counted, [terms_of(balancer, group) for group in groups])


def _counts(group: Group, zone: str, healths: Healths) -> Targets:
    here = [one for one in group.targets if one.zone == zone]
    healthy = sum(is_healthy(group, one, healths) for one in here)
    return Targets(healthy, len(here) - healthy)
