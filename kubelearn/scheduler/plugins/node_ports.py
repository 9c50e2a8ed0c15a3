"""NodePorts: two pods cannot open one port of a node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo, ports_conflict
from kubelearn.scheduler.status import SKIP, Status, unschedulable

REASON = "node(s) didn't have free ports for the requested pod ports"
_REFUSED = unschedulable(REASON)


class NodePorts:
    """Refuses nodes where a host port that the pod wants is taken.

    Source: `pkg/scheduler/framework/plugins/nodeports/node_ports.go`, Kubernetes 1.36.
    """

    name = "NodePorts"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (events.POD_DELETE, events.NODE_ADD)

    def __repr__(self) -> str:
        return "NodePorts()"

    def pre_filter(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for a pod without host ports."""
        return None if pod.ports else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node with a conflicting port."""
        return _REFUSED if ports_conflict(pod.ports, node.ports) else None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """Who holds the port."""
        holder = next(other for other in node.pods if ports_conflict(pod.ports, other.ports))
        return f"pod {'/'.join(holder.key)} holds a wanted host port; it would have to go"

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A pod that went and held one of the wanted ports, or a new node."""
        if event.name == events.POD_DELETE:
            return ports_conflict(pod.ports, event.old.ports)
        return True
