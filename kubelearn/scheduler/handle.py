"""What the scheduler lends to plugins that do more than judge: preempt and bind.

Source: `staging/src/k8s.io/kube-scheduler/framework/interface.go` (Handle), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kubelearn.scheduler.info import NodeInfo, PodInfo

if TYPE_CHECKING:
    from kubelearn.scheduler.framework import Framework


class Handle(Protocol):
    """The scheduler, as a plugin may use it."""

    @property
    def framework(self) -> Framework:
        """The plugins of the profile at work."""
        ...

    def draw(self, count: int, purpose: str, pod: PodInfo) -> int:
        """A seeded number in [0, count) for this pod's attempt."""
        ...

    def bind_pod(self, pod: PodInfo, node: NodeInfo) -> None:
        """Assign the pod to the node through the API; raises the API's error."""
        ...

    def preempt(self, victim: PodInfo, pod: PodInfo, node: str) -> None:
        """Delete a victim through the API to make room for the pod on this node."""
        ...

    def forget_nomination(self, pod: PodInfo) -> None:
        """Take away the nomination of a waiting pod."""
        ...
