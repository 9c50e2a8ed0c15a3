"""What a learner can break and repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.sim.arguments import checked, no_such, shown
from kubelearn.world.answer import Answer

if TYPE_CHECKING:
    from kubelearn.world.world import World

ZONE = "topology.kubernetes.io/zone"


class _Targets:
    def __init__(self, world: World) -> None:
        self._world = world

    def _node(self, name: str) -> str:
        known = [node["metadata"]["name"] for node in self._world.api.list("nodes")]
        if name not in known:
            raise ValueError(no_such("node", name, known))
        return name

    def _in_zone(self, zone: str) -> list[str]:
        nodes = self._world.api.list("nodes")
        zones = {node["metadata"]["labels"].get(ZONE, "") for node in nodes}
        if zone not in zones:
            raise ValueError(no_such("zone", zone, sorted(zones)))
        found = self._world.api.list("nodes", selector=f"{ZONE}={zone}")
        return [n["metadata"]["name"] for n in found if not _control_plane(n)]


class Faults(_Targets):
    """`fail.node(...)`, `fail.zone(...)`, `fail.pod(...)`, `fail.link(...)`."""

    @checked
    def node(self, name: str) -> Answer:
        """A machine dies: no heartbeats, no answers; nobody has told the control plane."""
        return Answer(self._world.command("fail.node", self._node(name)))

    @checked
    def zone(self, zone: str) -> Answer:
        """All workers of a zone die at once."""
        return Answer("\n".join(self.node(name) for name in self._in_zone(zone)))

    @checked
    def pod(self, name: str, namespace: str = "default") -> Answer:
        """The containers of a pod crash with exit code 1."""
        if "/" in name:
            alone = name.rpartition("/")[2]
            raise ValueError(f"name={shown(name)}: give the pod's name alone, {alone!r}")
        self._world.api.get("pods", namespace, name)
        return Answer(self._world.command("fail.pod", name, namespace=namespace))

    @checked
    def link(self, one: str, other: str) -> Answer:
        """No packet passes between two nodes."""
        if one == other:
            raise ValueError(f"{one!r} needs no link to itself: name two nodes")
        return Answer(self._world.command("fail.link", self._node(one), self._node(other)))


class Repairs(_Targets):
    """`heal.node(...)`, `heal.zone(...)`, `heal.link(...)`."""

    @checked
    def node(self, name: str) -> Answer:
        """A dead machine boots again."""
        return Answer(self._world.command("heal.node", self._node(name)))

    @checked
    def zone(self, zone: str) -> Answer:
        """All dead workers of a zone boot again."""
        return Answer("\n".join(self.node(name) for name in self._in_zone(zone)))

    @checked
    def link(self, one: str, other: str) -> Answer:
        """Packets pass between two nodes again."""
        return Answer(self._world.command("heal.link", self._node(one), self._node(other)))


def _control_plane(node: dict[str, dict[str, dict[str, str]]]) -> bool:
    return "node-role.kubernetes.io/control-plane" in node["metadata"]["labels"]
