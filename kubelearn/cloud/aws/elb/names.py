"""DNS names and addresses of load balancers.

Source: Elastic Load Balancing user guides, "DNS name".

Unlike the real one: addresses are made up: 198.51.100.0/24 (a range for examples) for those on the
internet, 172.19.0.0/16 for internal ones; they never change.
"""

from __future__ import annotations

import hashlib

from kubelearn.cloud.aws.elb.model import APPLICATION, INTERNAL, Zone

PUBLIC = "198.51.100."
PRIVATE = "172.19."


def dns_name(name: str, kind: str, scheme: str, region: str) -> str:
    """The name of a balancer; internal application load balancers say so."""
    digest = hashlib.sha256(f"{name}/{kind}".encode()).hexdigest()
    if kind == APPLICATION:
        prefix = "internal-" if scheme == INTERNAL else ""
        return f"{prefix}{name}-{int(digest[:12], 16) % 10**10:010d}.{region}.elb.amazonaws.com"
    return f"{name}-{digest[:16]}.elb.{region}.amazonaws.com"


def zone_addresses(zones: list[str], scheme: str, taken: frozenset[str]) -> tuple[Zone, ...]:
    """One free address for each zone."""
    found: list[Zone] = []
    used = set(taken)
    for number, zone in enumerate(zones):
        prefix = f"{PRIVATE}{number}." if scheme == INTERNAL else PUBLIC
        address = _free(prefix, used)
        own = address if scheme == INTERNAL else _free(f"{PRIVATE}{number}.", used)
        used |= {address, own}
        found.append(Zone(zone, address, own))
    return tuple(found)


def _free(prefix: str, used: set[str]) -> str:
    return next(f"{prefix}{host}" for host in range(4, 255) if f"{prefix}{host}" not in used)


def region_of(zone: str) -> str:
    """The region of a zone: us-west-2a is in us-west-2."""
    return zone.rstrip("abcdefghijklmnopqrstuvwxyz")
