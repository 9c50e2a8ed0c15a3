"""One pod against one snapshot."""

import pytest

from kubelearn.scheduler.algorithm import evaluate, feasible_nodes_to_find
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod

FRAMEWORK = Framework(PLUGINS, Profile())


@pytest.mark.parametrize(
    ("nodes", "percentage", "wanted"),
    [(99, 0, 99), (100, 0, 100), (1000, 0, 420), (5000, 0, 500), (6000, 0, 300), (300, 10, 100)],
)
def test_large_clusters_are_sampled(nodes: int, percentage: int, wanted: int) -> None:
    """50 % less one for each 125 nodes, at least 5 % and at least 100 nodes."""
    assert wanted == feasible_nodes_to_find(nodes, percentage)


def test_the_scan_starts_where_the_last_one_ended() -> None:
    """It wraps round the end of the list."""
    snapshot = cluster([make_node(f"n{i}") for i in range(150)]).snapshot
    found = evaluate(FRAMEWORK, snapshot, pod_info(make_pod("p")), 100)
    names = [node.name for node in found.feasible]
    assert (len(names), names[0], names[-1], found.scanned) == (100, "n100", "n49", 100)


def test_a_single_feasible_node_is_not_scored() -> None:
    """There is nothing to compare."""
    snapshot = cluster([make_node("a"), make_node("b", unschedulable=True)]).snapshot
    found = evaluate(FRAMEWORK, snapshot, pod_info(make_pod("p")), 0)
    assert [node.name for node in found.best] == ["a"]
    assert found.scores == {}


def test_only_a_nominated_node_that_fits_is_taken() -> None:
    """The pod goes where preemption made room, whatever else is free."""
    pod = make_pod("p")
    pod["status"]["nominatedNodeName"] = "b"
    snapshot = cluster([make_node("a"), make_node("b")]).snapshot
    found = evaluate(FRAMEWORK, snapshot, pod_info(pod), 0)
    assert [node.name for node in found.feasible] == ["b"]


def test_nodes_outside_a_prefilter_result_share_a_reason() -> None:
    """A pod for one node by name, as DaemonSets make them."""
    field = {"key": "metadata.name", "operator": "In", "values": ["a"]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    snapshot = cluster(
        [make_node("a", unschedulable=True), make_node("b"), make_node("c")]
    ).snapshot
    found = evaluate(FRAMEWORK, snapshot, pod_info(make_pod("p", affinity=affinity)), 0)
    assert found.message == (
        "0/3 nodes are available: 1 node(s) were unschedulable, "
        "2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
    )


def test_no_nodes_have_a_text_of_their_own() -> None:
    """Nothing was filtered."""
    found = evaluate(FRAMEWORK, cluster([]).snapshot, pod_info(make_pod("p")), 0)
    assert found.message == "no nodes available to schedule pods"


def test_pods_spread_by_free_room() -> None:
    """The emptier node is the better one."""
    busy = make_pod("busy", "3", nodeName="a")
    snapshot = cluster([make_node("a"), make_node("b")], [busy]).snapshot
    found = evaluate(FRAMEWORK, snapshot, pod_info(make_pod("p")), 0)
    assert [node.name for node in found.best] == ["b"]
