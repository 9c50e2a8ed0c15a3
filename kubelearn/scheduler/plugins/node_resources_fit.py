"""NodeResourcesFit: a node needs room for the pod; how full it gets is its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.resource_args import (
    CPU_AND_MEMORY,
    PLAIN,
    PluginArgsError,
    amount_text,
    is_extended,
    is_scalar,
    weighted_resources,
)
from kubelearn.scheduler.plugins.scoring_strategies import STRATEGIES, Load, Strategy
from kubelearn.scheduler.requests import incoming_scoring_requests
from kubelearn.scheduler.status import Code, Status, unresolvable

TOO_MANY_PODS = "Too many pods"
SIDECARS_OFF = "Pod has a restartable init container and the SidecarContainers feature is disabled"
LEAST_ALLOCATED = {"type": "LeastAllocated", "resources": CPU_AND_MEMORY}
"""The default strategy."""
HOLDERS_SHOWN = 3
"""Pods that the advice names."""


class Shortfall(NamedTuple):
    """A resource of which a node has too little for a pod."""

    resource: str
    requested: int
    used: int
    capacity: int

    @property
    def unresolvable(self) -> bool:
        """Whether even the empty node would be too small."""
        return self.resource != "pods" and self.requested > self.capacity


class NodeResourcesFit:
    """Refuses nodes without room; scores by `scoring_strategy`.

    Arguments as in KubeSchedulerConfiguration: `scoring_strategy` is `{"type": "LeastAllocated" |
    "MostAllocated" | "RequestedToCapacityRatio", "resources": [{"name", "weight"}], ...}`; extended
    resources in `ignored_resources` or of `ignored_resource_groups` are not looked at. Source:
    `pkg/scheduler/framework/plugins/noderesources/fit.go`, Kubernetes 1.36.
    """

    name = "NodeResourcesFit"
    late_advice = True
    events: ClassVar[tuple[str, ...]] = (
        events.POD_DELETE,
        events.POD_SCALE_DOWN,
        events.OWN_SCALE_DOWN,
        events.NODE_ADD,
        events.NODE_ALLOCATABLE,
    )

    def __init__(
        self,
        scoring_strategy: Mapping[str, Any] | None = None,
        ignored_resources: Sequence[str] = (),
        ignored_resource_groups: Sequence[str] = (),
        *,
        sidecar_containers: bool = True,
    ) -> None:
        self.scoring_strategy = scoring_strategy
        self.ignored_resources = ignored_resources
        self.ignored_resource_groups = ignored_resource_groups
        self.sidecar_containers = sidecar_containers
        strategy = {
            "type": "LeastAllocated",
            "resources": CPU_AND_MEMORY,
            **(scoring_strategy or {}),
        }
        self.resources = weighted_resources("scoringStrategy.resources", strategy["resources"])
        self.strategy = _strategy(strategy)

    def __repr__(self) -> str:
        return (
            f"NodeResourcesFit(scoring_strategy={self.scoring_strategy!r}, "
            f"ignored_resources={self.ignored_resources!r}, "
            f"ignored_resource_groups={self.ignored_resource_groups!r}, "
            f"sidecar_containers={self.sidecar_containers!r})"
        )

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Order the pod's requests as they are checked."""
        if not self.sidecar_containers and _has_sidecar(pod):
            return unresolvable(SIDECARS_OFF)
        state.write(self.name, self._wanted(pod))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that lacks anything, naming all that it lacks."""
        wanted = state.values.get(self.name)
        lacking = _shortfalls(self._wanted(pod) if wanted is None else wanted, node)
        if not lacking:
            return None
        hopeless = any(short.unresolvable for short in lacking)
        return self.refusal([short.resource for short in lacking], hopeless=hopeless)

    def refusal(self, resources: Sequence[str], *, hopeless: bool) -> Status:
        """The answer about a node that lacks these; hopeless = even when it is empty."""
        code = Code.UNRESOLVABLE if hopeless else Code.UNSCHEDULABLE
        return Status(code, tuple(_reason(resource) for resource in resources))

    def shortfalls(self, pod: PodInfo, node: NodeInfo) -> list[Shortfall]:
        """All that the node lacks for the pod."""
        return _shortfalls(self._wanted(pod), node)

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """How much is missing."""
        return "; ".join(_missing(short, node) for short in self.shortfalls(pod, node))

    def _wanted(self, pod: PodInfo) -> tuple[tuple[str, int], ...]:
        requests = pod.requests
        scalars = sorted(name for name in requests if is_scalar(name) and not self._ignores(name))
        return tuple((n, requests[n]) for n in (*PLAIN, *scalars) if requests.get(n, 0) > 0)

    def _ignores(self, resource: str) -> bool:
        return is_extended(resource) and (
            resource in self.ignored_resources
            or resource.partition("/")[0] in self.ignored_resource_groups
        )

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """What the pod asks of each scored resource."""
        requests = incoming_scoring_requests(pod.obj)
        rows = [(name, weight, requests.get(name, 0)) for name, weight in self.resources]
        # An extended resource that the pod does not ask for says nothing about the node.
        state.write(self.name + "/score", [row for row in rows if row[2] or row[0] in PLAIN])
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """0..100 by the strategy, counting 100m and 200Mi for missing requests."""
        if not self.resources:
            raise ValueError("resources not found")
        loads = []
        for name, weight, request in state.read(self.name + "/score"):
            capacity = node.allocatable.get(name, 0)
            if capacity:
                loads.append(Load(_scoring_use(node, name) + request, capacity, weight))
        return self.strategy.score(loads)

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """Room that came back, or a node that would be large enough."""
        old, new = event.old, event.new
        if event.name in (events.POD_DELETE, events.OWN_SCALE_DOWN):
            return True
        if event.name == events.POD_SCALE_DOWN:
            return any(new.requests.get(n, 0) < old.requests.get(n, 0) for n in pod.requests)
        if self.shortfalls(pod, new.empty()):
            return False
        wanted = ("pods", *pod.requests)
        return old is None or any(
            new.allocatable.get(name, 0) > old.allocatable.get(name, 0) for name in wanted
        )


def _reason(resource: str) -> str:
    return TOO_MANY_PODS if resource == "pods" else f"Insufficient {resource}"


def _missing(short: Shortfall, node: NodeInfo) -> str:
    if short.resource == "pods":
        return f"all {short.capacity} places for pods are taken: one pod would have to go"
    requested = amount_text(short.resource, short.requested)
    capacity = amount_text(short.resource, short.capacity)
    if short.unresolvable:
        return f"asks for {requested} {short.resource}, the whole node has {capacity}"
    free = amount_text(short.resource, max(0, short.capacity - short.used))
    lacking = amount_text(short.resource, short.requested - (short.capacity - short.used))
    return (
        f"needs {lacking} more {short.resource} (asks for {requested}, {free} of {capacity} is "
        f"free): {_holders(short.resource, node)}"
    )


def _holders(resource: str, node: NodeInfo) -> str:
    """Which pods have most of a resource of a node."""
    shares = [(pod.requests.get(resource, 0), pod) for pod in node.pods]
    shares = sorted((one for one in shares if one[0]), key=lambda one: (-one[0], one[1].key))
    shown = [
        f"{'/'.join(pod.key)} ({amount_text(resource, amount)})"
        for amount, pod in shares[:HOLDERS_SHOWN]
    ]
    if len(shares) > len(shown):
        shown.append(f"{len(shares) - len(shown)} more")
    if len(shares) == 1:
        return f"pod {shown[0]} holds it"
    return f"pods {', '.join(shown)} hold it"


def _strategy(strategy: Mapping[str, Any]) -> Strategy:
    kind = strategy["type"]
    if kind not in STRATEGIES:
        allowed = ", ".join(STRATEGIES)
        raise PluginArgsError("scoringStrategy.type", kind, f"supported values: {allowed}")
    return STRATEGIES[kind](strategy)


def _has_sidecar(pod: PodInfo) -> bool:
    containers = pod.spec.get("initContainers") or ()
    return any(container.get("restartPolicy") == "Always" for container in containers)


def _shortfalls(wanted: Sequence[tuple[str, int]], node: NodeInfo) -> list[Shortfall]:
    lacking = []
    allocatable, requested = node.allocatable, node.requested
    allowed = allocatable.get("pods", 0)
    if len(node.pods) + 1 > allowed:
        lacking.append(Shortfall("pods", 1, len(node.pods), allowed))
    for name, amount in wanted:
        capacity, used = allocatable.get(name, 0), requested.get(name, 0)
        if amount > capacity - used:
            lacking.append(Shortfall(name, amount, used, capacity))
    return lacking


def _scoring_use(node: NodeInfo, resource: str) -> int:
    if resource == "cpu":
        return node.scoring_requested[0]
    if resource == "memory":
        return node.scoring_requested[1]
    return node.requested.get(resource, 0)
