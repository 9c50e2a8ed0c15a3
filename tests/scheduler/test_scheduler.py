"""The part that decides where pods run."""

import pickle
from typing import Any

from kubelearn.scheduler import PLUGINS, Profile
from kubelearn.scheduler.status import Status, unschedulable
from tests.scheduler.clusters import make_node, make_pod
from tests.scheduler.conftest import ControlPlane

PRIORITY = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "high"},
    "value": 1000,
}


class PackTight:
    """Prefers the node that is already the fullest."""

    name = "PackTight"

    def score(self, state: Any, pod: Any, node: Any) -> int:
        """The share of the cpu that is taken."""
        return 100 * node.requested.get("cpu", 0) // node.allocatable["cpu"]


class Faulty:
    """Breaks on one node."""

    name = "Faulty"

    def filter(self, state: Any, pod: Any, node: Any) -> None:
        """Look for a label that is not there."""
        return node.labels["nosuch"]


class Forbids:
    """Refuses at the last moment."""

    name = "Forbids"

    def permit(self, state: Any, pod: Any, node: Any) -> Status:
        """Never."""
        return unschedulable("not today")


def test_a_pod_gets_a_node(plane: ControlPlane) -> None:
    """Binding, condition and event are upstream's."""
    plane.nodes(1).create(make_pod("p"))
    plane.run(1)
    assert plane.node_of("p") == "n0"
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")
    assert plane.events("p") == [("Scheduled", "Successfully assigned default/p to n0")]


def test_no_node_is_over_its_allocatable(plane: ControlPlane) -> None:
    """Assumed pods count before the watch confirms them."""
    plane.nodes(2).create(*(make_pod(f"p{i}", "1500m") for i in range(9)))
    plane.run(1)
    placed = [plane.node_of(f"p{i}") for i in range(9)]
    assert [placed.count(where) for where in ("n0", "n1", None)] == [2, 2, 5]


def test_a_pending_pod_gets_the_exact_words(plane: ControlPlane) -> None:
    """Event and condition have one text."""
    plane.nodes(2).create(make_pod("p", "8"))
    plane.run(1)
    text = (
        "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: "
        "0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    assert [("FailedScheduling", text)] == plane.events("p")
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert ("False", "Unschedulable", text) == tuple(
        condition[name] for name in ("status", "reason", "message")
    )


def test_a_new_node_ends_the_wait(plane: ControlPlane) -> None:
    """The queue moves the pod when the event may help."""
    plane.nodes(1).create(make_pod("p", "8"))
    plane.run(1)
    node = make_node("large")
    node["status"]["allocatable"] = node["status"]["capacity"] = {
        "cpu": "16",
        "memory": "16Gi",
        "pods": "110",
    }
    plane.create(node)
    assert plane.run(1).node_of("p") == "large"


def test_room_that_comes_back_is_used(plane: ControlPlane) -> None:
    """A deleted pod wakes the one that waits."""
    plane.nodes(1).create(make_pod("a", "3"), make_pod("b", "3"))
    plane.run(1)
    plane.api.delete("pods", "default", "a", grace=0)
    assert plane.run(1).node_of("b") == "n0"


def test_without_nodes_the_pod_is_tried_again_and_again(plane: ControlPlane) -> None:
    """With the back-off of an error."""
    plane.create(make_pod("p"))
    plane.run(20)
    (decision, *_) = plane.context.decisions.of("pods/default/p")
    assert decision.message == "no nodes available to schedule pods"
    assert len(plane.context.decisions.of("pods/default/p")) == 5


def test_a_more_important_pod_makes_room(plane: ControlPlane) -> None:
    """The victim is told why; the preemptor waits for it to go and gets its place."""
    plane.nodes(1).create(PRIORITY, make_pod("low", "3"))
    plane.run(1)
    plane.create(make_pod("vip", "3", priorityClassName="high"))
    plane.run(1)
    assert plane.pod("vip")["status"]["nominatedNodeName"] == "n0"
    uid = plane.pod("vip")["metadata"]["uid"]
    assert ("Preempted", f"Preempted by pod {uid} on node n0") in plane.events("low")
    plane.api.delete("pods", "default", "low", grace=0)
    assert plane.run(1).node_of("vip") == "n0"
    assert "nominatedNodeName" not in plane.pod("vip")["status"]


def test_an_attempt_that_breaks_ends_the_nomination() -> None:
    """The room is no longer kept: what went wrong may go wrong there again."""
    plane = ControlPlane(PLUGINS | {"Forbids": Forbids})
    plane.nodes(1).create(PRIORITY, make_pod("vip", "3", priorityClassName="high"))
    plane.api.patch_status("pods", "default", "vip", {"nominatedNodeName": "n0"})
    plane.run(1)
    assert "nominatedNodeName" not in plane.pod("vip")["status"]
    assert plane.scheduler.cache.snapshot.nominated == {}


def test_a_nomination_that_ends_is_room_for_others() -> None:
    """Of no higher priority: they have counted the pod as if it were there."""
    plane = ControlPlane()
    modest = {**PRIORITY, "preemptionPolicy": "Never"}
    plane.nodes(1).create(modest, make_pod("low", "3"))
    plane.run(1)
    plane.create(make_pod("vip", "3", priorityClassName="high"))
    plane.run(1)
    plane.api.patch_status("pods", "default", "vip", {"nominatedNodeName": "n0"})
    plane.run(1).create(make_pod("small", "1"))
    assert plane.run(20).node_of("small") is None
    plane.api.patch_status("pods", "default", "vip", {"nominatedNodeName": None})
    assert plane.run(1).node_of("small") == "n0"


def test_without_nodes_there_is_no_nomination() -> None:
    """It was for a node that is gone."""
    plane = ControlPlane()
    plane.create(make_pod("p"))
    plane.api.patch_status("pods", "default", "p", {"nominatedNodeName": "gone"})
    assert "nominatedNodeName" not in plane.run(1).pod("p")["status"]


def test_a_learners_score_packs() -> None:
    """A plugin that the profile does not name runs with weight 1."""
    table = PLUGINS | {"PackTight": PackTight}
    profile = Profile().weighted(NodeResourcesFit=0, NodeResourcesBalancedAllocation=0)
    plane = ControlPlane(table, profile)
    plane.nodes(3).create(*(make_pod(f"p{i}") for i in range(6)))
    plane.run(1)
    assert len({plane.node_of(f"p{i}") for i in range(6)}) == 1


def test_a_plugin_that_breaks_leaves_the_pod_pending() -> None:
    """The pod says which plugin on which node, and the scheduler goes on."""
    plane = ControlPlane(PLUGINS | {"Faulty": Faulty})
    plane.nodes(1).create(make_pod("p"))
    plane.run(1)
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert condition["reason"] == "SchedulerError"
    text = 'running "Faulty" filter plugin: on node "n0": KeyError: \'nosuch\''
    assert text == condition["message"]


def test_a_late_refusal_gives_the_room_back() -> None:
    """Nothing stays assumed."""
    plane = ControlPlane(PLUGINS | {"Forbids": Forbids})
    plane.nodes(1).create(make_pod("p"))
    plane.run(1)
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert condition["message"] == "0/1 nodes are available: 1 not today."
    assert plane.scheduler.cache.pods == {}


def test_equal_nodes_are_drawn_by_seed() -> None:
    """The same seed draws the same, another may not."""
    placed = []
    for seed in (1, 1, 2, 3):
        plane = ControlPlane(seed=seed)
        plane.nodes(5).create(*(make_pod(f"p{i}") for i in range(5)))
        plane.run(1)
        placed.append([plane.node_of(f"p{i}") for i in range(5)])
    assert placed[0] == placed[1]
    assert len({tuple(one) for one in placed}) > 1


def test_a_fork_has_the_same_future(plane: ControlPlane) -> None:
    """And what is done to it stays there."""
    plane.nodes(2).create(*(make_pod(f"p{i}", "1500m") for i in range(6)))
    plane.run(0.008)
    twin = plane.fork()
    twin.run(5)
    assert plane.node_of("p3") is None
    plane.run(5)
    assert plane.api.store.fingerprint() == twin.api.store.fingerprint()
    twin.create(make_pod("more"))
    twin.run(1)
    assert plane.scheduler.queue.find(("default", "more")) is None


def test_it_survives_pickle(plane: ControlPlane) -> None:
    """With pods in every queue."""
    plane.nodes(1).create(make_pod("a", "3"), make_pod("b", "3"))
    plane.run(1)
    plane.create(make_pod("c"))
    plane.run(0.005)
    again = pickle.loads(pickle.dumps(plane))
    for one in (plane, again):
        one.run(5)
    assert plane.api.store.fingerprint() == again.api.store.fingerprint()


def test_a_recreated_pod_starts_afresh(plane: ControlPlane) -> None:
    """The record of a pod that is gone goes with it."""
    plane.nodes(1).create(make_pod("p", "8"))
    plane.run(1)
    plane.api.delete("pods", "default", "p")
    plane.create(make_pod("p"))
    plane.run(1)
    (decision,) = plane.context.decisions.of("pods/default/p")
    assert decision.node == "n0"


def test_finished_pods_give_their_room_back(plane: ControlPlane) -> None:
    """Succeeded and Failed pods are not seen."""
    plane.nodes(1).create(make_pod("a", "3"))
    plane.run(1)
    plane.api.patch_status("pods", "default", "a", {"phase": "Succeeded"})
    plane.create(make_pod("b", "3"))
    assert plane.run(1).node_of("b") == "n0"


def test_a_pod_that_went_meanwhile_is_not_bound(plane: ControlPlane) -> None:
    """Its namesake, made before the watch tells, is placed in its own right."""
    plane.nodes(1).create(make_pod("p"))
    plane.run(0.006)
    plane.api.delete("pods", "default", "p")
    plane.create(make_pod("p"))
    plane.run(3)
    assert plane.node_of("p") == "n0"
    assert plane.scheduler.cache.assumed == {}
    (_, message), *_ = plane.events("p")
    assert "Precondition failed: UID in precondition" in message
