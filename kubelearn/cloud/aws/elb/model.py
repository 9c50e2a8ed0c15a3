"""Load balancers of AWS as rows: balancers, listeners, target groups, targets and their health.

Source: Elastic Load Balancing user guides for Network and Application Load Balancers; elbv2 API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.cloud.aws.nlb_zones import Threshold
from kubelearn.sim.clock import SECOND

INITIAL, HEALTHY, UNHEALTHY, DRAINING = "initial", "healthy", "unhealthy", "draining"
UNHEALTHY_DRAINING = "unhealthy.draining"
DEREGISTRATION = ("Target.DeregistrationInProgress", "Target deregistration is in progress")
"""Reason and description of a target that drains."""
INTERNAL, INTERNET_FACING = "internal", "internet-facing"
NETWORK, APPLICATION = "network", "application"
SECURE = ("HTTPS", "TLS")
"""Protocols of listeners and target groups that speak TLS."""


GRPC = "GRPC"
"""The protocol version of target groups whose targets are servers of gRPC."""
NOT_FOUND: Mapping[str, Any] = {"type": "fixed-response", "status": 404}
"""The default action that the controller gives to a listener."""


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
    """Statuses, or codes of gRPC."""
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


class Stickiness(NamedTuple):
    """How a target group binds clients to targets."""

    kind: str = ""
    """"lb_cookie", "app_cookie", or "source_ip" (network); "" = not at all."""
    duration: int = 0
    """For how long (ns) a cookie binds its client."""
    cookie: str = ""
    """Of app_cookie: the name of the program's own cookie."""


class Attributes(NamedTuple):
    """What a balancer does with the targets of a group."""

    algorithm: str = "round_robin"
    """A name in `ALGORITHMS` (application)."""
    mitigates: bool = False
    """Whether targets that answer worse than the others get less (anomaly mitigation)."""
    slow_start: int = 0
    """For how long (ns) the share of a new target grows."""
    stickiness: Stickiness = Stickiness()
    delay: int = 300 * SECOND
    """From the deregistration of a target until it is unused (deregistration delay)."""
    terminates: bool = False
    """Whether open flows to a target are reset when it becomes unused (network)."""
    cross_zone: bool | None = None
    """Whether each zone's machine uses the targets of all zones; None: as the balancer says."""
    dns: Threshold = Threshold()
    """How many targets have to be healthy for a zone to stay in the balancer's name."""
    routing: Threshold = Threshold()
    """How many for only the healthy ones to be used."""
    terminates_unhealthy: bool = True
    """Whether open flows to a target are reset when it becomes unhealthy (network)."""
    fading: int = 0
    """For how long (ns) they go on at least, if they are not reset at once; 0 = for good."""
    proxy_protocol: bool = False
    """Whether each connection to a target begins with who has opened it (network)."""


class Group(NamedTuple):
    """A target group."""

    name: str
    kind: str
    """Either "instance" or "ip"."""
    check: Check
    targets: tuple[Target, ...] = ()
    protocol: str = ""
    """HTTP or HTTPS (application), TCP or TLS (network)."""
    version: str = "HTTP1"
    """Of HTTP, for application load balancers: HTTP1, HTTP2 or GRPC."""
    keeps_source: bool = True
    balancer: str = ""
    service: str = ""
    """The Service that it stands for: namespace/name:port."""
    attributes: Attributes = Attributes()


class Health(NamedTuple):
    """What the checks say of one target."""

    state: str = INITIAL
    passed: int = 0
    failed: int = 0
    since: int = 0
    says: str = ""
    slow: bool = False
    """Whether its share grows slowly from `since` on, or shall once it is healthy."""


class Listener(NamedTuple):
    """A port of a balancer: what it forwards to, or its rules in the order of their priority."""

    port: int
    protocol: str
    groups: tuple[tuple[str, int], ...] = ()
    """Of a network load balancer: target groups and their weights."""
    sticky: bool = False
    """Whether a client stays with its target group."""
    rules: tuple[Mapping[str, Any], ...] = ()
    """Of an application load balancer: `priority`, `conditions`, `action`."""
    default: Mapping[str, Any] = NOT_FOUND
    """Its action for requests that fit no rule."""
    certificates: tuple[str, ...] = ()
    """ARNs; the first is shown for names that no certificate is for."""
    idle: int = 0
    """Nanoseconds after which a quiet connection is given up."""
    forwarded: str = "append"
    """What becomes of X-Forwarded-For: "append", "preserve" or "remove" (application)."""
    http2: bool = True
    """Whether HTTP/2 is offered to clients, where TLS ends (application)."""

    @property
    def last(self) -> Mapping[str, Any]:
        """The default action as a rule that fits every request."""
        return {"priority": 0, "conditions": (), "action": self.default}

    @property
    def is_secure(self) -> bool:
        """Whether TLS ends here."""
        return self.protocol in SECURE


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
    owner: str = ""
    """Whom it is for: the Service, as namespace/name, or the group of Ingresses."""

    def has_name(self, name: str) -> bool:
        """Whether a name leads to it: its own, an alias, or on layer 4 one of its zones'."""
        zones = () if self.kind == APPLICATION else self.zones
        zonal = (f"{zone.name}.{self.dns}" for zone in zones)
        return name in (self.dns, *self.names, *zonal)

    def listener(self, port: int) -> Listener | None:
        """Who listens on a port."""
        return next((one for one in self.listeners if one.port == port), None)


class Turn(NamedTuple):
    """Something became so at a moment (ns): the state of a target, or what a name means."""

    time: int
    subject: tuple[str, str]
    """(group, target), or ("", DNS name of a balancer)."""
    state: str
    """Of a target, "" when it is not registered any more; of a name its addresses, by commas."""
