"""Choosing victims."""

from kubelearn.scheduler.info import PodInfo, pod_info
from kubelearn.scheduler.preemption import (
    Victims,
    best_candidates,
    budgets_of,
    candidates_wanted,
    split_by_budgets,
)
from tests.scheduler.clusters import make_pod


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
