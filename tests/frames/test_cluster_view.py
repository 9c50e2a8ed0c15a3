"""The cluster view as data."""

import json

import pytest

from kubelearn.frames import cluster_view
from kubelearn.frames import cluster_view as frame_of
from kubelearn.frames.cluster_view import Memory
from kubelearn.sim.clock import SECOND
from tests.frames.fake import (
    FakeWorld,
    deployment,
    event,
    large_world,
    node,
    pod,
    running,
    small_world,
)


@pytest.fixture(scope="module")
def frame() -> dict:
    """The frame of the small world with one pod selected."""
    return cluster_view(small_world(), "pod/default/crash")


def row(frame: dict, table: str, key: str) -> dict:
    """The row with this key."""
    return next(row for row in frame[table] if row["key"] == key)


def test_a_frame_is_json(frame: dict) -> None:
    """Nothing in it needs Python to be read."""
    assert frame == json.loads(json.dumps(frame))


def test_rows_of_a_table_have_the_same_fields(frame: dict) -> None:
    """A field is named by its number in messages, so the order matters."""
    for table in ("nodes", "pods", "workloads", "services", "events"):
        assert len({tuple(each) for each in frame[table]}) == 1


def test_a_node(frame: dict) -> None:
    """Condition, cordon, zone, and what is requested of what is allocatable."""
    worker = row(frame, "nodes", "node/worker-2")
    assert (worker["zone"], worker["state"]) == ("us-west-2b", "ready")
    assert (worker["cordoned"], worker["status"]) == (True, "Ready,SchedulingDisabled")
    bars = [(bar["key"], bar["used"], bar["total"]) for bar in worker["bars"]]
    assert bars == [("cpu", 1000, 4000), ("memory", 512 << 20, 16 << 30), ("pods", 4, 110)]
    assert [f"{bar['usedText']}/{bar['totalText']}" for bar in worker["bars"]] == [
        "1/4",
        "512Mi/16Gi",
        "4/110",
    ]


def test_ended_pods_take_no_room(frame: dict) -> None:
    """Succeeded and Failed pods stay on the picture, not in the bars."""
    bars = {bar["key"]: bar["used"] for bar in row(frame, "nodes", "node/worker-1")["bars"]}
    assert bars["pods"] == 3


def test_a_node_that_does_not_report(frame: dict) -> None:
    """Ready=Unknown is drawn apart; kubectl says NotReady."""
    worker = row(frame, "nodes", "node/worker-3")
    assert (worker["state"], worker["status"]) == ("unknown", "NotReady")


def test_taints_and_roles(frame: dict) -> None:
    """As kubectl describes them."""
    control = row(frame, "nodes", "node/control-plane")
    assert control["taints"] == ["node-role.kubernetes.io/control-plane:NoSchedule"]
    assert control["roles"] == "control-plane"


def test_nodes_are_in_the_order_of_people() -> None:
    """By zone, then worker-2 before worker-10, the control plane last."""
    names = ["worker-10", "worker-2", "worker-1"]
    nodes = [node(name) for name in names] + [node("control-plane", roles=("control-plane",))]
    shown = [each["name"] for each in cluster_view(FakeWorld({"nodes": nodes}))["nodes"]]
    assert shown == ["worker-1", "worker-2", "worker-10", "control-plane"]


def test_a_pod(frame: dict) -> None:
    """Whose it is, where it is, how it does."""
    found = row(frame, "pods", "pod/default/web-5d4f8c7b9-aaaaa")
    assert found["owner"] == "ReplicaSet/web-5d4f8c7b9"
    assert found["workload"] == "deployment/default/web"
    assert (found["node"], found["state"], found["ready"]) == ("worker-1", "running", 1)


def test_status_is_kubectls(frame: dict) -> None:
    """The word that kubectl prints, with the restarts."""
    crash = row(frame, "pods", "pod/default/crash")
    assert (crash["status"], crash["restarts"]) == ("CrashLoopBackOff", 4)
    assert row(frame, "pods", "pod/default/going")["status"] == "Terminating"


def test_system_pods_come_last(frame: dict) -> None:
    """The learner's own first."""
    assert sorted({each["system"] for each in frame["pods"]}) == [False, True]
    assert frame["pods"][-1]["name"] == "coredns-1"


def test_workloads(frame: dict) -> None:
    """What is wanted, what is ready; a ReplicaSet that is owned is not shown."""
    assert [(each["key"], each["desired"], each["ready"]) for each in frame["workloads"]] == [
        ("deployment/default/web", 3, 2)
    ]


def test_services(frame: dict) -> None:
    """Address, and the backends with how many of them are ready."""
    service = row(frame, "services", "service/default/web")
    assert (service["clusterIP"], service["ready"], service["endpoints"]) == ("10.96.0.20", 1, 2)
    assert service["pods"][0] == "pod/default/web-5d4f8c7b9-aaaaa"


def test_events_newest_last(frame: dict) -> None:
    """With the simulated time as text."""
    assert [each["at"] for each in frame["events"]] == ["0s", "3s", "40s"]
    assert frame["events"][-1]["ref"] == "pod/default/crash"


def test_only_the_newest_events_are_kept() -> None:
    """Of one second the later written stay."""
    events = [event(number, second=5) for number in range(1, 61)]
    shown = cluster_view(FakeWorld({"events": events}))["events"]
    assert [f"web-1.{number}" for number in range(21, 61)] == [
        each["key"].removeprefix("default/") for each in shown
    ]


def test_events_of_the_boot_are_left_out() -> None:
    """What happened before the learner's zero."""
    assert cluster_view(FakeWorld({"events": [event(1, second=-5)]}))["events"] == []


def test_the_summary_has_the_numbers(frame: dict) -> None:
    """One sentence that a screen reader says."""
    assert frame["summary"].startswith("At 1m30s: 3 of 4 nodes ready; 12 pods: 3 running")
    assert frame["totals"]["unplaced"] == 1


def test_detail(frame: dict) -> None:
    """YAML and explanation of what is selected."""
    assert "CrashLoopBackOff" in frame["detail"]["yaml"]
    assert frame["detail"]["why"] == "Pod crash is as asked."


def test_detail_of_what_is_gone() -> None:
    """A selection outlives its object."""
    found = cluster_view(small_world(), "pod/default/never")["detail"]
    assert not found["exists"]
    assert "no pod/default/never" in found["yaml"]


@pytest.mark.parametrize("key", ["node/worker-1", "deployment/default/web", "service/default/web"])
def test_every_kind_of_row_can_be_selected(key: str) -> None:
    """Not pods alone."""
    assert cluster_view(small_world(), key)["detail"]["exists"]


def test_managed_fields_are_not_shown() -> None:
    """As `kubectl get -o yaml` leaves them out; the object itself keeps them."""
    one = running("a")
    one["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    world = FakeWorld({"pods": [one]})
    assert "managedFields" not in cluster_view(world, "pod/default/a")["detail"]["yaml"]
    assert "managedFields" in world.api.find("pods", "default", "a")["metadata"]


def test_memory_changes_nothing() -> None:
    """With and without it the frames are equal, before and after a change."""
    world, memory = small_world(), Memory()
    assert frame_of(world, memory=memory) == frame_of(world)
    world.put("pods", pod("huge", node="worker-1", waiting="ContainerCreating"))
    world.delete("pods", ("default", "done"))
    assert frame_of(world, memory=memory) == frame_of(world)


def test_memory_keeps_rows() -> None:
    """A pod that did not change has the very same row."""
    world, memory = small_world(), Memory()
    first, second = (cluster_view(world, memory=memory)["pods"] for _ in range(2))
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_very_large_clusters_say_what_they_leave_out() -> None:
    """Calm pods and nodes give way, totals count all."""
    world = large_world(pods=2100, nodes=310)
    world.put("pods", pod("lonely"))
    frame = cluster_view(world)
    assert frame["hidden"] == {"nodes": 10, "pods": 101}
    assert "pod/default/lonely" in {each["key"] for each in frame["pods"]}
    assert (frame["totals"]["nodes"], frame["totals"]["pods"]) == (310, 2101)


def test_an_empty_world() -> None:
    """No node, no pod, no error."""
    assert cluster_view(FakeWorld())["summary"] == "At 0s: 0 of 0 nodes ready; 0 pods: none."


def test_the_past_is_drawn_like_the_present() -> None:
    """A world of the past is a world."""
    world = FakeWorld({"deployments.apps": [deployment()]})
    world.run("10s")
    world.put("pods", pod("late"))
    past = cluster_view(world.at("5s"))
    assert (past["time"], past["totals"]["pods"]) == (5 * SECOND, 0)
