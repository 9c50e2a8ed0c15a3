"""The extension points of the scheduling framework, in the order of a cycle.

A plugin is any class with a `name` and some of the methods below; there is no base class. `state`
is the CycleState of the pod at hand, `pod` a PodInfo, `node` a NodeInfo; None as an answer means
Success
(`staging/src/k8s.io/kube-scheduler/framework/interface.go`, Kubernetes 1.36).

A plugin's constructor stores parameters and nothing else: what belongs to one pod's cycle goes
into the CycleState, what belongs to the cluster is read from `state.snapshot`.

`filter` and `score` have a short form too, without `state` (`kubelearn.scheduler.short_form`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import Status

if TYPE_CHECKING:
    from kubelearn.scheduler.events import ClusterEvent
    from kubelearn.scheduler.handle import Handle
    from kubelearn.scheduler.queue import QueuedPod

MAX_NODE_SCORE = 100
"""Normalised scores lie between 0 and this."""

EXTENSION_POINTS = (
    "pre_enqueue",
    "queue_sort",
    "pre_filter",
    "filter",
    "post_filter",
    "pre_score",
    "score",
    "normalize_score",
    "reserve",
    "unreserve",
    "permit",
    "pre_bind",
    "bind",
    "post_bind",
    "add_pod",
    "remove_pod",
    "hint",
    "advice",
)
"""The methods that the framework looks for in a plugin."""

ON_A_NODE = ("state", "pod", "node")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(EXTENSION_POINTS, ON_A_NODE),
    "pre_enqueue": ("pod",),
    "queue_sort": ("queued",),
    "pre_filter": ("state", "pod", "nodes"),
    "post_filter": ("state", "pod", "statuses", "handle"),
    "pre_score": ("state", "pod", "nodes"),
    "normalize_score": ("state", "pod", "scores"),
    "bind": (*ON_A_NODE, "handle"),
    "add_pod": ("state", "pod", "other", "node"),
    "remove_pod": ("state", "pod", "other", "node"),
    "hint": ("pod", "event"),
}
"""What each method is called with."""

POINTS: dict[str, tuple[str, ...]] = {
    "preFilter": ("pre_filter", "add_pod", "remove_pod"),
    "filter": ("filter",),
    "postFilter": ("post_filter",),
    "reserve": ("reserve", "unreserve"),
    "preScore": ("pre_score",),
    "score": ("score", "normalize_score"),
    "preBind": ("pre_bind",),
    "bind": ("bind",),
    "postBind": ("post_bind",),
    "permit": ("permit",),
    "preEnqueue": ("pre_enqueue",),
    "queueSort": ("queue_sort",),
}
"""Name in a KubeSchedulerConfiguration -> methods: a plugin that has the first one takes part."""


class PreFilterResult(NamedTuple):
    """The only nodes that a PreFilter plugin leaves for the Filter plugins."""

    node_names: frozenset[str]


class PostFilterResult(NamedTuple):
    """The node that a PostFilter plugin nominates; "" takes a nomination away."""

    nominated_node: str


class Plugin(Protocol):
    """What every plugin has."""

    @property
    def name(self) -> str:
        """The plugin's name in profiles, events and decisions."""
        ...


class PreEnqueuePlugin(Plugin, Protocol):
    """May keep a pod out of the active queue."""

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """A rejection keeps the pod gated."""
        ...


class QueueSortPlugin(Plugin, Protocol):
    """Orders the active queue; a profile has exactly one."""

    def queue_sort(self, queued: QueuedPod) -> tuple[int, ...]:
        """The key of a waiting pod: smaller is tried earlier."""
        ...


class PreFilterPlugin(Plugin, Protocol):
    """Prepares the Filter of this pod, and may refuse it for all nodes at once."""

    def pre_filter(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> PreFilterResult | Status | None:
        """Skip leaves the plugin's Filter out; a PreFilterResult narrows the nodes."""
        ...


class FilterPlugin(Plugin, Protocol):
    """Says whether a pod can run on a node."""

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """None passes the node; a Status refuses it with reasons."""
        ...


class PreFilterExtensions(Plugin, Protocol):
    """Keeps a PreFilter's state right when pods are added or removed in thought (preemption)."""

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """`other` is now thought to be on `node`."""
        ...

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """`other` is now thought to be gone from `node`."""
        ...


class PostFilterPlugin(Plugin, Protocol):
    """Called when no node passed: may make room."""

    def post_filter(
        self, state: CycleState, pod: PodInfo, statuses: NodeStatuses, handle: Handle
    ) -> tuple[PostFilterResult | None, Status | None]:
        """A nomination (or None) and a Status whose message ends the pod's failure text."""
        ...


class PreScorePlugin(Plugin, Protocol):
    """Prepares the Score of this pod over the feasible nodes."""

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> Status | None:
        """Skip leaves the plugin's Score out: it then adds nothing to any node."""
        ...


class ScorePlugin(Plugin, Protocol):
    """Ranks the feasible nodes."""

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """A whole number; after normalising it must lie in 0..100. Higher is better."""
        ...


class NormalizeScorePlugin(ScorePlugin, Protocol):
    """Brings its own raw scores into 0..100."""

    def normalize_score(
        self, state: CycleState, pod: PodInfo, scores: dict[str, int]
    ) -> dict[str, int]:
        """Node name -> score in 0..100, from node name -> raw score."""
        ...


class ReservePlugin(Plugin, Protocol):
    """Keeps things of a node for the pod before it is bound, and gives them back on failure."""

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Anything but None fails the cycle."""
        ...

    def unreserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """Undo `reserve`; called for all plugins, last first."""
        ...


class PermitPlugin(Plugin, Protocol):
    """The last word before binding."""

    def permit(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Anything but None fails the cycle."""
        ...


class BindPlugin(Plugin, Protocol):
    """Writes the decision to the API."""

    def bind(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, handle: Handle
    ) -> Status | None:
        """Skip leaves the binding to the next Bind plugin."""
        ...


class HintPlugin(Plugin, Protocol):
    """Knows which changes of the cluster are worth a new attempt for a pod that it refused."""

    events: Iterable[str]
    """Names of cluster events (`kubelearn.scheduler.events`)."""

    def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """Whether this event may have made the pod schedulable. Without a hint: always."""
        ...


class AdvisingPlugin(FilterPlugin, Protocol):
    """Can say what would have to change for a node that it refused; ours, for learners.

    With `late_advice = True` the words follow from pod and node alone, and are made when read.
    """

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """Words about this node, read after the cycle's Filter refused it."""
        ...
