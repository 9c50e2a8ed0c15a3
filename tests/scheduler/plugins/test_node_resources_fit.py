"""NodeResourcesFit beyond upstream's own cases."""

from typing import Any

import pytest

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins.node_resources_balanced_allocation import (
    NodeResourcesBalancedAllocation,
)
from kubelearn.scheduler.plugins.node_resources_fit import NodeResourcesFit
from kubelearn.scheduler.plugins.resource_args import PluginArgsError
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Code
from tests.scheduler.clusters import cluster, make_node, make_pod


def test_advice_counts_what_is_missing() -> None:
    """In quantities that a manifest would have."""
    snapshot = cluster([make_node("n")], [make_pod("e", "3500m", nodeName="n")]).snapshot
    told = NodeResourcesFit().advice(
        CycleState(snapshot), pod_info(make_pod("p", "1")), snapshot.rows[0]
    )
    assert told == (
        "needs 500m more cpu (asks for 1, 500m of 4 is free): pod default/e (3500m) holds it"
    )


def test_a_pod_larger_than_the_node_is_hopeless() -> None:
    """Preemption is then not tried."""
    snapshot = cluster([make_node("n")]).snapshot
    plugin, pod = NodeResourcesFit(), pod_info(make_pod("p", "5"))
    status = plugin.filter(CycleState(Snapshot()), pod, snapshot.rows[0])
    assert status is not None
    assert Code.UNRESOLVABLE is status.code


def test_an_unknown_strategy_is_refused() -> None:
    """With what is allowed."""
    with pytest.raises(PluginArgsError, match="supported values: LeastAllocated, MostAllocated"):
        NodeResourcesFit({"type": "Random"})


@pytest.mark.parametrize(
    ("name", "ignored"),
    [("example.com/gpu", True), ("requests.example.com/gpu", False), ("kubernetes.io/x", False)],
)
def test_only_extended_resources_are_ignored(name: str, ignored: bool) -> None:
    """Names that the cluster keeps for itself are looked at, whatever the arguments say."""
    snapshot = cluster([make_node("n")]).snapshot
    pod = make_pod("p")
    pod["spec"]["containers"][0]["resources"]["requests"][name] = "1"
    plugin = NodeResourcesFit(ignored_resources=[name])
    status = plugin.filter(CycleState(Snapshot()), pod_info(pod), snapshot.rows[0])
    assert (status is None) is ignored


@pytest.mark.parametrize("plugin", [NodeResourcesFit, NodeResourcesBalancedAllocation])
def test_the_number_of_pods_is_no_scored_resource(plugin: Any) -> None:
    """Upstream finds no capacity of it."""
    snapshot = cluster([make_node("n")]).snapshot
    cpu = {"name": "cpu", "weight": 1}
    both = [cpu, {"name": "pods", "weight": 1}]
    given = [
        plugin({"resources": names}) if plugin is NodeResourcesFit else plugin(names)
        for names in ([cpu], both)
    ]
    state, pod = CycleState(snapshot), pod_info(make_pod("p", "1"))
    scores = []
    for one in given:
        one.pre_score(state, pod, snapshot.rows)
        scores.append(one.score(state, pod, snapshot.rows[0]))
    assert scores[0] == scores[1]
