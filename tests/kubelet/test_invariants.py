"""Whatever happens to pods and machines, in any order."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from kubelearn.api.objects import is_true
from tests.kubelet.machine_room import WEB, Room, room

NAMES = ("a", "b", "c")
CRASHING = {"name": "c", "image": "busybox", "command": ["sh", "-c", "sleep 2; exit 1"]}
COMMANDS = ("create", "create-crashing", "delete", "force", "stop", "start", "crash")
STEPS = st.tuples(st.sampled_from(COMMANDS), st.sampled_from(NAMES), st.integers(0, 20))


def act(world: Room, command: str, name: str) -> None:
    """One command; what is refused changes nothing."""
    node = f"worker-{NAMES.index(name) % 2 + 1}"
    try:
        if command.startswith("create"):
            world.pod(name, CRASHING if command.endswith("crashing") else WEB, node=node)
        elif command in ("delete", "force"):
            world.api.delete("pods", "default", name, grace=0 if command == "force" else None)
        elif command == "crash":
            world.kubelets.crash("default", name)
        else:
            getattr(world.kubelets, command)(node)
    except (APIError, ValueError):
        return


@given(st.lists(STEPS, max_size=12))
def test_addresses_are_never_shared_and_always_returned(
    steps: list[tuple[str, str, int]],
) -> None:
    """Two pods that run have two addresses; in the end nothing is left of deleted pods."""
    world, time = room(2), 0
    for command, name, seconds in steps:
        act(world, command, name)
        time += seconds
        world.run(time)
        used = list(world.addresses.used.values())
        assert len(used) == len(set(used))
    for node in ("worker-1", "worker-2"):
        world.kubelets.start(node)
    for name in NAMES:
        act(world, "delete", name)
    world.run(time + 120)
    assert world.api.list("pods") == []
    assert (world.addresses.used, world.kubelets.rows, world.kubelets.ghosts) == ({}, {}, {})


@given(st.lists(STEPS, max_size=8))
def test_left_alone_every_healthy_pod_becomes_ready(steps: list[tuple[str, str, int]]) -> None:
    """When all machines run, what is not asked to go and does not crash is Ready."""
    world, time = room(2), 0
    for command, name, seconds in steps:
        act(world, command, name)
        time += seconds
        world.run(time)
    for node in ("worker-1", "worker-2"):
        world.kubelets.start(node)
    world.run(time + 400)
    healthy = [
        pod for pod in world.api.list("pods") if pod["spec"]["containers"][0]["name"] == "web"
    ]
    assert all(is_true(pod, "Ready") for pod in healthy)
