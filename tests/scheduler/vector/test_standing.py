"""The number that each node has for pods of one kind, and how it follows the cluster."""

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import Evaluation, evaluate
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.vector.evaluation import VectorEvaluation, find
from kubelearn.scheduler.vector.standing import REFUSED, Standing
from tests.scheduler.clusters import cluster, make_node, make_pod

FRAMEWORK = Framework(PLUGINS, Profile())
TAINT = {"key": "t", "effect": "NoSchedule"}


def large() -> Cache:
    """120 nodes with room for 40 small pods each."""
    return cluster(make_node(f"n{number}") for number in range(120))


def standing(cache: Cache, **spec: Any) -> Standing:
    """The standing of the nodes for a small pod."""
    pod = pod_info(make_pod("small", **spec))
    found = evaluate(FRAMEWORK, cache.update_snapshot(), pod, 0)
    assert isinstance(found, VectorEvaluation)
    return found.template.standing


def put(cache: Cache, node: str, count: int = 1) -> None:
    """Pods come to a node."""
    for _ in range(count):
        cache.assume(pod_info(make_pod(f"p{len(cache.pods)}")).on(node))


def totals(cache: Cache, **spec: Any) -> dict[str, int]:
    """Node -> number, after looking; both halves say the same."""
    values = standing(cache, **spec).values.tolist()
    assert values[:120] == values[120:]
    return dict(zip([row.name for row in cache.snapshot.rows], values[:120], strict=True))


def test_a_placement_changes_one_number() -> None:
    """It falls, as the node is less free."""
    cache = large()
    before = totals(cache)
    put(cache, "n7")
    after = totals(cache)
    assert [name for name in before if before[name] != after[name]] == ["n7"]
    assert after["n7"] < before["n7"]


def test_many_changes_at_once_say_the_same_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are computed in columns."""
    monkeypatch.setattr("kubelearn.scheduler.vector.standing.FEW_LOADS", 5)
    slow, quick = large(), large()
    totals(slow), totals(quick)
    for number in range(10):
        put(slow, f"n{number}")
        totals(slow)
        put(quick, f"n{number}")
    assert totals(slow) == totals(quick)


def test_a_full_node_is_refused_until_a_pod_leaves() -> None:
    """And is no longer among the feasible places."""
    cache = large()
    totals(cache)
    put(cache, "n7", 40)
    place = cache.snapshot.position["n7"]
    assert (totals(cache)["n7"], place not in standing(cache).places) == (REFUSED, True)
    cache.remove_pod(("default", "p0"))
    assert totals(cache)["n7"] > REFUSED
    assert place in standing(cache).places


def test_sayings_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are made anew, and what was recorded before stays readable."""
    monkeypatch.setattr("kubelearn.scheduler.vector.standing.CROWDED", 3)
    cache, pod = large(), pod_info(make_pod("q"))
    early, sayings = evaluate(FRAMEWORK, cache.update_snapshot(), pod, 0), standing(cache).sayings
    for _ in range(6):
        put(cache, "n1")
        totals(cache)
    assert standing(cache).sayings is not sayings
    assert totals(cache.fork()) == totals(cache)
    assert early.totals == evaluate(FRAMEWORK, large().snapshot, pod, 0).totals


def test_a_taint_refuses_a_node_for_those_who_do_not_tolerate_it() -> None:
    """Each kind of pods has its own standing."""
    cache = large()
    tolerant = {"tolerations": [{"key": "t", "operator": "Exists"}]}
    assert totals(cache) == totals(cache, **tolerant)
    cache.put_node(make_node("n7", taints=[TAINT]))
    assert totals(cache)["n7"] == REFUSED
    assert totals(cache, **tolerant)["n7"] > REFUSED


def test_kinds_of_which_the_same_is_said_share_a_standing() -> None:
    """Labels do not matter to it."""
    cache = large()
    labelled = evaluate(
        FRAMEWORK, cache.update_snapshot(), pod_info(make_pod("q", labels={"app": "x"})), 0
    )
    assert isinstance(labelled, VectorEvaluation)
    assert labelled.template.standing is standing(cache)


def test_negative_weights_take_the_plain_form() -> None:
    """A total below zero would look like a refusal."""
    framework = Framework(PLUGINS, Profile().weighted(NodeResourcesFit=-1))
    cache = large()
    put(cache, "n7")
    pod = pod_info(make_pod("q"))
    assert find(framework, cache.update_snapshot(), pod, 0) is None
    assert Evaluation is type(evaluate(framework, cache.snapshot, pod, 0))
