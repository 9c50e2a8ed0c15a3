"""DynamicResources: claims on devices.

Unlike the real one: claims are not allocated. A pod with `spec.resourceClaims` stays pending and
is told so; for all other pods the plugin says exactly what the real one says.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.extension_points import PostFilterResult
from kubelearn.scheduler.handle import Handle
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Code, Status, unresolvable, unschedulable

NOT_MODELLED = "resource claims (dynamic resource allocation) are not modelled"


class DynamicResources:
    """Refuses pods with resource claims; has no opinion about others.

    Its texts end the failure of any pod: it speaks before DefaultPreemption. Source:
    `pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go`, Kubernetes 1.36.
    """

    name = "DynamicResources"

    def __repr__(self) -> str:
        return "DynamicResources()"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for a pod without claims."""
        state.write(self.name, ())
        return unresolvable(NOT_MODELLED) if pod.spec.get("resourceClaims") else SKIP

    def post_filter(
        self,
        state: CycleState,
        pod: PodInfo,  # noqa: ARG002
        statuses: NodeStatuses,  # noqa: ARG002
        handle: Handle,  # noqa: ARG002
    ) -> tuple[PostFilterResult | None, Status | None]:
        """Nothing to take back; an error when another PreFilter plugin refused before this one."""
        if self.name not in state.values:
            return None, Status(Code.ERROR, ("not found",))
        return None, unschedulable("no new claims to deallocate")

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """No claims, no preference."""
        return 0
