"""Which virtual hosts a sidecar has on a port, and which VirtualService each follows.

For a service of the registry the most specific VirtualService host counts, among equal ones the
oldest. Hosts outside of the registry are known on port 80 only. A Sidecar's egress list says what
is imported; a VirtualService is when one of its hosts overlaps the list.
Source: istio `pilot/pkg/model/sidecar.go`, `pilot/pkg/networking/core/route/route.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

UNKNOWN_PORT = 80


class Service(NamedTuple):
    """A host of the registry."""

    host: str
    namespace: str


class Hosts(NamedTuple):
    """A VirtualService as far as its hosts go; given oldest first."""

    name: str
    namespace: str
    hosts: tuple[str, ...]


def overlap(one: str, other: str) -> bool:
    """Whether two hosts, with or without a wildcard at the start, can be the same."""
    return _within(one, other) or _within(other, one)


def _within(host: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return host.removeprefix("*").endswith(pattern[1:])
    return host == pattern


def imports(egress: Sequence[str] | None, namespace: str, host: str, own: str = "default") -> bool:
    """Whether a host of a namespace is on an egress list ("*/*" = all; None = there is no list)."""
    if egress is None:
        return True
    for entry in egress:
        wanted, _, pattern = entry.partition("/")
        wanted = own if wanted == "." else wanted
        if wanted in ("*", namespace) and overlap(host, pattern):
            return True
    return False


def virtual_hosts(
    services: Sequence[Service],
    virtual_services: Sequence[Hosts],
    port: int,
    egress: Sequence[str] | None = None,
    own: str = "default",
) -> dict[str, Hosts | None]:
    """Virtual host → the VirtualService that rules it (None = plain routing to the service).

    `own` is the namespace of the proxy: "." of an egress list.
    """
    known = [one for one in services if imports(egress, one.namespace, one.host, own)]
    used = [
        one
        for one in virtual_services
        if any(imports(egress, one.namespace, host, own) for host in one.hosts)
    ]
    rulers = Rulers(used)
    found: dict[str, Hosts | None] = {one.host: rulers.of(one.host) for one in known}
    if port != UNKNOWN_PORT:
        return found
    names = {one.host for one in known}
    for one in used:
        for host in one.hosts:
            wild = host.startswith("*")
            covers = host in names or (wild and any(_within(name, host) for name in names))
            if not covers and host not in found:
                found[host] = one
    return found


def ruling(virtual_services: Sequence[Hosts], host: str) -> Hosts | None:
    """The VirtualService for a host: the longest exact or wildcard name, then the oldest."""
    return Rulers(virtual_services).of(host)


class Rulers:
    """VirtualServices by their hosts, to find the one that rules a host."""

    def __init__(self, virtual_services: Sequence[Hosts]) -> None:
        self.exact: dict[str, Hosts] = {}
        wild: dict[str, Hosts] = {}
        for one in virtual_services:
            for name in one.hosts:
                (wild if name.startswith("*") else self.exact).setdefault(name, one)
        self.wild = sorted(wild.items(), key=lambda pair: -len(pair[0]))

    def of(self, host: str) -> Hosts | None:
        """The one for a host; an exact name is more specific than any wildcard."""
        found = self.exact.get(host)
        if found is not None:
            return found
        return next((one for name, one in self.wild if name == host or _within(host, name)), None)
