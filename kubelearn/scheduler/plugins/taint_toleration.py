"""TaintToleration: keep off tainted nodes, avoid nodes that would rather not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kubelearn.api.taints import NO_SCHEDULE, Toleration, tolerated, untolerated
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.normalize import default_normalize
from kubelearn.scheduler.status import Status, unresolvable

REASON = "node(s) had untolerated taint(s)"
_REFUSED = unresolvable(REASON)
_SOFT_EFFECTS = ("", None, "PreferNoSchedule")


class TaintToleration:
    """Refuses nodes with a NoSchedule or NoExecute taint that the pod does not tolerate.

    Among the others, nodes with fewer untolerated PreferNoSchedule taints score higher. Source:
    `pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go`, Kubernetes 1.36.
    """

    name = "TaintToleration"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (
        events.NODE_ADD,
        events.NODE_TAINT,
        events.OWN_TOLERATION,
    )

    def __repr__(self) -> str:
        return "TaintToleration()"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node whose taints are not all tolerated."""
        if not node.taints or untolerated(node.taints, pod.tolerations, NO_SCHEDULE) is None:
            return None
        return _REFUSED

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """The taint in the way."""
        taint = untolerated(node.taints, pod.tolerations, NO_SCHEDULE) or {}
        value = f"={taint['value']}" if taint.get("value") else ""
        text = f"{taint.get('key')}{value}:{taint.get('effect')}"
        return f"remove the taint {text}, or give the pod a toleration for it"

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Keep the tolerations that can cover a PreferNoSchedule taint."""
        soft = [one for one in pod.tolerations if one.get("effect") in _SOFT_EFFECTS]
        state.write(self.name, soft)
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """The number of PreferNoSchedule taints that nothing tolerates."""
        if not node.taints:
            return 0
        tolerations: list[Toleration] = state.read(self.name)
        return sum(
            taint.get("effect") == "PreferNoSchedule" and not tolerated(taint, tolerations)
            for taint in node.taints
        )

    def normalize_score(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,  # noqa: ARG002
        scores: dict[str, int],
    ) -> dict[str, int]:
        """Fewer taints, higher score."""
        return default_normalize(scores, reverse=True)

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A node whose taints the pod tolerates now, and did not before."""
        if event.name == events.OWN_TOLERATION:
            return True
        return _tolerable(pod, event.new) and not (event.old and _tolerable(pod, event.old))


def _tolerable(pod: PodInfo, node: NodeInfo) -> bool:
    return untolerated(node.taints, pod.tolerations, NO_SCHEDULE) is None
