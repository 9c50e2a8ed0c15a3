"""What the ways to one port of a Service are, as the rule tables show them."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.network.endpoints import Backend
from kubelearn.network.service_ports import Rule


class Way(NamedTuple):
    """One address and port that leads to a Service, with what a node does there."""

    address: str
    """"" for a NodePort: any address of the node."""
    port: int
    protocol: str
    rule: Rule
    local: bool = False
    """Whether externalTrafficPolicy is Local."""

    @property
    def name(self) -> str:
        """Namespace/name:port, as the comments of the rules have it."""
        joined = "/".join(self.rule.service)
        return f"{joined}:{self.rule.port_name}" if self.rule.port_name else joined


def endpoints_of(ways: list[Way]) -> tuple[Backend, ...]:
    """All endpoints of some ways, each once, in their order."""
    return tuple(dict.fromkeys(one for way in ways for one in way.rule.backends))
