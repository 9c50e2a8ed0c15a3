"""DefaultBinder: writes the decision to the API."""

from __future__ import annotations

from kubelearn.api.errors import APIError
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.handle import Handle
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import Code, Status


class DefaultBinder:
    """Creates the pod's Binding.

    Source: `pkg/scheduler/framework/plugins/defaultbinder/default_binder.go`, Kubernetes 1.36.
    """

    name = "DefaultBinder"

    def __repr__(self) -> str:
        return "DefaultBinder()"

    def bind(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,
        node: NodeInfo,
        handle: Handle,
    ) -> Status | None:
        """Assign the pod to the node; an error of the API becomes an Error status."""
        try:
            handle.bind_pod(pod, node)
        except APIError as error:
            return Status(Code.ERROR, (str(error),))
        return None
