"""Preemption: whom to remove, and where, so that a more important pod fits.

Source: `pkg/scheduler/framework/preemption/preemption.go`,
`pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go`, Kubernetes 1.36.

Unlike the real one: victims are deleted within the cycle, not beside it, so a preemptor is never
held back with "waiting for the preemption for this pod to be finished"; dry runs go node by node
from a seeded offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, condition
from kubelearn.api.selectors import Selector, of
from kubelearn.api.times import parse_timestamp
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.status import Code, Status, unresolvable

NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER = "not eligible due to preemptionPolicy=Never."
TERMINATING = "not eligible due to a terminating pod on the nominated node."
PREEMPTED = "PreemptionByScheduler"
"""Reason of the condition that marks a victim."""
LATER = 1 << 62
"""Start time of a pod that has not started."""
PRIORITY_OFFSET = 1 << 31


class Victims(NamedTuple):
    """What preemption on one node would cost."""

    node: str
    pods: tuple[PodInfo, ...]
    """Most important first."""
    violations: int
    """How many of them a PodDisruptionBudget would not let go."""


class Budget(NamedTuple):
    """What a PodDisruptionBudget allows."""

    namespace: str
    selector: Selector
    allowed: int
    counted: frozenset[str]
    """Pods whose disruption is counted already."""


def ineligible(pod: PodInfo, node: NodeInfo | None, status: Status | None) -> str:
    """Why the pod may not preempt, or ""; `node` and `status` are of its nominated node."""
    if pod.spec.get("preemptionPolicy") == "Never":
        return NEVER
    if not pod.nominated_node or (status is not None and status.code is Code.UNRESOLVABLE):
        return ""
    others = () if node is None else node.pods
    leaving = any(other.priority < pod.priority and _being_preempted(other) for other in others)
    return TERMINATING if leaving else ""


def _being_preempted(pod: PodInfo) -> bool:
    mark = condition(pod.obj, "DisruptionTarget") if pod.terminating else None
    return mark is not None and mark["status"] == "True" and mark.get("reason") == PREEMPTED


def candidates_wanted(nodes: int, percentage: int, absolute: int) -> int:
    """How many candidates end the search."""
    return min(nodes, max(nodes * percentage // 100, absolute))


def dry_run(
    framework: Framework,
    state: CycleState,
    pod: PodInfo,
    nodes: Sequence[NodeInfo],
    budgets: Sequence[Budget],
    *,
    offset: int,
    wanted: int,
) -> tuple[list[Victims], NodeStatuses]:
    """(candidates, why the other nodes are none), from the node at `offset` on.

    Ends once one candidate spares all budgets and there are `wanted` of them.
    """
    found: list[Victims] = []
    statuses = NodeStatuses(absent=unresolvable(NOT_HELPFUL))
    for place in range(len(nodes)):
        node = nodes[(offset + place) % len(nodes)]
        victims: Victims | Status
        try:
            victims = select_victims(framework, state.clone(), pod, node, budgets)
        except PluginError as error:
            victims = Status(Code.ERROR, (str(error),))  # which spoils this node alone
        if isinstance(victims, Status):
            statuses.statuses[node.name] = victims
            continue
        found.append(victims)
        if len(found) >= wanted and any(not candidate.violations for candidate in found):
            break
    return found, statuses


def select_victims(
    framework: Framework,
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    budgets: Sequence[Budget],
) -> Victims | Status:
    """The fewest pods to remove from a node, or why removing all lesser ones is not enough."""
    lesser = [other for other in node.pods if other.priority < pod.priority]
    if not lesser:
        return unresolvable(NO_VICTIMS)
    row = node
    for other in lesser:
        row = framework.remove_pod(state, pod, other, row)
    status = framework.filter_with_nominated(state, pod, row)
    if status is not None:
        return status
    violating, others = split_by_budgets(sorted(lesser, key=importance), budgets)
    victims, violations = [], 0
    for candidate, is_violation in [(p, 1) for p in violating] + [(p, 0) for p in others]:
        with_it = framework.add_pod(state, pod, candidate, row)
        if framework.filter_with_nominated(state, pod, with_it) is None:
            row = with_it
        else:
            framework.remove_pod(state, pod, candidate, with_it)
            victims.append(candidate)
            violations += is_violation
    if not victims:
        return Status(Code.ERROR, (f'expected at least one victim pod on node "{node.name}"',))
    return Victims(node.name, tuple(sorted(victims, key=importance)), violations)


def importance(pod: PodInfo) -> tuple[int, int]:
    """Sorts pods, most important first: higher priority, then earlier start."""
    return (-pod.priority, start_time(pod))


def start_time(pod: PodInfo) -> int:
    """When the pod started, in nanoseconds of the clock; far in the future if it has not."""
    text = (pod.obj.get("status") or {}).get("startTime")
    return parse_timestamp(text) if text else LATER


def budgets_of(objects: Iterable[Object]) -> list[Budget]:
    """PodDisruptionBudgets, read; those without a selector protect nothing."""
    return [
        Budget(
            obj["metadata"].get("namespace", ""),
            of(obj["spec"]["selector"]),
            (obj.get("status") or {}).get("disruptionsAllowed") or 0,
            frozenset((obj.get("status") or {}).get("disruptedPods") or ()),
        )
        for obj in objects
        if (obj.get("spec") or {}).get("selector")
    ]


def split_by_budgets(
    pods: Iterable[PodInfo], budgets: Sequence[Budget]
) -> tuple[list[PodInfo], list[PodInfo]]:
    """(pods whose removal breaks a budget, the others), both in the given order."""
    left = [budget.allowed for budget in budgets]
    violating: list[PodInfo] = []
    others: list[PodInfo] = []
    for pod in pods:
        breaks = False
        for index, budget in enumerate(budgets):
            if _protects(budget, pod):
                left[index] -= 1
                breaks = breaks or left[index] < 0
        (violating if breaks else others).append(pod)
    return violating, others


def _protects(budget: Budget, pod: PodInfo) -> bool:
    return (
        budget.namespace == pod.namespace
        and bool(pod.labels)
        and not budget.selector.everything
        and budget.selector.matches(pod.labels)
        and pod.name not in budget.counted
    )


COSTS: tuple[Callable[[Victims], int], ...] = (
    lambda victims: victims.violations,
    lambda victims: victims.pods[0].priority,
    lambda victims: sum(pod.priority + PRIORITY_OFFSET for pod in victims.pods),
    lambda victims: len(victims.pods),
    lambda victims: -_earliest_start(victims.pods),
)
"""What makes a candidate worse, most weighty first; each decides among the ties before it."""


def best_candidates(candidates: Sequence[Victims]) -> list[Victims]:
    """The candidates that no cost tells apart, all equally good."""
    best = list(candidates)
    for cost in COSTS:
        if len(best) > 1:
            least = min(cost(candidate) for candidate in best)
            best = [candidate for candidate in best if cost(candidate) == least]
    return best


def _earliest_start(pods: Sequence[PodInfo]) -> int:
    """The earliest start among the pods of the highest priority."""
    top = max(pod.priority for pod in pods)
    return min(start_time(pod) for pod in pods if pod.priority == top)
