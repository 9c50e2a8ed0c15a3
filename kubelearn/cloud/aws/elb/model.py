"""Load balancers of AWS as rows: balancers, listeners, target groups, targets and their health.

Source: Elastic Load Balancing user guides for Network and Application Load Balancers; elbv2 API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.sim.clock import SECOND

INITIAL, HEALTHY, UNHEALTHY, DRAINING = "initial", "healthy", "unhealthy", "draining"
INTERNAL, INTERNET_FACING = "internal", "internet-facing"
NETWORK, APPLICATION = "network", "application"


class Target(NamedTuple):
    """A machine or an address with a port."""

    name: str
    """The instance's node, or the address."""
    address: str
    port: int
    zone: str


class Check(NamedTuple):
    """How the targets of a group are checked; times in ns."""

    protocol: str = "TCP"
    port: int | None = None
    """None: the port of the target itself."""
    path: str = "/"
    codes: str = "200-399"
    interval: int = 10 * SECOND
    timeout: int = 10 * SECOND
    healthy: int = 3
    """Successes in a row that make a target healthy."""
    unhealthy: int = 3
    """Failures in a row that make it unhealthy."""
    first: int = 0
    """Successes that make a new target healthy; 0 = as many as any other."""

    def takes(self, status: int) -> bool:
        """Whether a status counts as healthy: "200-399", "200,302"."""
        spans = (part.partition("-") for part in self.codes.split(","))
        return any(int(low) <= status <= int(high or low) for low, _, high in spans)


class Group(NamedTuple):
    """A target group."""

    name: str
    kind: str
    """Either "instance" or "ip"."""
    check: Check
    targets: tuple[Target, ...] = ()
    keeps_source: bool = True
    balancer: str = ""
    service: str = ""
    """The Service that it stands for: namespace/name:port."""
    stickiness: int = 0
    """For how long (ns) a cookie binds its client to a target; 0 = not at all."""


class Health(NamedTuple):
    """What the checks say of one target."""

    state: str = INITIAL
    passed: int = 0
    failed: int = 0
    since: int = 0
    says: str = ""


class Listener(NamedTuple):
    """A port of a balancer: what it forwards to, or its rules in the order of their priority."""

    port: int
    protocol: str
    group: str = ""
    rules: tuple[Mapping[str, Any], ...] = ()
    """Of an application load balancer: `priority`, `conditions`, `action`."""


class Zone(NamedTuple):
    """A balancer's machine in a zone."""

    name: str
    address: str
    """Where clients come in."""
    inner: str
    """From which it speaks to its targets."""


class Balancer(NamedTuple):
    """A load balancer."""

    name: str
    kind: str
    scheme: str
    dns: str
    zones: tuple[Zone, ...]
    listeners: tuple[Listener, ...] = ()
    cross_zone: bool = False
    active: int = 0
    """When it has been set up."""
    names: tuple[str, ...] = ()
    """Other names that lead to it, as external-dns writes them."""


class Turn(NamedTuple):
    """Something became so at a moment (ns): the state of a target, or what a name means."""

    time: int
    subject: tuple[str, str]
    """(group, target), or ("", DNS name of a balancer)."""
    state: str
    """Of a target, "" when it is not registered any more; of a name its addresses, by commas."""
