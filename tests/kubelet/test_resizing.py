"""In-place resize: allocation, what is deferred, what never fits, what starts again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.objects import Object, condition
from kubelearn.api.quantity import milli
from tests.kubelet.machine_room import Room, room


def sized(world: Room, name: str, cpu: str, memory: str = "1Gi", **more: Any) -> None:
    """A running pod with one container."""
    annotations = more.pop("annotations", {})
    amounts = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
    container = {"name": "app", "image": "nginx:1.29", "resources": amounts, **more}
    world.pod(name, container, annotations=annotations)


def resize(world: Room, name: str, **requests: str) -> None:
    """Ask for other requests (`limit` = the limit of memory)."""
    resources: Object = {}
    if "limit" in requests:
        resources["limits"] = {"memory": requests.pop("limit")}
    resources["requests"] = requests
    patch = {"spec": {"containers": [{"name": "app", "resources": resources}]}}
    world.api.patch("pods", "default", name, patch, style="strategic", subresource="resize")


def status(world: Room, name: str) -> Object:
    """The status of the container."""
    found: Object = world.get(name)["status"]["containerStatuses"][0]
    return found


@pytest.fixture
def world() -> Room:
    """A node of 4 cpu with a pod of 1 and one of 2."""
    made = room()
    sized(made, "small", "1")
    sized(made, "large", "2")
    made.run(20)
    return made


def test_what_fits_is_given_at_once(world: Room) -> None:
    """First promised, a listing of containers later given; nothing starts again."""
    resize(world, "small", cpu="1500m")
    world.run(20.05)
    now = status(world, "small")
    assert now["allocatedResources"]["cpu"] == "1500m"
    assert now["resources"]["requests"]["cpu"] == "1"
    assert condition(world.get("small"), "PodResizeInProgress") is not None
    world.run(23)
    now = status(world, "small")
    assert (now["resources"]["requests"]["cpu"], now["restartCount"]) == ("1500m", 0)
    assert condition(world.get("small"), "PodResizeInProgress") is None
    assert world.reasons("small")[-2:] == ["ResizeStarted", "ResizeCompleted"]


def test_the_events_hold_the_resources(world: Room) -> None:
    """As JSON."""
    resize(world, "small", cpu="1500m")
    world.run(23)
    resources = '{"limits":{"memory":"1Gi"},"requests":{"cpu":"1500m","memory":"1Gi"}}'
    text = f'{{"containers":[{{"name":"app","resources":{resources}}}],"generation":2}}'
    assert world.messages("ResizeStarted", "small") == [f"Pod resize started: {text}"]
    assert world.messages("ResizeCompleted", "small") == [f"Pod resize completed: {text}"]


def test_what_does_not_fit_now_is_deferred(world: Room) -> None:
    """Until a pod of the node goes."""
    resize(world, "small", cpu="3")
    world.run(22)
    pending = condition(world.get("small"), "PodResizePending") or {}
    assert (pending["reason"], pending["message"]) == (
        "Deferred",
        "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
    )
    assert status(world, "small")["resources"]["requests"]["cpu"] == "1"
    world.api.delete("pods", "default", "large")
    world.run(30)
    assert status(world, "small")["resources"]["requests"]["cpu"] == "3"
    assert condition(world.get("small"), "PodResizePending") is None


def test_what_never_fits_is_infeasible(world: Room) -> None:
    """And said once."""
    resize(world, "small", cpu="5")
    world.run(400)
    pending = condition(world.get("small"), "PodResizePending") or {}
    assert (pending["reason"], pending["message"]) == (
        "Infeasible",
        "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000",
    )
    assert world.reasons("small").count("ResizeInfeasible") == 1


def test_a_wish_that_is_taken_back_is_forgotten(world: Room) -> None:
    """No condition, nothing remembered."""
    resize(world, "small", cpu="5")
    world.run(22)
    resize(world, "small", cpu="1")
    world.run(24)
    assert condition(world.get("small"), "PodResizePending") is None
    assert world.kubelets.resizes == {}


def test_smaller_wishes_go_first(world: Room) -> None:
    """A pod that shrinks makes room for one that waits."""
    resize(world, "small", cpu="3")
    world.run(22)
    resize(world, "large", cpu="1")
    world.run(26)
    cpus = [status(world, name)["resources"]["requests"]["cpu"] for name in ("small", "large")]
    assert cpus == ["3", "1"]


def test_the_policy_may_ask_for_a_restart() -> None:
    """The container stops in good order and starts with its new limit."""
    world = room()
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]
    sized(world, "picky", "1", resizePolicy=policy)
    world.run(20)
    resize(world, "picky", memory="2Gi", limit="2Gi")
    world.run(30)
    now = status(world, "picky")
    assert (now["restartCount"], now["resources"]["limits"]["memory"]) == (1, "2Gi")
    assert world.messages("Killing", "picky") == ["Container app resize requires restart"]
    assert world.reasons("picky")[-1] == "ResizeCompleted"


def test_a_limit_below_the_usage_is_an_error() -> None:
    """The container keeps what it has, until it needs less or somebody asks for more."""
    world = room()
    sized(world, "fat", "1", annotations={"kubelearn.dev/memory": "800Mi"})
    world.run(20)
    resize(world, "fat", memory="500Mi", limit="500Mi")
    world.run(40)
    found = condition(world.get("fat"), "PodResizeInProgress") or {}
    assert found["reason"] == "Error"
    assert "below current usage (838860800)" in found["message"]
    told = world.reasons("fat").count("ResizeError")
    assert (status(world, "fat")["restartCount"], told) == (0, 1)
    resize(world, "fat", memory="900Mi", limit="900Mi")
    world.run(50)
    assert condition(world.get("fat"), "PodResizeInProgress") is None


def test_memory_that_was_not_given_does_not_protect() -> None:
    """A deferred larger limit leaves the old one in force."""
    world = room()
    sized(world, "big", "3")
    sized(world, "fat", "1", "1Gi", annotations={"kubelearn.dev/memory": "1500Mi"})
    world.run(5)
    resize(world, "fat", cpu="2", memory="2Gi", limit="2Gi")
    world.run(60)
    assert status(world, "fat")["lastState"]["terminated"]["reason"] == "OOMKilled"


def test_why_says_what_it_waits_for(world: Room) -> None:
    """And when it is tried again."""
    resize(world, "small", cpu="3")
    world.run(22)
    texts = [reason.text for reason in world.kubelets.explain("pods", world.get("small"))]
    assert texts[-1].startswith("resize is Deferred: Node didn't have enough resource: cpu")
    assert "and at 3m20" in texts[-1]


def test_a_machine_that_returns_gives_what_it_promised(world: Room) -> None:
    """A resize that was under way when it died."""
    resize(world, "small", cpu="1500m")
    world.run(20.05)
    world.kubelets.stop("worker-1")
    world.run(40)
    world.kubelets.start("worker-1")
    world.run(60)
    assert status(world, "small")["resources"]["requests"]["cpu"] == "1500m"
    assert world.kubelets.resizes == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 45)), max_size=8), st.booleans())
def test_nobody_is_promised_more_than_there_is(wishes: list[tuple[str, int]], dies: bool) -> None:
    """At no moment; and what fits in the end is given in the end."""
    world = room()
    for name in "abc":
        sized(world, name, "1")
    world.run(20)
    for step, (name, tenths) in enumerate(wishes, 1):
        resize(world, name, cpu=f"{tenths}00m")
        world.run(20 + step)
        promised = [status(world, each)["allocatedResources"]["cpu"] for each in "abc"]
        assert sum(map(milli, promised)) <= 4000
    if dies:
        world.kubelets.stop("worker-1")
        world.run(40)
        world.kubelets.start("worker-1")
    for name in "abc":
        resize(world, name, cpu="500m")
    world.run(300)
    given_now = [status(world, each)["resources"]["requests"]["cpu"] for each in "abc"]
    assert (given_now, world.kubelets.resizes) == (["500m"] * 3, {})
