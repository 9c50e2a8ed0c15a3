"""NodeUnschedulable: cordoned nodes take no new pods."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.taints import tolerated
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import Status, unresolvable

REASON = "node(s) were unschedulable"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
_REFUSED = unresolvable(REASON)


class NodeUnschedulable:
    """Refuses nodes with `spec.unschedulable`, unless the pod tolerates their taint.

    Source: `pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go`, 1.36.
    """

    name = "NodeUnschedulable"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (
        events.NODE_ADD,
        events.NODE_TAINT,
        events.OWN_TOLERATION,
    )

    def __repr__(self) -> str:
        return "NodeUnschedulable()"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a cordoned node."""
        if not node.unschedulable or tolerated(TAINT, pod.tolerations):
            return None
        return _REFUSED

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """How to open the node."""
        return f"uncordon {node.name}, or give the pod a toleration for {TAINT['key']}:NoSchedule"

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A node that takes pods, and did not before; or the pod's own tolerations."""
        if event.name == events.OWN_TOLERATION:
            return tolerated(TAINT, pod.tolerations)
        was_open = event.old is not None and not event.old.unschedulable
        return not event.new.unschedulable and not was_open
