"""NodeDeclaredFeatures: a pod that needs a kubelet's feature goes where it is declared.

Unlike the real one: features are inferred for restart rules with the action RestartAllContainers
and for user namespaces on the host's network; no kubelet here declares either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Status, unresolvable

REASON = "node(s) didn't match Pod's required features"
_REFUSED = unresolvable(REASON)


def _restarts_all_containers(spec: dict[str, Any]) -> bool:
    containers = (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
    return any(
        rule.get("action") == "RestartAllContainers"
        for container in containers
        for rule in container.get("restartPolicyRules") or ()
    )


def _users_on_host_network(spec: dict[str, Any]) -> bool:
    return bool(spec.get("hostNetwork")) and spec.get("hostUsers") is False


FEATURES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "RestartAllContainersOnContainerExits": _restarts_all_containers,
    "UserNamespacesHostNetworkSupport": _users_on_host_network,
}
"""Feature -> whether a pod's spec needs it."""


class NodeDeclaredFeatures:
    """Refuses nodes whose `status.declaredFeatures` lacks a feature that the pod needs.

    Source: `pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go` and
    `staging/src/k8s.io/component-helpers/nodedeclaredfeatures/features/`, Kubernetes 1.36.
    """

    name = "NodeDeclaredFeatures"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (events.NODE_ADD, events.NODE_DECLARED_FEATURE)

    def __repr__(self) -> str:
        return "NodeDeclaredFeatures()"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for a pod that needs no feature, as nearly all do."""
        needed = _needed(pod)
        if not needed:
            return SKIP
        state.write(self.name, needed)
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that does not declare all of them."""
        needed = state.values.get(self.name) or _needed(pod)
        return None if needed <= _declared(node) else _REFUSED

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """The missing features."""
        missing = ", ".join(sorted(_needed(pod) - _declared(node)))
        return f"the kubelet of {node.name} does not declare {missing}, which the pod needs"

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:  # noqa: ARG002
        """A new node, or one that declares other features than before."""
        return event.old is None or _declared(event.old) != _declared(event.new)


def _needed(pod: PodInfo) -> frozenset[str]:
    return frozenset(name for name, needs in FEATURES.items() if needs(pod.spec))


def _declared(node: NodeInfo) -> frozenset[str]:
    return frozenset((node.obj.get("status") or {}).get("declaredFeatures") or ())
