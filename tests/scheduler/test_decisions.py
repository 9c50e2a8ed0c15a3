"""The record of a cycle."""

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.decisions import Decision, record
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod

FRAMEWORK = Framework(PLUGINS, Profile())


def decided(nodes: int, cpu: str = "100m", node: str = "n0", **spec: Any) -> Decision:
    """The record of a pod on empty nodes."""
    snapshot = cluster([make_node(f"n{i}") for i in range(nodes)]).snapshot
    pod = pod_info(make_pod("p", cpu, **spec))
    found = evaluate(FRAMEWORK, snapshot, pod, 0)
    return record(found, FRAMEWORK, pod, time=1, cycle=1, attempt=1, node=node)


def test_each_score_is_kept() -> None:
    """Raw, normalised and weighted, and they add up to the total."""
    for row in decided(3).rows():
        assert row["total"] == sum(row["weighted"].values())
        assert row["raw"]["TaintToleration"] == 0
        assert row["weighted"]["TaintToleration"] == 300


def test_verdicts_say_what_became_of_each_node() -> None:
    """One is chosen, the others were feasible."""
    assert [row["verdict"] for row in decided(2).rows()] == ["chosen", "feasible"]


def test_refused_nodes_say_what_would_have_to_change() -> None:
    """Grouped by reason, each with its own advice."""
    (row,) = decided(1, "8", node="").rows()
    assert (row["plugin"], row["reasons"]) == ("NodeResourcesFit", ("Insufficient cpu",))
    assert row["advice"] == "asks for 8 cpu, the whole node has 4"


def test_large_clusters_keep_the_best_and_all_counts() -> None:
    """By name only some, in numbers all."""
    decision = decided(300, node="n99")
    assert len(decision.names) == 21
    assert "n99" in decision.names
    assert (decision.nodes, decision.feasible) == (300, 144)
    refused = decided(300, "8", node="")
    assert (refused.refusals[0].total, len(refused.refusals[0].nodes)) == (300, 20)


def test_nodes_that_nobody_looked_at_are_counted() -> None:
    """A pod for one node by name, as a DaemonSet makes it."""
    field = {"key": "metadata.name", "operator": "In", "values": ["n1"]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    for nodes, kept in ((3, ("n0", "n2")), (300, ("n0", *(f"n{n}" for n in range(2, 21))))):
        (rest,) = decided(nodes, node="n1", affinity=affinity).refusals
        assert (rest.total, rest.nodes) == (nodes - 1, kept)


class Advises:
    """Refuses each node; its words break on n0 and are no text elsewhere."""

    def filter(self, pod: Any, node: Any) -> str:
        """Never."""
        return "no"

    def advice(self, state: Any, pod: Any, node: Any) -> Any:
        """Not for n0."""
        if node.name == "n0":
            raise SystemExit(object())
        return {"buy": "more"}


class AdvisesLate(Advises):
    """The same, when it is read."""

    late_advice = True


@pytest.mark.parametrize("plugin", [Advises, AdvisesLate])
def test_advice_that_breaks_says_so(plugin: type) -> None:
    """In its place, and equally in each run."""
    made = Framework(PLUGINS | {"X": plugin}, Profile().weighted(X=1))
    snapshot = cluster([make_node(f"n{i}") for i in range(2)]).snapshot
    pod = pod_info(make_pod("p"))
    found = evaluate(made, snapshot, pod, 0)
    rows = record(found, made, pod, time=1, cycle=1, attempt=1).rows()
    assert [row["advice"] for row in rows] == [
        "the plugin's advice failed: SystemExit: <object object>",
        "the plugin's advice is {'buy': 'more'}",
    ]
