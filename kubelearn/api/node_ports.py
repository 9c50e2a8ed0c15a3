"""The node ports that one write of a Service takes.

Source: `initNodePorts`, `updateNodePorts`, `updateHealthCheckNodePort` in
`pkg/registry/core/service/storage/alloc.go` and `portallocator/operation.go`, Kubernetes 1.36:
ports of the Service with one number share a node port when the Service is made; dynamic ones come
from above min(max(16, size/32), 128), so that the lower band stays free for numbers asked for, and
from the lower band when the rest is full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kubelearn.api.errors import APIError, InternalError
from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items
from kubelearn.sim.draws import Draws

NODE_PORTS: Final = range(30000, 32768)
PORT_BAND: Final = 86
PORT_TAKEN: Final = "provided port is already allocated"
OUT_OF_RANGE: Final = (
    "provided port is not in the valid range. The range of valid ports is "
    f"{NODE_PORTS[0]}-{NODE_PORTS[-1]}"
)
DUMMY: Final = NODE_PORTS[-1] + 2
"""The first port that a dry run tells, which takes none."""

Refuse = Callable[[str, int, str], Exception]
"""Makes the refusal of a field: path, number, what is wrong."""


def needs_node_ports(spec: Object) -> bool:
    """Whether each port of the Service gets a port on every node."""
    if spec.get("type") == "NodePort":
        return True
    if spec.get("type") != "LoadBalancer":
        return False
    return bool(spec.get("allocateLoadBalancerNodePorts", True))


def needs_health_port(spec: Object) -> bool:
    """Whether a load balancer asks each node if it has endpoints."""
    local = spec.get("externalTrafficPolicy") == "Local"
    return bool(local and spec.get("type") == "LoadBalancer")


class NodePorts:
    """What one write has taken so far, besides the ports that are taken already."""

    def __init__(
        self, taken: Mapping[int, str], draws: Draws, subject: str, turn: int, *, dry_run: bool
    ) -> None:
        self._taken, self._draws, self._subject, self._turn = taken, draws, subject, turn
        self._dry_run = dry_run
        self._chosen: list[int] = []

    def take(self, number: int) -> str:
        """Take a port that was asked for; what is wrong with it, or "". A dry run takes any."""
        if number not in NODE_PORTS and not self._dry_run:
            return OUT_OF_RANGE
        if number in self._taken or number in self._chosen:
            return PORT_TAKEN
        self._chosen.append(number)
        return ""

    def draw(self, purpose: str) -> int:
        """Take any free port."""
        if self._dry_run:
            self._chosen.append(max(self._chosen) + 1 if self._chosen else DUMMY)
            return self._chosen[-1]
        subject = f"{self._subject}/{purpose}"
        for band in (NODE_PORTS[PORT_BAND:], NODE_PORTS[:PORT_BAND]):
            start = self._draws.below(len(band), "nodePort", subject, self._turn)
            for step in range(len(band)):
                port = band[(start + step) % len(band)]
                if port not in self._taken and port not in self._chosen:
                    self._chosen.append(port)
                    return port
        raise InternalError.of("failed to allocate a nodePort: range is full")


def made_ports(spec: Object, ports: NodePorts, refuse: Refuse) -> list[Object]:
    """The ports of a new Service with their node ports."""
    given: list[Object] = items(spec, "ports")
    made: list[Object] = []
    shared: dict[int, int] = {}
    for position, port in enumerate(given):
        number, own = port.get("port", 0), port.get("nodePort", 0)
        chosen = own or shared.get(number, 0)
        if own or needs_node_ports(spec):
            if number not in shared:
                chosen = next((p["nodePort"] for p in given if _asks(p, number)), 0)
            if not chosen:
                chosen = ports.draw(str(position))
            elif chosen != shared.get(number):
                _take(ports, chosen, position, refuse)
            shared.setdefault(number, chosen)
            port = {**port, "nodePort": chosen}
        made.append(port)
    return made


def _asks(port: Object, number: int) -> bool:
    return port.get("port", 0) == number and bool(port.get("nodePort"))


def _take(ports: NodePorts, number: int, position: int, refuse: Refuse) -> None:
    wrong = ports.take(number)
    if wrong:
        raise refuse(f"spec.ports[{position}].nodePort", number, wrong)


def updated_ports(spec: Object, before: Object, ports: NodePorts, refuse: Refuse) -> list[Object]:
    """The ports of a changed Service: those without a node port get one of their own."""
    known = {port.get("nodePort") for port in items(before, "ports")}
    updated: list[Object] = []
    seen = set()
    for position, port in enumerate(items(spec, "ports")):
        number = port.get("nodePort", 0)
        if not number and needs_node_ports(spec):
            number = ports.draw(str(position))
        elif number and number not in known:
            _take(ports, number, position, refuse)
            known.add(number)
        if number:
            pair = (port.get("protocol", ""), number)
            if pair in seen:
                raise APIError(f"duplicate nodePort: {{{pair[0]} {pair[1]}}}")
            seen.add(pair)
            port = {**port, "nodePort": number}
        updated.append(port)
    return updated
