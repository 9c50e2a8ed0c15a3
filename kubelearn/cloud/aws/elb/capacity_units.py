"""What a balancer costs: capacity units (LCU, NLCU), of which the largest dimension counts.

Source: Elastic Load Balancing pricing; Application Load Balancer: 25 new connections a second,
3,000 active ones, 1 GB an hour, 1,000 rule evaluations a second beyond the first 10 rules; Network
Load Balancer: 800, 100,000 and 1 GB for TCP, 50, 3,000 and 1 GB for TLS; us-east-1.

Unlike the real one: prices are those of one region and one day, so they can be given.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.cloud.aws.elb.model import APPLICATION, NETWORK

FREE_RULES = 10
"""Rules of an application load balancer that are evaluated for nothing."""


class Usage(NamedTuple):
    """What a balancer does, as means over a time."""

    new_connections: float
    """Per second."""
    active_connections: float
    gigabytes: float
    """Per hour."""
    rule_evaluations: float = 0.0
    """Per second, without the free ones."""


DIMENSIONS = ("new connections/s", "active connections", "GB/h", "rule evaluations/s")
"""The fields of `Usage` in words."""


class Tariff(NamedTuple):
    """What a kind of balancer costs (US dollars)."""

    unit: str
    """The name of its capacity unit."""
    hour: float
    """An hour of the balancer."""
    price: float
    """An hour of one capacity unit."""


PER_UNIT: dict[str, Usage] = {
    "HTTP": Usage(25, 3_000, 1, 1_000),
    "HTTPS": Usage(25, 3_000, 1, 1_000),
    "TCP": Usage(800, 100_000, 1),
    "TLS": Usage(50, 3_000, 1),
}
"""By the protocol of a listener: what one capacity unit holds; 0 = not counted."""
TARIFFS: dict[str, Tariff] = {
    APPLICATION: Tariff("LCU", 0.0225, 0.008),
    NETWORK: Tariff("NLCU", 0.0225, 0.006),
}
"""By the kind of a balancer."""


def evaluations(rate: float, rules: int) -> float:
    """Rule evaluations per second of so many requests that each pass so many rules."""
    return rate * max(0, rules - FREE_RULES)


def units(protocol: str, usage: Usage) -> dict[str, float]:
    """Capacity units by dimension."""
    holds = PER_UNIT[protocol]
    rows = zip(DIMENSIONS, usage, holds, strict=True)
    return {name: used / one for name, used, one in rows if one}


def per_hour(tariff: Tariff, used: dict[str, float]) -> float:
    """Dollars per hour: the balancer, and the units of the dimension that needs most."""
    return tariff.hour + tariff.price * max(used.values())
