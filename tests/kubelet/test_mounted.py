"""ConfigMaps and Secrets in running pods: files follow, variables and subPaths do not."""

from __future__ import annotations

import pytest

from kubelearn.api.objects import Object
from kubelearn.kubelet.mounted import container_named, environment, files
from tests.kubelet.machine_room import Room, room

APP: Object = {
    "name": "app",
    "image": "nginx:1.29",
    "env": [
        {"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "cfg", "key": "color"}}},
        {"name": "SELF", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "PLAIN", "value": "1"},
    ],
    "envFrom": [{"secretRef": {"name": "pass"}, "prefix": "DB_"}],
    "volumeMounts": [
        {"name": "cfg", "mountPath": "/etc/cfg"},
        {"name": "cfg", "mountPath": "/app/color", "subPath": "color"},
        {"name": "pass", "mountPath": "/run/pass"},
    ],
}
VOLUMES = [
    {"name": "cfg", "configMap": {"name": "cfg"}},
    {"name": "pass", "secret": {"secretName": "pass", "items": [{"key": "pw", "path": "db/pw"}]}},
]


def configure(world: Room, color: str) -> None:
    """Write the ConfigMap."""
    data = {"color": color, "size": "big"}
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cfg"}, "data": data}
    if world.api.find("configmaps", "default", "cfg") is None:
        world.api.create(made)
    else:
        world.api.patch("configmaps", "default", "cfg", {"data": data})


def seen(world: Room) -> dict[str, str]:
    """The files of the pod."""
    return files(world.kubelets, world.get(), world.get()["spec"]["containers"][0])


def variables(world: Room) -> dict[str, str]:
    """The environment of the pod."""
    return environment(world.kubelets, world.get(), world.get()["spec"]["containers"][0])


@pytest.fixture
def world() -> Room:
    """A running pod with files and variables."""
    made = room()
    configure(made, "red")
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pass"}}
    made.api.create({**secret, "stringData": {"pw": "s3cret"}})
    made.pod("web", APP, volumes=VOLUMES)
    made.run(20)
    return made


def test_a_pod_has_its_files(world: Room) -> None:
    """All keys, chosen keys, and a single file."""
    assert seen(world) == {
        "/etc/cfg/color": "red",
        "/etc/cfg/size": "big",
        "/app/color": "red",
        "/run/pass/db/pw": "s3cret",
    }


def test_a_pod_has_its_variables(world: Room) -> None:
    """From a ConfigMap, a Secret, the pod itself, and plain ones."""
    expected = {"COLOR": "red", "DB_pw": "s3cret", "SELF": "web", "PLAIN": "1"}
    assert variables(world) == expected


def test_files_follow_within_a_minute_and_a_half(world: Room) -> None:
    """Not at once, all at once, and only where no subPath is."""
    configure(world, "blue")
    world.run(20.02)
    assert seen(world)["/etc/cfg/color"] == "red"
    world.run(111)
    assert (seen(world)["/etc/cfg/color"], seen(world)["/app/color"]) == ("blue", "red")


def test_variables_stay_until_the_container_starts_again(world: Room) -> None:
    """A restart takes the new values, and the file of the subPath too."""
    configure(world, "blue")
    world.run(200)
    assert variables(world)["COLOR"] == "red"
    world.kubelets.crash("default", "web")
    world.run(220)
    assert (variables(world)["COLOR"], seen(world)["/app/color"]) == ("blue", "blue")


def test_a_change_of_the_pod_makes_the_kubelet_look(world: Room) -> None:
    """Such as a new annotation: the known trick to get files at once."""
    configure(world, "blue")
    world.run(20.02)
    world.api.patch("pods", "default", "web", {"metadata": {"annotations": {"now": "yes"}}})
    world.run(20.1)
    assert seen(world)["/etc/cfg/color"] == "blue"


def test_a_deleted_object_leaves_its_files(world: Room) -> None:
    """Until the pod goes."""
    world.api.delete("configmaps", "default", "cfg")
    world.run(200)
    assert seen(world)["/etc/cfg/color"] == "red"
    world.api.delete("pods", "default", "web")
    world.run(240)
    assert world.kubelets.mounted == {}


def test_a_dead_machine_updates_nothing(world: Room) -> None:
    """Its pod keeps what it had."""
    world.kubelets.stop("worker-1")
    configure(world, "blue")
    world.run(200)
    assert seen(world)["/etc/cfg/color"] == "red"


def test_pods_without_files_cost_nothing() -> None:
    """No memory of them is kept."""
    world = room()
    world.pod("web")
    world.run(20)
    assert (world.kubelets.mounted, seen(world)) == ({}, {})


def test_a_wrong_container_is_named(world: Room) -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match="there is no container 'db': choose app"):
        container_named(world.get(), "db")


def test_a_fork_keeps_the_coming_refresh(world: Room) -> None:
    """Both worlds refresh at the same moment."""
    configure(world, "blue")
    world.run(21)
    twin = world.fork()
    twin.run(111)
    world.run(111)
    assert seen(twin)["/etc/cfg/color"] == seen(world)["/etc/cfg/color"] == "blue"
