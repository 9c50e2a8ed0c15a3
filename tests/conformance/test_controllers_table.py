"""One contract for every row of CONTROLLERS: idempotent, level-triggered, copyable, explaining."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.objects import Object, owner_reference
from kubelearn.controllers import CONTROLLERS
from kubelearn.runtime.controller import Controller
from kubelearn.runtime.explain import Reason
from tests.controllers.control_room import Room, control_room

NODES = ("worker-1", "worker-2", "worker-3")
STEPS = ("nodes", "deployment", "service", "daemonset", "orphan", "owned")
LOOKS = {"node-lifecycle": "monitor", "garbage-collector": "collect", "pod-gc": "collect"}
"""What controllers with a loop of their own do again and again."""
ALL = pytest.mark.parametrize("name", CONTROLLERS)


def nodes(room: Room) -> None:
    """Three ready nodes in three zones."""
    for number, name in enumerate(NODES):
        room.node(name, zone=f"z{number}")


def owned(room: Room) -> None:
    """A ConfigMap that belongs to another one."""
    owner = room.create("ConfigMap", "owner", None)
    reference = owner_reference(owner, controller=False)
    room.create("ConfigMap", "owned", None, ownerReferences=[reference])


def do(room: Room, step: str) -> None:
    """Create some of what the controllers act on."""
    {
        "nodes": lambda: nodes(room),
        "deployment": lambda: room.workload("Deployment", replicas=3),
        "service": lambda: room.create(
            "Service", "web", {"selector": {"app": "web"}, "ports": [{"port": 80}]}
        ),
        "daemonset": lambda: room.workload(
            "DaemonSet", "agent", selector={"matchLabels": {"app": "agent"}}, template=AGENT
        ),
        "orphan": lambda: room.pod("orphan", labels={"app": "lonely"}),
        "owned": lambda: owned(room),
    }[step]()


AGENT: Object = {
    "metadata": {"labels": {"app": "agent"}},
    "spec": {"containers": [{"name": "agent", "image": "agent:1"}]},
}


def world(steps: tuple[str, ...] = STEPS) -> Room:
    """All controllers over a settled world that was made in this order."""
    room = control_room(*CONTROLLERS)
    for step in steps:
        do(room, step)
        room.run(0.05)
    room.settle(8)
    return room


@pytest.fixture(scope="module")
def settled() -> Room:
    """One world for those who only look."""
    return world()


def reconciler(room: Room, name: str) -> Any:
    """The object of a row."""
    part = room.parts[name]
    return getattr(part, "reconciler", part)


def look_again(room: Room, name: str) -> None:
    """Make a controller look at everything that it acts on."""
    part = room.parts[name]
    if isinstance(part, Controller):
        watched = [watch.resource for watch in part.reconciler.watches]
        for key in sorted({key for one in watched for key in room.api.store.items(one)}):
            part.reconciler.reconcile(key)
    else:
        getattr(part, LOOKS[name])()


@ALL
def test_a_second_look_changes_nothing(settled: Room, name: str) -> None:
    """What is as wanted is left alone: no write, not even of the same."""
    room = settled.fork()
    before = room.api.store.revision
    look_again(room, name)
    assert room.api.store.revision == before


@ALL
def test_old_news_change_nothing(settled: Room, name: str) -> None:
    """A controller acts on what is, not on what it is told has happened."""
    room = settled.fork()
    part = room.parts[name]
    box = room.api.store._boxes[name]
    watched = room.api.store.resources() if "*" in box.resources else box.resources
    told = [record for record in reversed(room.api.store.log) if record.resource in watched]
    before = room.api.store.revision
    part.deliver(told)
    room.clock.run(room.clock.now + 1_000_000_000)
    assert room.api.store.revision == before


@given(st.permutations(STEPS))
def test_the_order_of_events_does_not_matter(steps: list[str]) -> None:
    """The same objects lead to the same state, whichever came first."""
    assert outcome(world(tuple(steps))) == EXPECTED


def outcome(room: Room) -> dict[str, Any]:
    """What there is in the end, without names, times and UIDs."""
    api = room.api
    slices = api.list("endpointslices.discovery.k8s.io", "default")
    status = room.get("deployments.apps")["status"]
    daemons = room.get("daemonsets.apps", "agent")["status"]
    return {
        "pods": sorted(pod["metadata"]["labels"]["app"] for pod in room.live()),
        "replicasets": [one["spec"]["replicas"] for one in api.list("replicasets.apps")],
        "available": status["availableReplicas"],
        "endpoints": sum(len(one.get("endpoints") or ()) for one in slices),
        "daemons": (daemons["desiredNumberScheduled"], daemons["currentNumberScheduled"]),
        "taints": [node["spec"].get("taints") for node in api.list("nodes")],
        "owned": api.find("configmaps", "default", "owned") is not None,
    }


EXPECTED = {
    "pods": ["agent"] * 3 + ["lonely"] + ["web"] * 3,
    "replicasets": [3],
    "available": 3,
    "endpoints": 3,
    "daemons": (3, 3),
    "taints": [None] * 3,
    "owned": True,
}


def disturb(room: Room) -> str:
    """Something happens that every controller has to do with; the hash of what follows."""
    for pod in room.live()[:3]:
        metadata = pod["metadata"]
        room.api.delete("pods", metadata["namespace"], metadata["name"])
    room.api.patch("nodes", None, "worker-1", {"spec": {"unschedulable": True}})
    room.api.delete("configmaps", "default", "owner")
    room.api.delete("nodes", None, "worker-3")
    room.settle(3)
    room.run(100)
    return room.api.store.fingerprint()


def test_a_fork_goes_the_same_way(settled: Room) -> None:
    """And does not touch the original, which goes it later."""
    one, other = settled.fork(), settled.fork()
    assert disturb(one) == disturb(other) == disturb(settled.fork())


def test_a_pickle_goes_the_same_way(settled: Room) -> None:
    """All that a controller remembers can be written into a file."""
    copy = pickle.loads(pickle.dumps(settled.fork()))
    assert disturb(copy) == disturb(settled.fork())


@ALL
def test_state_is_named(settled: Room, name: str) -> None:
    """Whatever container an object of a row has must be in `state`, or forks would share it."""
    found = reconciler(settled, name)
    containers = {n for n, value in vars(found).items() if isinstance(value, dict | list | set)}
    assert containers <= set(getattr(found, "state", ()))


@ALL
def test_it_says_what_it_is(settled: Room, name: str) -> None:
    """A docstring, and the name under which the table knows it."""
    found = reconciler(settled, name)
    assert type(found).__doc__
    assert settled.parts[name].name == name


@ALL
def test_it_explains_what_it_acts_on(settled: Room, name: str) -> None:
    """`explains` names resources, and `explain` has reasons for all objects of them."""
    found = reconciler(settled, name)
    assert found.explains
    for resource in found.explains:
        for obj in settled.api.list(resource):
            reasons = found.explain(resource, obj)
            assert all(isinstance(reason, Reason) and reason.text for reason in reasons)
