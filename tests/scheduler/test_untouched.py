"""A plugin that writes into what it is shown."""

import copy
from typing import Any

import pytest

from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.untouched import Watched, watched
from tests.scheduler.clusters import cluster, make_node, make_pod
from tests.scheduler.conftest import ControlPlane

TAINT = {"key": "a", "value": "b", "effect": "NoSchedule"}


def label(pod: Any, node: Any) -> None:
    """A new label of a node."""
    node.labels["seen"] = "yes"


def use(pod: Any, node: Any) -> None:
    """Less room on a node, and then something breaks."""
    node.requested["cpu"] = 10**9
    raise ValueError("broken")


def taint(pod: Any, node: Any) -> None:
    """Another effect of a node's taint."""
    node.taints[0]["effect"] = "NoExecute"


def place(pod: Any, node: Any) -> None:
    """A node for the pod."""
    pod.spec["nodeName"] = node.name


def empty(pod: Any, node: Any) -> None:
    """A pod without containers, and with what cannot be pickled."""
    pod.spec["containers"].clear()
    pod.labels["x"] = print


def more(pod: Any, node: Any) -> None:
    """Another container, other requests, no metadata."""
    pod.spec["containers"].append({})
    pod.spec["containers"][0]["name"] = 5
    pod.requests.clear()
    del pod.obj["metadata"]["labels"]


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (label, "it changed node n in place: make a copy first, such as dict(node.labels)"),
        (use, "broken"),
        (taint, "it changed node n in place"),
        (place, "it changed pod p in place: make a copy first, such as dict(pod.labels)"),
        (empty, "it changed pod p in place"),
        (more, "it changed pod p in place"),
    ],
)
def test_a_write_is_undone_and_told(write: Any, told: str) -> None:
    """With plugin and node, also when the plugin raises in the end."""
    node = cluster([make_node("n", taints=[TAINT])], [make_pod("e", nodeName="n")]).snapshot.rows[0]
    pod = pod_info(make_pod("p", labels={"app": "x"}))
    before = copy.deepcopy((pod, node))
    with pytest.raises((PluginError, ValueError)) as caught:
        Watched("X", "Filter", write)(pod, node)
    assert told in str(caught.value)
    assert (pod, node) == before
    assert list(pod.obj) == list(before[0].obj)
    assert pod.labels is pod.obj["metadata"]["labels"] or write is more


def test_whole_lists_of_nodes_are_watched() -> None:
    """Those of PreFilter and PreScore."""
    rows = cluster([make_node("n0"), make_node("n1")]).snapshot.rows

    def write(state: Any, pod: Any, nodes: Any) -> None:
        nodes[1].labels["seen"] = "yes"

    with pytest.raises(PluginError, match=r'PreScore plugin "X": .*it changed node n1 in place'):
        watched("X", "pre_score", write)(None, pod_info(make_pod("p")), rows)
    assert "seen" not in rows[1].labels


def test_who_only_reads_is_left_alone() -> None:
    """And so are the built-in plugins."""
    node = cluster([make_node("n")]).snapshot.rows[0]
    assert watched("X", "filter", lambda pod, node: node.name)(pod_info(make_pod("p")), node) == "n"
    method = PLUGINS["NodeName"]().filter
    assert watched("NodeName", "filter", method) is method


def test_the_cluster_stays_as_it_was() -> None:
    """The pod waits with the reason; the API server's objects have no trace of it."""

    class Marks:
        def filter(self, pod: Any, node: Any) -> None:
            if pod.name == "bad":
                label(pod, node)
                place(pod, node)

    plane = ControlPlane(plugins={**PLUGINS, "Marks": Marks}).nodes(1)
    plane.create(make_pod("bad"), make_pod("good"))
    plane.run(1)
    assert (plane.node_of("bad"), plane.node_of("good")) == (None, "n0")
    assert "seen" not in plane.api.get("nodes", None, "n0")["metadata"]["labels"]
    told = 'running "Marks" filter plugin: on node "n0": it changed pod bad in place'
    assert plane.events("bad")[0][1].startswith(told)
