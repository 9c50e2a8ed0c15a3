"""One profile's plugins, made once, and the rules for running them.

What each plugin offers is looked up once: a plugin takes part at every extension point whose
method it has (`pkg/scheduler/framework/runtime/framework.go`, Kubernetes 1.36). A plugin that
raises, or answers nonsense, fails the pod at hand with a PluginError that names it and the node;
the scheduler goes on. At Reserve, Permit and binding the failure is a Status, as the scheduler
has things to give back; Unreserve and PostBind cannot fail a pod: of them Python warns.

Unlike the real one: filters run node by node instead of on 16 parallel workers, and a plugin can
make a pod wait at Permit only by failing the cycle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.scheduler import answers, calling
from kubelearn.scheduler.calling import NOT_BOUND, Offer
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.extension_points import (
    EXTENSION_POINTS,
    MAX_NODE_SCORE,
    PostFilterResult,
    PreFilterResult,
)
from kubelearn.scheduler.handle import Handle
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import InvalidScore, PluginError, broke
from kubelearn.scheduler.pod_heap import Order
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.queue_order import GuardedOrder, guarded
from kubelearn.scheduler.short_form import method_of
from kubelearn.scheduler.status import Code, Status
from kubelearn.scheduler.untouched import watched


class Framework:
    """The plugins of a profile by extension point. Never changes, so forks share it."""

    def __init__(self, plugins: Mapping[str, type], profile: Profile) -> None:
        self.profile = profile
        self.plugins = {name: _make(plugins, profile, name) for name in profile.plugins}
        self.weights = dict(profile.plugins)
        offers = {point: self._offer(point) for point in EXTENSION_POINTS}
        self.pre_enqueues = offers["pre_enqueue"]
        self.pre_filters = offers["pre_filter"]
        self.filters = offers["filter"]
        self.post_filters = offers["post_filter"]
        self.pre_scores = dict(offers["pre_score"])
        self.scores = offers["score"]
        self.normalizers = dict(offers["normalize_score"])
        self.reserves = offers["reserve"]
        self.unreserves = offers["unreserve"]
        self.permits = offers["permit"]
        self.pre_binds = offers["pre_bind"]
        self.binds = offers["bind"]
        self.post_binds = offers["post_bind"]
        self.adders = offers["add_pod"]
        self.removers = offers["remove_pod"]
        self.hints = dict(offers["hint"])
        self.listeners = {name: _events(plugin) for name, plugin in self.plugins.items()}
        self.queue_sort: Order = self._only(offers["queue_sort"])
        if isinstance(self.queue_sort, GuardedOrder):
            self.reserves = ((self.queue_sort.name, self.queue_sort.reserve), *self.reserves)

    def _offer(self, point: str) -> Offer:
        plugins = ((name, self.plugins[name]) for name in self.profile.running(point))
        methods = ((name, method_of(name, plugin, point)) for name, plugin in plugins)
        found = ((name, method) for name, method in methods if method is not None)
        return tuple((name, watched(name, point, method)) for name, method in found)

    def _only(self, sorters: Offer) -> Order:
        if len(sorters) != 1:
            names = [name for name, _ in sorters]
            raise ValueError(
                f"a profile needs exactly one plugin with queue_sort, this one has {names}: "
                "enable PrioritySort or one of your own"
            )
        return guarded(*sorters[0])

    # Before the cycle

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """The first answer of a PreEnqueue plugin that is not success, or None.

        One that breaks holds the pod back too, with the error as its reason.
        """
        for name, method in self.pre_enqueues:
            try:
                status = calling.answer(name, "PreEnqueue", "", method, pod)
            except PluginError as error:
                return Status(Code.ERROR, (str(error),), name)
            if status is not None:
                return status
        return None

    # Filtering

    def pre_filter(
        self, state: CycleState, pod: PodInfo
    ) -> tuple[frozenset[str] | None, Status | None, list[str]]:
        """(node names left or None for all, rejection or None, plugins that narrowed)."""
        left: frozenset[str] | None = None
        refusal: Status | None = None
        skipped, narrowed = [], []
        for name, method in self.pre_filters:
            answer = calling.call(name, "PreFilter", "", method, state, pod, state.snapshot.rows)
            if answer is None:
                continue
            if isinstance(answer, PreFilterResult):
                names = answers.narrowing(name, answer)
                if names is None:
                    continue
                narrowed.append(name)
                left = names if left is None else left & names
                if not left:
                    return left, _nothing_left(sorted(narrowed)), narrowed
                continue
            status = answers.pre_filtered(name, answer)
            if status is None:
                continue
            if status.code is Code.SKIP:
                skipped.append(name)
            elif status.code is Code.UNSCHEDULABLE:
                refusal = status
            else:
                return None, status, []
        state.skip_filter = frozenset(skipped)
        state.filters = tuple(offer for offer in self.filters if offer[0] not in skipped)
        return left, refusal, narrowed

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """The first rejection of a node by a Filter plugin, or None when it passes all."""
        for name, method in state.filters:
            try:
                answer = method(state, pod, node)
            except (PluginError, KeyboardInterrupt):
                raise
            except BaseException as cause:
                raise PluginError(name, "Filter", node.name, cause) from cause
            if answer is not None:
                status = answers.rejection(name, "Filter", node.name, answer)
                if status is not None:
                    return status
        return None

    def filter_with_nominated(
        self, state: CycleState, pod: PodInfo, node: NodeInfo
    ) -> Status | None:
        """`filter`, and where pods of equal or higher priority are nominated to the node, twice.

        Once as if they were there already, once without them: both must pass.
        """
        nominated = state.snapshot.nominated.get(node.name)
        if nominated:
            uid = pod.uid
            others = [
                other
                for other in nominated.values()
                if other.priority >= pod.priority and other.uid != uid
            ]
            if others:
                full, row = state.clone(), node
                for other in others:
                    row = self.add_pod(full, pod, other, row)
                status = self.filter(full, pod, row)
                if status is not None:
                    return status
        return self.filter(state, pod, node)

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> NodeInfo:
        """The node as if `other` were on it; `state` is brought in line."""
        row = node.with_pod(other)
        for name, method in self.adders:
            if name not in state.skip_filter:
                calling.call(name, "AddPod", node.name, method, state, pod, other, row)
        return row

    def remove_pod(
        self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo
    ) -> NodeInfo:
        """The node as if `other` were gone from it; `state` is brought in line."""
        row = node.without_pod(other)
        for name, method in self.removers:
            if name not in state.skip_filter:
                calling.call(name, "RemovePod", node.name, method, state, pod, other, row)
        return row

    def post_filter(
        self, state: CycleState, pod: PodInfo, statuses: NodeStatuses, handle: Handle
    ) -> tuple[PostFilterResult | None, str]:
        """(nomination or None, what the failure text says of it)."""
        nomination: PostFilterResult | None = None
        reasons: list[str] = []
        for name, method in self.post_filters:
            answer = calling.call(name, "PostFilter", "", method, state, pod, statuses, handle)
            result, status = answers.nomination(name, answer)
            if status is None or status.code is not Code.UNSCHEDULABLE:
                return result, "" if status is None else status.message
            nomination = nomination if result is None else result
            reasons += status.reasons
        return nomination, ", ".join(reasons)

    # Scoring

    def score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
        """(raw, normalised) scores by plugin and node; plugins that skip are left out.

        All plugins prepare (PreScore) before the first one scores.
        """
        active = [
            offer for offer in self.scores if self._wants_to_score(offer[0], state, pod, nodes)
        ]
        raw = {name: calling.score(name, method, state, pod, nodes) for name, method in active}
        return raw, {name: self._normalized(name, state, pod, raw[name]) for name in raw}

    def _wants_to_score(
        self, name: str, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> bool:
        prepare = self.pre_scores.get(name)
        status = (
            None
            if prepare is None
            else calling.answer(name, "PreScore", "", prepare, state, pod, nodes)
        )
        if status is not None and status.code is not Code.SKIP:
            raise PluginError(name, "PreScore", "", answers.unwanted(status))
        return status is None

    def _normalized(
        self, name: str, state: CycleState, pod: PodInfo, raw: dict[str, int]
    ) -> dict[str, int]:
        normalize = self.normalizers.get(name)
        scores = raw
        if normalize is not None:
            answer = calling.call(name, "NormalizeScore", "", normalize, state, pod, dict(raw))
            scores = answers.normalized(name, answer)
        for node in raw:
            score = scores.get(node)
            if type(score) is not int or not 0 <= score <= MAX_NODE_SCORE:
                raise InvalidScore(name, node, score)
        return scores

    def totals(
        self, normalized: Mapping[str, Mapping[str, int]], nodes: Sequence[NodeInfo]
    ) -> dict[str, int]:
        """Node -> sum over the plugins of normalised score times weight."""
        columns = [(self.weights[name], scores) for name, scores in normalized.items()]
        return {
            node.name: sum(weight * scores[node.name] for weight, scores in columns)
            for node in nodes
        }

    # Placing

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Run Reserve; the first answer that is not success, or None."""
        return calling.first_refusal("Reserve", self.reserves, state, pod, node)

    def permit(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Run Permit; the first answer that is not success, or None."""
        return calling.first_refusal("Permit", self.permits, state, pod, node)

    def unreserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """Undo Reserve, last plugin first."""
        for name, method in reversed(self.unreserves):
            calling.tell(name, "Unreserve", method, state, pod, node)

    def pre_bind(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Run PreBind; the first answer that is not success, or None."""
        return calling.first_refusal("PreBind", self.pre_binds, state, pod, node)

    def bind(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, handle: Handle
    ) -> Status | None:
        """Run PreBind, then the first Bind plugin that does not skip, then PostBind."""
        status = self.pre_bind(state, pod, node)
        if status is not None:
            return status
        for name, method in self.binds:
            status = calling.bind(name, method, state, pod, node, handle)
            if status is None or status.code is not Code.SKIP:
                break
        if status is None:
            self.post_bind(state, pod, node)
        elif status.code is Code.SKIP:
            reasons = (broke("Bind", status.plugin, NOT_BOUND),)
            return status._replace(code=Code.ERROR, reasons=reasons)
        return status

    def post_bind(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """Tell the PostBind plugins."""
        for name, method in self.post_binds:
            calling.tell(name, "PostBind", method, state, pod, node)


def _make(plugins: Mapping[str, type], profile: Profile, name: str) -> Any:
    if name not in plugins:
        raise ValueError(
            f"the profile names the plugin {name!r}, which is not in the plugin table: "
            f"known are {sorted(plugins)}"
        )
    args = {_snake(key): value for key, value in profile.args.get(name, {}).items()}
    return plugins[name](**args)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _events(plugin: Any) -> frozenset[str] | None:
    """The events that a plugin listens to; None = all of them, as it does not say."""
    events = getattr(plugin, "events", None)
    return None if events is None else frozenset(events)


def _nothing_left(names: list[str]) -> Status:
    if len(names) == 1:
        return Status(Code.UNRESOLVABLE, (f"node(s) didn't satisfy plugin {names[0]}",), names[0])
    listed = f"[{' '.join(names)}]"
    return Status(Code.UNRESOLVABLE, (f"node(s) didn't satisfy plugin(s) {listed} simultaneously",))
