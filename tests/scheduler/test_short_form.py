"""Plugins as a learner writes them."""

from typing import Any

import pytest

from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.short_form import is_short
from kubelearn.scheduler.status import unschedulable
from tests.scheduler.clusters import make_pod
from tests.scheduler.conftest import ControlPlane


class Named:
    """Refuses one node, and likes another."""

    def filter(self, pod: Any, node: Any) -> Any:
        """A text is the reason."""
        return "node(s) were not wanted" if node.name == "n0" else None

    def score(self, pod: Any, node: Any) -> int:
        """All for the third."""
        return 100 if node.name == "n2" else 0


class Answering:
    """Answers whatever it is told to."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer

    def filter(self, pod: Any, node: Any) -> Any:
        """The same for each node."""
        return self.answer


def tried(plugin: Any) -> ControlPlane:
    """Three nodes and a pod, with this plugin beside the default ones."""
    plane = ControlPlane({**PLUGINS, "Mine": plugin}).nodes(3)
    plane.create(make_pod("p"))
    return plane.run(1)


def answering(answer: Any) -> Any:
    """A class whose instances give this answer."""
    return lambda: Answering(answer)


def test_ten_lines_are_enough() -> None:
    """filter(pod, node) and score(pod, node), no name, no base class."""
    plane = tried(Named)
    assert plane.node_of("p") == "n2"
    told = plane.why("p")
    assert "Mine: node(s) were not wanted" in told
    assert "2 of 3 nodes looked at were feasible; it has the highest total" in told


@pytest.mark.parametrize("answer", [None, True])
def test_nothing_and_true_pass(answer: Any) -> None:
    """The node is feasible."""
    assert tried(answering(answer)).node_of("p") is not None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (False, "node(s) didn't satisfy plugin Mine"),
        ("node(s) are asleep", "node(s) are asleep"),
        (unschedulable("node(s) are awake"), "node(s) are awake"),
    ],
)
def test_refusals_are_counted_as_upstream_counts_them(answer: Any, reason: str) -> None:
    """The reason stands in the pod's event."""
    (event,) = tried(answering(answer)).events("p")
    assert event[0] == "FailedScheduling"
    assert event[1].startswith(f"0/3 nodes are available: 3 {reason}.")


@pytest.mark.parametrize("answer", [0, "", ["no"], 3.5])
def test_nonsense_leaves_the_pod_pending(answer: Any) -> None:
    """With plugin and node in the reason; the condition says SchedulerError."""
    plane = tried(answering(answer))
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert condition["reason"] == "SchedulerError"
    assert condition["message"].startswith(
        'running "Mine" filter plugin: on node "n0": it answered'
    )


def test_the_cluster_runs_on_beside_a_broken_plugin() -> None:
    """Other pods are placed by a profile without it."""
    profiles = [
        {"schedulerName": "default-scheduler"},
        {"schedulerName": "mine", "plugins": {"multiPoint": {"enabled": [{"name": "Mine"}]}}},
    ]
    table = {**PLUGINS, "Mine": answering(7)}
    plane = ControlPlane(table, configuration={"profiles": profiles}).nodes(3)
    plane.create(make_pod("p", schedulerName="mine"), make_pod("q"))
    plane.run(1)
    assert (plane.node_of("p") is None, plane.node_of("q") is None) == (True, False)


def test_a_method_without_a_signature_is_long() -> None:
    """Such as one that is written in C, or no function at all."""
    assert not is_short(max)
    assert not is_short(5)
