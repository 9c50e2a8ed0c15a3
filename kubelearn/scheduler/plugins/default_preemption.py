"""DefaultPreemption: a pod that fits nowhere may push out less important ones."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses, fit_error
from kubelearn.scheduler.extension_points import PostFilterResult
from kubelearn.scheduler.handle import Handle
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.preemption import (
    NOT_HELPFUL,
    Victims,
    best_candidates,
    budgets_of,
    candidates_wanted,
    dry_run,
    ineligible,
)
from kubelearn.scheduler.status import Code, Status, unresolvable, unschedulable

BUDGETS = "poddisruptionbudgets.policy"


class DefaultPreemption:
    """Looks for a node where removing pods of lower priority makes room, and nominates it.

    The pod is not placed in the cycle that preempts: it waits for its victims to go. Source:
    `pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go`, Kubernetes 1.36.
    """

    name = "DefaultPreemption"
    events: ClassVar[tuple[str, ...]] = (events.POD_DELETE,)

    def __init__(
        self,
        min_candidate_nodes_percentage: int = 10,
        min_candidate_nodes_absolute: int = 100,
    ) -> None:
        self.min_candidate_nodes_percentage = min_candidate_nodes_percentage
        self.min_candidate_nodes_absolute = min_candidate_nodes_absolute

    def __repr__(self) -> str:
        return (
            "DefaultPreemption("
            f"min_candidate_nodes_percentage={self.min_candidate_nodes_percentage!r}, "
            f"min_candidate_nodes_absolute={self.min_candidate_nodes_absolute!r})"
        )

    def post_filter(
        self, state: CycleState, pod: PodInfo, statuses: NodeStatuses, handle: Handle
    ) -> tuple[PostFilterResult | None, Status | None]:
        """Remove the victims on the best node and nominate it, or say why there is none."""
        nominated = pod.nominated_node
        problem = ineligible(pod, state.snapshot.node(nominated), statuses.get(nominated))
        if problem:
            return None, unschedulable(f"preemption: {problem}")
        candidates, failures = self.candidates(state, pod, statuses, handle)
        broken = _errors(failures)
        if broken and not candidates:
            return None, Status(Code.ERROR, (f"preemption: {broken}",))
        if not candidates:
            text = fit_error(len(state.snapshot.rows), failures)
            return PostFilterResult(""), unschedulable(f"preemption: {text}")
        best = best_candidates(candidates)
        chosen = best[handle.draw(len(best), "preemption", pod)]
        self._act(state, pod, chosen, handle)
        return PostFilterResult(chosen.node), None

    def candidates(
        self,
        state: CycleState,
        pod: PodInfo,
        statuses: NodeStatuses,
        handle: Handle,
        offset: int | None = None,
    ) -> tuple[list[Victims], NodeStatuses]:
        """Nodes with victims, and why the other nodes have none."""
        rows = state.snapshot.rows
        names = statuses.names_with(Code.UNSCHEDULABLE, [row.name for row in rows])
        if not names:
            return [], NodeStatuses(absent=unresolvable(NOT_HELPFUL))
        position = state.snapshot.position
        nodes = [rows[position[name]] for name in names]
        return dry_run(
            handle.framework,
            state,
            pod,
            nodes,
            budgets_of(_budgets(state)),
            offset=handle.draw(len(nodes), "preemption/offset", pod) if offset is None else offset,
            wanted=candidates_wanted(
                len(nodes), self.min_candidate_nodes_percentage, self.min_candidate_nodes_absolute
            ),
        )

    def _act(self, state: CycleState, pod: PodInfo, chosen: Victims, handle: Handle) -> None:
        """Take lesser pods' nominations to the node away, then remove the victims.

        The nominations stay where all victims are on their way out already
        (`pkg/scheduler/framework/preemption/executor.go`, prepareCandidateAsync).
        """
        waiting = state.snapshot.nominated.get(chosen.node, {})
        if not all(victim.terminating for victim in chosen.pods):
            for other in list(waiting.values()):
                if other.priority < pod.priority:
                    handle.forget_nomination(other)
        for victim in chosen.pods:
            handle.preempt(victim, pod, chosen.node)


def _errors(failures: NodeStatuses) -> str:
    """What broke in the dry runs, each message once; "" when nothing did."""
    broken = [one.message for one in failures.statuses.values() if one.code is Code.ERROR]
    messages = list(dict.fromkeys(broken))
    return ", ".join(messages) if len(messages) < 2 else f"[{', '.join(messages)}]"


def _budgets(state: CycleState) -> list[dict[str, object]]:
    namespaces = state.snapshot.objects.get(BUDGETS, {})
    return [obj for name in sorted(namespaces) for obj in state.snapshot.listed(BUDGETS, name)]
