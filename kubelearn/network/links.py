"""The wires between nodes: how long a packet takes, and whether it arrives.

Unlike the real one: fixed one-way delays for the same node, the same zone, other zones (rounded
from what cloud providers publish) and 20 ms from the internet; no bandwidth, no loss other than a
cut link. Links carry the requests of clients; kubelets and kube-proxies reach the API server
whatever is cut.
"""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.objects import get_path
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MICROSECOND, MILLISECOND

SAME_NODE = 30 * MICROSECOND
SAME_ZONE = 150 * MICROSECOND
OTHER_ZONE = 500 * MICROSECOND
FAR = 20 * MILLISECOND
"""One way between somebody on the internet and the cluster."""
INTERNET = "internet"
IN_ZONE = "zone/"
"""How the place of a cloud's own machine begins: zone/us-west-2a."""
ZONE = "topology.kubernetes.io/zone"


class Links:
    """All pairs of nodes are linked until a link is cut."""

    name = "links"
    state: ClassVar[tuple[str, ...]] = ("_cut",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._cut: dict[tuple[str, str], None] = {}

    def cut(self, one: str, other: str) -> None:
        """Let no packet pass between two nodes."""
        self._cut[_pair(one, other)] = None

    def mend(self, one: str, other: str) -> None:
        """Let packets pass again."""
        self._cut.pop(_pair(one, other), None)

    def cuts(self) -> tuple[tuple[str, str], ...]:
        """The pairs of nodes between which no packet passes."""
        return tuple(self._cut)

    def passes(self, one: str, other: str) -> bool:
        """Whether a packet gets from one node to the other."""
        return one == other or _pair(one, other) not in self._cut

    def delay(self, one: str, other: str) -> int:
        """Nanoseconds of one way."""
        if one == other:
            return SAME_NODE
        if INTERNET in (one, other):
            return FAR
        return SAME_ZONE if self._zone(one) == self._zone(other) else OTHER_ZONE

    def _zone(self, node: str) -> str:
        if node.startswith(IN_ZONE):
            return node.removeprefix(IN_ZONE)
        found = self.context.api.find("nodes", None, node)
        return str(get_path(found or {}, "metadata", "labels", ZONE, default=""))


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
