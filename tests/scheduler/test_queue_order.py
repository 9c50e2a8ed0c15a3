"""A learner's own QueueSort."""

from typing import Any

import pytest

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import named, pod_info
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.queue import QueuedPod
from kubelearn.scheduler.queue_order import GuardedOrder, guarded
from kubelearn.scheduler.snapshot import Snapshot
from tests.scheduler.clusters import make_pod
from tests.scheduler.conftest import ControlPlane

POD, NODE, STATE = pod_info(make_pod("p")), named("n"), CycleState(Snapshot())


class ByName:
    """Sorts by name; has no key for pods with a "7" in their name."""

    def queue_sort(self, queued: QueuedPod) -> Any:
        """A text, NaN, or an exception that is no Exception."""
        name = queued.pod.name
        if "8" in name:
            raise SystemExit(8)
        return (float("nan"),) if "7" in name else (name,)


def test_the_built_in_plugin_is_asked_directly() -> None:
    """It cannot break."""
    sorter = PLUGINS["PrioritySort"]()
    assert guarded("PrioritySort", sorter.queue_sort) == sorter.queue_sort


def test_a_pod_without_a_key_is_first() -> None:
    """So that its attempt tells what is wrong."""
    order = guarded("ByName", ByName().queue_sort)
    assert isinstance(order, GuardedOrder)
    assert order(QueuedPod(pod_info(make_pod("p7")), 0)) == () < order(QueuedPod(POD, 0))
    for name, said in (("p7", r"it answered \(nan,\): return a tuple"), ("p8", "SystemExit: 8")):
        with pytest.raises(PluginError, match=f'running QueueSort plugin "ByName": {said}'):
            order.reserve(STATE, pod_info(make_pod(name)), NODE)
    order.reserve(STATE, POD, NODE)


@pytest.mark.parametrize("nodes", [2, 150])
def test_the_other_pods_go_on(nodes: int) -> None:
    """In the order of their names; the broken ones wait and are tried again."""
    table = {name: plugin for name, plugin in PLUGINS.items() if name != "PrioritySort"}
    plane = ControlPlane(plugins={**table, "ByName": ByName}).nodes(nodes)
    plane.create(*(make_pod(name) for name in ("p7", "p8", "b", "a")))
    plane.run(5)
    assert plane.node_of("p7") is plane.node_of("p8") is None
    (event, *_) = plane.events("p8")
    assert event == ("FailedScheduling", 'running QueueSort plugin "ByName": SystemExit: 8')
    decided = plane.context.decisions
    cycles = [decided.of(f"pods/default/{name}")[0].cycle for name in ("a", "b")]
    assert cycles == sorted(cycles)
