"""NodeName: a pod that names its node goes there or nowhere."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import Status, unresolvable

REASON = "node(s) didn't match the requested node name"
_REFUSED = unresolvable(REASON)


class NodeName:
    """Refuses all nodes but the one in `spec.nodeName`, where that is set.

    Source: `pkg/scheduler/framework/plugins/nodename/node_name.go`, Kubernetes 1.36.
    """

    name = "NodeName"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (events.NODE_ADD,)

    def __repr__(self) -> str:
        return "NodeName()"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node with another name."""
        wanted = pod.spec.get("nodeName")
        return _REFUSED if wanted and wanted != node.name else None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """The name that is wanted."""
        return f"spec.nodeName asks for {pod.spec.get('nodeName')!r}, and this is {node.name!r}"
