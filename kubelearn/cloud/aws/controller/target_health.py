"""How many targets of a group have to be healthy, and whether zones share them: attributes of both.

Source: elbv2 API, TargetGroupAttribute; Elastic Load Balancing user guides, "Target group health".

Unlike the real one: AWS refuses in other words.
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import Annotations, DeployError, number
from kubelearn.cloud.aws.nlb_zones import Threshold

DNS = "target_group_health.dns_failover.minimum_healthy_targets"
ROUTING = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
CROSS_ZONE = "load_balancing.cross_zone.enabled"
OFF, MOST, PERCENTS = "off", 1000, 100
WORDS = {"true": True, "false": False, "use_load_balancer_configuration": None}


def thresholds(said: Annotations) -> tuple[Threshold, Threshold]:
    """For a zone to stay in the balancer's name, and for only healthy targets to be used."""
    dns, routing = _threshold(said, DNS), _threshold(said, ROUTING)
    if dns.least < routing.least or dns.percent < routing.percent:
        raise DeployError(f"{DNS} must be greater than or equal to {ROUTING}")
    return dns, routing


def _threshold(said: Annotations, name: str) -> Threshold:
    least = _amount(said, f"{name}.count", MOST, "1")
    return Threshold(least or 1, float(_amount(said, f"{name}.percentage", PERCENTS, OFF)))


def _amount(said: Annotations, name: str, most: int, default: str) -> int:
    """A number from 1 on; 0 = off."""
    found = said.get(name, default)
    if found == OFF:
        return 0
    value = number(found, name)
    if not 1 <= value <= most:
        raise DeployError(f"{name}={found}: it must be {OFF} or from 1 to {most}")
    return value


def crosses(said: Annotations) -> bool | None:
    """Whether each zone's machine uses the targets of all zones; None: as the balancer says."""
    found = said.get(CROSS_ZONE, "use_load_balancer_configuration")
    if found not in WORDS:
        raise DeployError(f"{CROSS_ZONE}={found}: it must be one of {', '.join(WORDS)}")
    return WORDS[found]
