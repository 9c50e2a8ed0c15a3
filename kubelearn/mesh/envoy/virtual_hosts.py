"""Which virtual host answers for a host name.

Exact names come first, then the longest suffix wildcard `*.x`, the longest prefix wildcard `x.*`,
then `*`; upper and lower case are one, a port in the name counts.
Source: envoy `source/common/router/config_impl.cc` (RouteMatcher::findVirtualHost), 1.40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def find_virtual_host(hosts: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """The virtual host for a host name, or None."""
    name = name.lower()
    best: tuple[int, int] = (0, 0)
    found = None
    for host in hosts:
        for domain in host["domains"]:
            rank = _rank(domain.lower(), name)
            if rank > best:
                best, found = rank, host
    return found


def _rank(domain: str, name: str) -> tuple[int, int]:
    """How well a domain fits, (0, 0) = not at all: kind first, then length."""
    if domain == "*":
        return (1, 0)
    if domain == name:
        return (4, 0)
    # A wildcard stands for at least one character.
    longer = len(name) >= len(domain)
    if domain.startswith("*") and longer and name.endswith(domain[1:]):
        return (3, len(domain))
    if domain.endswith("*") and longer and name.startswith(domain[:-1]):
        return (2, len(domain))
    return (0, 0)
