"""Zones of an NLB: which addresses its DNS name has, and which targets each zone's node uses.

A zone whose targets are ill leaves the DNS name; when all are ill everything is used (fail open).
Source: Elastic Load Balancing user guide, "Health checks for Network Load Balancer target groups"
and "Target group health".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Targets(NamedTuple):
    """Targets of one group in one zone."""

    healthy: int
    unhealthy: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.healthy + self.unhealthy


class Threshold(NamedTuple):
    """How many targets have to be healthy: so many, and so many percent."""

    least: int = 1
    percent: float = 0.0

    def reached(self, targets: Targets) -> bool:
        """Whether enough are; whichever bound is broken first counts."""
        share = 100.0 * targets.healthy / targets.total if targets.total else 0.0
        return targets.healthy >= self.least and share >= self.percent


class Terms(NamedTuple):
    """What counts for a target group."""

    cross_zone: bool = False
    """Whether each zone's node uses the targets of all zones."""
    dns: Threshold = Threshold()
    """Below it a zone leaves the DNS name."""
    routing: Threshold = Threshold()
    """Below it all targets are used, whatever their health (fail open)."""


class Zones(NamedTuple):
    """What the DNS name answers, and how many targets of each group each zone's node uses."""

    dns: tuple[str, ...]
    pool: dict[str, tuple[int, ...]]


Group = Mapping[str, Targets]
"""Zone → its targets."""


def zones(groups: Sequence[Group], terms: Sequence[Terms]) -> Zones:
    """The zones of an NLB with these target groups, each with what counts for it."""
    names = sorted({zone for group in groups for zone in group})
    told = list(zip(groups, terms, strict=True))
    seen = {zone: [(one, _seen(group, zone, one)) for group, one in told] for zone in names}
    well = tuple(zone for zone in names if all(one.dns.reached(own) for one, own in seen[zone]))
    pool = {
        zone: tuple(
            own.healthy if one.routing.reached(own) else own.total for one, own in seen[zone]
        )
        for zone in names
    }
    return Zones(well or tuple(names), pool)


def _seen(group: Group, zone: str, terms: Terms) -> Targets:
    """The targets that a zone's node can use: its own, or those of all zones."""
    if not terms.cross_zone:
        return group.get(zone, Targets(0, 0))
    healthy = sum(targets.healthy for targets in group.values())
    return Targets(healthy, sum(targets.unhealthy for targets in group.values()))


def shares(targets: Mapping[str, int], *, cross_zone: bool) -> dict[str, float]:
    """Percent of the traffic that one target of each zone gets, with clients spread by DNS."""
    used = {zone: count for zone, count in targets.items() if count}
    if cross_zone:
        return dict.fromkeys(used, 100.0 / sum(used.values())) if used else {}
    return {zone: 100.0 / len(used) / count for zone, count in used.items()}
