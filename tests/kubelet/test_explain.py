"""What the kubelet answers to why."""

from kubelearn.api.objects import Object
from kubelearn.sim.clock import SECOND
from tests.kubelet.machine_room import WEB, Room, room


def why(world: Room, name: str = "web") -> list[str]:
    """The texts about a pod."""
    return [reason.text for reason in world.kubelets.explain("pods", world.get(name))]


def about(seconds: float, container: Object = WEB, **more: object) -> list[str]:
    """The texts about a pod of this container after some seconds."""
    world = room()
    world.pod("web", container, **more)
    world.run(seconds)
    return why(world)


def test_a_healthy_pod() -> None:
    """Nothing is to be done."""
    assert about(20) == ["all containers run; nothing is to be done"]


def test_an_image_that_does_not_exist() -> None:
    """The registry's words and the time of the next pull."""
    (text,) = about(5, {**WEB, "image": "nginx:1.255"})
    assert "ImagePullBackOff" in text
    assert "docker.io/library/nginx:1.255: not found; next pull at 1" in text


def test_a_crash_loop() -> None:
    """How it ended and when it is started again."""
    crashing = {"name": "c", "image": "busybox", "command": ["sh", "-c", "exit 3"]}
    (text,) = about(10, crashing)
    assert text.startswith("c: ended with exit code 3 (Error) after start 2; started again at ")


def test_a_readiness_probe_that_fails() -> None:
    """Which probe, what it says, how often in a row."""
    (text,) = about(35, {**WEB, "readinessProbe": {"tcpSocket": {"port": 81}}})
    wanted = "web: Readiness probe failed: dial tcp 10.244.0.2:81: connect: connection refused"
    assert text.startswith(wanted)
    assert text.endswith("in a row)")


def test_a_failing_probe_has_its_time() -> None:
    """That of its last run, so that it stands where it belongs."""
    world = room()
    world.pod("web", {**WEB, "readinessProbe": {"tcpSocket": {"port": 81}}})
    world.run(35)
    (reason,) = world.kubelets.explain("pods", world.get("web"))
    assert reason.time is not None
    assert 25 * SECOND < reason.time <= 35 * SECOND


def test_a_pulled_image_and_a_missing_volume() -> None:
    """What a pod in ContainerCreating waits for."""
    assert about(1.5) == ['web: pulls the image "nginx:1.29"']
    (text,) = about(2, volumes=[{"name": "v", "configMap": {"name": "cfg"}}])
    assert text.startswith('volume "v" cannot be mounted: configmap "cfg" not found; tried again')


def test_a_pod_that_terminates() -> None:
    """Until when it may, and who is still there."""
    world = room()
    world.pod("web", {**WEB, "lifecycle": {"preStop": {"sleep": {"seconds": 9}}}})
    world.run(20)
    world.api.delete("pods", "default", "web")
    world.run(22)
    first, second = why(world)
    assert first == "stops the containers; what still runs is killed at 50.01s"
    assert second == "web: was told to stop and is gone at 30.01s"


def test_a_dead_machine() -> None:
    """Since when, for the node and for its pods."""
    world = room()
    world.pod()
    world.run(20)
    world.kubelets.stop("worker-1")
    world.api.delete("pods", "default", "web")
    world.run(30)
    wanted = "the machine is dead since 20s: nobody confirms that the containers have stopped"
    assert why(world) == [wanted]
    (node,) = world.kubelets.explain("nodes", world.api.get("nodes", None, "worker-1"))
    assert node.text.startswith("the machine is dead")


def test_a_living_node() -> None:
    """How many pods it runs and when it beats next."""
    world = room()
    world.pod()
    world.run(20)
    (node,) = world.kubelets.explain("nodes", world.api.get("nodes", None, "worker-1"))
    assert node.text.startswith("runs 1 pod; renews its lease every 10s, the next time at ")


def test_others_are_not_the_kubelets_business() -> None:
    """Pods without a node, other kinds."""
    world = room()
    assert world.kubelets.explain("services", {}) == []
    assert world.kubelets.explain("pods", {"spec": {}}) == []
