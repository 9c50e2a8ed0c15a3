"""The scheduler as a part of a world writes the same history on columns as node by node."""

from random import Random
from typing import Any

import pytest

from kubelearn.scheduler import algorithm
from tests.scheduler.clusters import make_node, make_pod
from tests.scheduler.conftest import ControlPlane
from tests.scheduler.vector.random_clusters import ZONE, pod_affinity, spread

NEVER = 1 << 30


def pods(count: int) -> list[dict[str, Any]]:
    """Pods of many kinds, some of which fit nowhere."""
    random = Random(5)
    made = []
    for number in range(count):
        spec = random.choice([dict, lambda: spread(random), lambda: pod_affinity(random)])()
        cpu = "64" if number % 9 == 8 else "200m"
        labels = {"app": random.choice("abc")}
        made.append(make_pod(f"p{number}", cpu, labels, **spec))
    return made


def played(plane: ControlPlane) -> dict[str, Any]:
    """What is seen of a plane in which pods come, go and come."""
    plane.create(*(make_node(f"n{n}", {ZONE: f"z{n % 3}"}) for n in range(110)))
    plane.run(0.1)
    made = pods(36)
    plane.create(*made[:24])
    plane.run(2)
    for name in ("p1", "p3", "p5"):
        plane.api.delete("pods", "default", name, grace=0)
    plane.create(*made[24:])
    plane.run(2)
    left = [pod["metadata"]["name"] for pod in plane.api.list("pods", "default")]
    return {name: (plane.node_of(name), plane.events(name), plane.why(name)) for name in left}


def test_both_forms_write_one_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes, events and reasons are the same."""
    quick = played(ControlPlane())
    monkeypatch.setattr(algorithm, "LARGE", NEVER)
    assert played(ControlPlane()) == quick


def test_a_fork_goes_on_alike() -> None:
    """It makes its columns anew."""
    plane = ControlPlane()
    played(plane)
    twin = plane.fork()
    for one in (plane, twin):
        one.create(*(make_pod(f"q{number}") for number in range(5)))
        one.run(1)
    assert plane.scheduler.cache.snapshot.columns is not twin.scheduler.cache.snapshot.columns
    assert [plane.node_of(f"q{n}") for n in range(5)] == [twin.node_of(f"q{n}") for n in range(5)]
