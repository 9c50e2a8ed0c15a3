"""The cache of nodes and pods."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.info import node_info, pod_info
from tests.scheduler.clusters import cluster, make_node, make_pod

ZONE = "topology.kubernetes.io/zone"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["node", "no node", "pod", "no pod", "assume", "forget"]),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    max_size=30,
)


def _take(cache: Cache, step: tuple[str, int, int]) -> None:
    what, node, pod = step
    row = pod_info(make_pod(f"p{pod}", nodeName=f"n{node}"))
    if what == "node":
        cache.put_node(make_node(f"n{node}", {ZONE: f"z{pod % 2}"}))
    elif what == "no node":
        cache.remove_node(f"n{node}")
    elif what == "pod":
        cache.confirm(row)
    elif what == "no pod":
        cache.remove_pod(row.key)
    elif what == "assume" and row.key not in cache.pods:
        cache.assume(row)
    elif what == "forget":
        cache.forget(row.key)


@given(STEPS)
def test_rows_agree_with_nodes_and_pods(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happened, each row is what its node and its pods make of it."""
    cache = Cache()
    for step in steps:
        _take(cache, step)
    snapshot = cache.update_snapshot()
    assert sorted(snapshot.by_name) == sorted(row.name for row in snapshot.rows)
    for row in snapshot.rows:
        there = {key: pod for key, pod in cache.pods.items() if pod.node == row.name}
        assert there == {pod.key: pod for pod in row.pods}
        fresh = node_info(row.obj).with_pods(row.pods)
        used = {name: amount for name, amount in row.requested.items() if amount}
        assert fresh.requested == used
        assert row is snapshot.by_name[row.name]


@given(STEPS, STEPS)
def test_forks_never_influence_each_other(
    before: list[tuple[str, int, int]], after: list[tuple[str, int, int]]
) -> None:
    """What happens in a fork leaves the original as it was."""
    cache = Cache()
    for step in before:
        _take(cache, step)
    shown = copy.deepcopy(_shown(cache))
    twin = cache.fork()
    assert shown == _shown(twin)
    for step in after:
        _take(twin, step)
    assert shown == _shown(cache)


def _shown(cache: Cache) -> Any:
    return (cache.update_snapshot().rows, cache.pods, cache.assumed, cache.homeless)


def test_pods_wait_for_their_node() -> None:
    """A pod can be seen before its node, and stays known when the node goes."""
    cache = Cache()
    pod = pod_info(make_pod("p", nodeName="n"))
    cache.put_pod(pod)
    cache.put_node(make_node("n"))
    assert (pod,) == cache.update_snapshot().rows[0].pods
    cache.remove_node("n")
    assert {"n": {pod.key: pod}} == cache.homeless


def test_a_node_that_lists_an_image_twice_has_it_once() -> None:
    """The size is the one that comes first."""
    node = make_node("n1")
    node["status"]["images"] = [{"names": ["app:1"], "sizeBytes": size} for size in (10, 20)]
    cache = cluster([node, make_node("n2")])
    assert cache.snapshot.images["app:1"] == (10, 1)
    cache.remove_node("n1")
    assert cache.snapshot.images == {}


def test_the_first_node_says_how_large_an_image_is() -> None:
    """Later nodes only add to the number of holders."""
    cache = Cache()
    for number, size in enumerate((10, 20)):
        node = make_node(f"n{number}")
        node["status"]["images"] = [{"names": ["app:1"], "sizeBytes": size}]
        cache.put_node(node)
    assert cache.snapshot.images["app:1"] == (10, 2)
    cache.remove_node("n0")
    assert cache.snapshot.images["app:1"] == (10, 1)


def test_a_node_that_changes_zone_changes_place() -> None:
    """The scan order follows the labels."""
    cache = Cache()
    for name, zone in [("a", "x"), ("b", "x"), ("c", "y")]:
        cache.put_node(make_node(name, {ZONE: zone}))
    assert [row.name for row in cache.update_snapshot().rows] == ["a", "c", "b"]
    cache.put_node(make_node("b", {ZONE: "z"}))
    assert [row.name for row in cache.update_snapshot().rows] == ["a", "c", "b"]
    cache.put_node(make_node("a", {ZONE: "z"}))
    assert [row.name for row in cache.update_snapshot().rows] == ["c", "b", "a"]


def test_a_nomination_moves_with_its_pod() -> None:
    """A pod is nominated to one node at most."""
    cache = Cache()
    pod = pod_info(make_pod("p"))
    cache.nominate(pod, "a")
    cache.nominate(pod, "b")
    assert {"b": {pod.uid: pod}} == cache.snapshot.nominated
    cache.nominate(pod, "")
    assert cache.snapshot.nominated == {}
