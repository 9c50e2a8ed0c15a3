"""Node-pressure eviction: who goes, with which words, and how the node looks meanwhile."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.objects import Object, condition
from kubelearn.kubelet import pressure
from tests.kubelet.machine_room import Room, room

GIB = 2**30


def hungry(name: str, memory: str, requests: dict[str, str] | None = None, **more: Any) -> Object:
    """Arguments of a pod that uses memory: a name, a container, an annotation."""
    container = {"name": "app", "image": "example.com/a", "resources": {"requests": requests or {}}}
    annotations = {"kubelearn.dev/memory": memory}
    return {"name": name, "containers": [container], "annotations": annotations, **more}


def short(*pods: Object) -> Room:
    """A node of 16 GiB, and pods that use memory, after a minute."""
    made = room()
    for pod in pods:
        fields = dict(pod)
        made.pod(fields.pop("name"), *fields.pop("containers"), **fields)
    made.run(60)
    return made


def evicted(world: Room) -> list[str]:
    """The pods that the kubelet has evicted."""
    pods = world.api.list("pods", "default")
    return [p["metadata"]["name"] for p in pods if p["status"].get("reason") == "Evicted"]


def memory_pressure(world: Room) -> Object:
    """The node's condition."""
    found = condition(world.api.get("nodes", None, "worker-1"), "MemoryPressure")
    assert found is not None
    return found


def test_who_uses_more_than_asked_for_goes() -> None:
    """And the node has enough again."""
    world = short(hungry("modest", "8Gi", {"memory": "8Gi"}), hungry("greedy", "8Gi"))
    assert evicted(world) == ["greedy"]
    assert world.get("modest")["status"]["phase"] == "Running"


def test_the_message_is_upstreams() -> None:
    """Threshold, what was available, and which container was to blame."""
    world = short(hungry("greedy", "16Gi", {"memory": "1Gi"}))
    text = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 0. "
        "Container app was using 16Gi, request is 1Gi, has larger consumption of memory. "
    )
    status = world.get("greedy")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", text)
    target = condition(world.get("greedy"), "DisruptionTarget") or {}
    assert (target["reason"], target["message"]) == ("TerminationByKubelet", text)
    assert world.messages("Evicted", "greedy") == [text]


def test_a_pod_has_failed_when_its_containers_have_stopped() -> None:
    """Not before: until then it may still run."""
    world = short(hungry("greedy", "16Gi"))
    phases = world.phases("greedy")
    assert phases == ["Pending", "Running", "Failed"]
    for record in world.api.store.log:
        if record.key[1] == "greedy" and record.new and record.new["kind"] == "Pod":
            statuses = record.new["status"].get("containerStatuses") or []
            runs = any("running" in one["state"] for one in statuses)
            assert not (runs and record.new["status"]["phase"] == "Failed")


def test_the_node_says_that_it_is_short_for_five_minutes() -> None:
    """Condition, event, and the end of both."""
    world = short(hungry("greedy", "16Gi"))
    found = memory_pressure(world)
    told = (found["status"], found["reason"], found["message"])
    assert told == (
        "True",
        "KubeletHasInsufficientMemory",
        "kubelet has insufficient memory available",
    )
    assert "EvictionThresholdMet" in world.reasons("worker-1")
    world.run(290)
    assert memory_pressure(world)["status"] == "True"
    world.run(330)
    assert memory_pressure(world)["status"] == "False"
    assert world.reasons("worker-1")[-1] == "NodeHasSufficientMemory"


def test_one_pod_at_each_look() -> None:
    """The next one ten seconds later, if that was not enough."""
    world = short(*(hungry(f"greedy-{n}", "9Gi") for n in range(3)))
    times = [e["firstTimestamp"] for e in world.api.list("events") if e["reason"] == "Evicted"]
    assert len(evicted(world)) == len(set(times)) == 2


def test_critical_pods_stay() -> None:
    """Even when all the memory is theirs."""
    world = room()
    critical = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
    metadata = {"name": "system-node-critical"}
    world.api.create({**critical, "metadata": metadata, "value": 2_000_001_000})
    fields = hungry("critical", "15Gi", priorityClassName="system-node-critical")
    world.pod(fields.pop("name"), *fields.pop("containers"), **fields)
    fields = hungry("other", "1Gi", {"memory": "2Gi"})
    world.pod(fields.pop("name"), *fields.pop("containers"), **fields)
    world.run(60)
    assert evicted(world) == ["other"]


def test_a_node_under_pressure_takes_no_best_effort_pods() -> None:
    """Those with requests it takes."""
    world = short(hungry("greedy", "16Gi"))
    world.pod("late")
    asks = {"name": "app", "image": "nginx:1.29", "resources": {"requests": {"memory": "1Mi"}}}
    world.pod("asks", asks)
    world.run(80)
    status = world.get("late")["status"]
    text = "Pod was rejected: The node had condition: [MemoryPressure]. "
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", text)
    assert world.get("asks")["status"]["phase"] == "Running"


def test_nobody_is_evicted_for_a_guess() -> None:
    """Programs whose memory nobody told take none."""
    world = room()
    for number in range(5):
        world.pod(f"quiet-{number}")
    world.run(60)
    assert (evicted(world), world.kubelets.hungry) == ([], {})


def test_what_is_told_later_counts_too() -> None:
    """An annotation of a running pod may change; pods that go are forgotten."""
    world = room()
    world.pod("late")
    world.run(20)
    told = {"metadata": {"annotations": {"kubelearn.dev/memory": "16Gi"}}}
    world.api.patch("pods", "default", "late", told)
    world.run(60)
    assert evicted(world) == ["late"]
    world.api.delete("pods", "default", "late", grace=0)
    world.run(61)
    assert world.kubelets.hungry == {}


def test_why_shows_the_ranking() -> None:
    """With what each pod uses and has asked for."""
    world = short(hungry("modest", "8Gi", {"memory": "8Gi"}), hungry("greedy", "8Gi"))
    node = world.api.get("nodes", None, "worker-1")
    [_, found] = world.kubelets.explain("nodes", node)
    assert "MemoryPressure: 0 of memory were available, the threshold is 100Mi" in found.text
    assert [row["pod"] for row in found.table] == ["default/greedy", "default/modest"]


def test_a_fork_has_its_own_pressure() -> None:
    """What happens in one world is nothing to the other."""
    world = short(hungry("greedy", "16Gi"))
    twin = world.fork()
    twin.run(400)
    assert ("worker-1" in world.kubelets.pressed, "worker-1" in twin.kubelets.pressed) == (
        True,
        False,
    )


@given(st.dictionaries(st.sampled_from("ab"), st.integers(0, 4 * GIB)), st.integers(0, GIB))
def test_only_containers_over_their_request_are_named(used: dict[str, int], left: int) -> None:
    """In the order of the spec."""
    request = {"requests": {"memory": "1Gi"}}
    pod = {"spec": {"containers": [{"name": n, "resources": request} for n in "ab"]}}
    text = pressure.evicted_text(pod, used, left)
    named = [name for name in "ab" if f"Container {name} was using" in text]
    assert named == [name for name in "ab" if used.get(name, 0) > GIB]
