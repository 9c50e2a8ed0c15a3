"""NodeResourcesFit beyond upstream's own cases."""

import pytest

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import pod_info
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
