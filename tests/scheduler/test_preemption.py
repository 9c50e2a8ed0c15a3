"""Choosing victims."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo, pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.preemption import (
    Victims,
    best_candidates,
    budgets_of,
    candidates_wanted,
    split_by_budgets,
)
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.status import Status, unschedulable
from tests.scheduler.clusters import RecordingHandle, cluster, make_node, make_pod


def pod(name: str, priority: int = 0, started: str = "") -> PodInfo:
    """A running pod."""
    obj = make_pod(name, priority=priority, labels={"app": "x"})
    if started:
        obj["status"]["startTime"] = started
    return pod_info(obj)


def budget(allowed: int) -> dict[str, object]:
    """A PodDisruptionBudget for app=x."""
    return {
        "metadata": {"name": "b", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "x"}}},
        "status": {"disruptionsAllowed": allowed},
    }


def test_a_budget_lets_so_many_go() -> None:
    """The first ones are free, the next violates."""
    pods = [pod("a"), pod("b")]
    violating, others = split_by_budgets(pods, budgets_of([budget(1)]))
    assert ([p.name for p in violating], [p.name for p in others]) == (["b"], ["a"])


def test_the_latest_start_decides_last() -> None:
    """Among equal costs the youngest pods go."""
    old = Victims("old", (pod("a", started="2026-01-01T00:00:00Z"),), 0)
    young = Victims("young", (pod("b", started="2026-01-01T00:01:00Z"),), 0)
    assert [young] == best_candidates([old, young])


def test_spared_budgets_decide_first() -> None:
    """Even against lower priorities."""
    cheap = Victims("cheap", (pod("a", priority=-5),), 1)
    clean = Victims("clean", (pod("b", priority=5), pod("c", priority=5)), 0)
    assert [clean] == best_candidates([cheap, clean])


def test_equal_candidates_stay_equal() -> None:
    """A draw decides among them."""
    candidates = [Victims(name, (pod("a"),), 0) for name in ("x", "y")]
    assert candidates == best_candidates(candidates)


def test_small_clusters_are_searched_whole() -> None:
    """10 %, but at least 100 nodes."""
    assert [candidates_wanted(n, 10, 100) for n in (50, 500, 2000)] == [50, 100, 200]


class _Marked:
    """A value whose copy knows that it is one."""

    def __init__(self, *, copied: bool) -> None:
        self.copied = copied

    def clone(self) -> _Marked:
        """A marked copy."""
        return _Marked(copied=True)


class Moody:
    """Refuses every node, but for the copies of the state that dry runs work on."""

    name = "Moody"

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Any) -> None:
        """Know the first state."""
        state.write(self.name, _Marked(copied=False))

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Pass what is a copy."""
        return None if state.read(self.name).copied else unschedulable("not now")


class Clumsy(Moody):
    """Breaks where a pod is taken away in thought."""

    name = "Moody"

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Break, as upstream's test plugin does."""
        raise ValueError(f"failed to remove pod {other.name}")


def tried(plugin: type, *nodes: str) -> str:
    """What the failure says when a pod of higher priority meets this plugin."""
    table = {**PLUGINS, "Moody": plugin}
    framework = Framework(table, Profile().extended(["Moody"]))
    pods = [make_pod(f"low-{name}", nodeName=name) for name in nodes]
    snapshot = cluster([make_node(name) for name in nodes], pods).snapshot
    high = pod_info(make_pod("high", priority=10))
    found = evaluate(framework, snapshot, high, 0)
    handle = RecordingHandle(framework)
    result, text = framework.post_filter(found.state, high, found.statuses, handle)
    assert (result, handle.preempted) == (None, [])
    return text


def test_a_node_without_victims_is_an_error() -> None:
    """The nomination stays as it is, and the text leaves the other plugins' part out."""
    assert tried(Moody, "a") == 'preemption: expected at least one victim pod on node "a"'


def test_errors_of_several_nodes_are_listed() -> None:
    """Each once."""
    assert tried(Moody, "a", "b") == (
        'preemption: [expected at least one victim pod on node "a", '
        'expected at least one victim pod on node "b"]'
    )


def test_a_plugin_that_breaks_in_a_dry_run() -> None:
    """It spoils its node alone; without any candidate its words are what is told."""
    told = tried(Clumsy, "a")
    assert told.startswith('preemption: running RemovePod on PreFilter plugin "Moody": ')
    assert "failed to remove pod low-a" in told


@pytest.mark.parametrize(("leaving", "forgotten"), [(False, ["waiting"]), (True, [])])
def test_lesser_nominations_go_with_new_victims(leaving: bool, forgotten: list[str]) -> None:
    """Where the victims are on their way out already, nothing is taken away."""
    framework = Framework(PLUGINS, Profile())
    victim = make_pod("low", "4", nodeName="n")
    if leaving:
        victim["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    nominated = make_pod("waiting", "4", priority=1)
    nominated["status"]["nominatedNodeName"] = "n"
    snapshot = cluster([make_node("n")], [victim, nominated]).snapshot
    high = pod_info(make_pod("high", "4", priority=10))
    found, handle = evaluate(framework, snapshot, high, 0), RecordingHandle(framework)
    result, _ = framework.post_filter(found.state, high, found.statuses, handle)
    assert result is not None
    assert (result.nominated_node, handle.forgotten) == ("n", forgotten)
