"""Nodes: what they register, how they beat, die and come back."""

from itertools import pairwise

from kubelearn.api.objects import condition, is_true
from kubelearn.runtime.machine import Machine
from tests.kubelet.machine_room import WEB, room


def test_a_node_registers_as_a_real_one_does() -> None:
    """Capacity, conditions, labels and system information."""
    world = room()
    node = world.api.get("nodes", None, "worker-1")
    status = node["status"]
    assert (status["capacity"]["memory"], status["allocatable"]["memory"]) == ("16Gi", "16284Mi")
    ready = condition(node, "Ready")
    assert (ready["reason"], ready["message"]) == (
        "KubeletReady",
        "kubelet is posting ready status",
    )
    assert status["nodeInfo"]["kubeletVersion"] == "v1.36.2"
    labels = node["metadata"]["labels"]
    assert labels["topology.kubernetes.io/region"] == "us-west-2"
    assert labels["node.kubernetes.io/instance-type"] == "m5.xlarge"


def test_a_node_becomes_ready_when_its_network_does() -> None:
    """ready_at_once=False: KubeletNotReady first."""
    world = room(0)
    world.kubelets.add_node("late", Machine(ready_at_once=False))
    assert condition(world.api.get("nodes", None, "late"), "Ready")["reason"] == "KubeletNotReady"
    world.run(25)
    assert is_true(world.api.get("nodes", None, "late"), "Ready")


def renewals(world: object, node: str) -> list[int]:
    """The times at which a node's lease was written."""
    key = ("kube-node-lease", node)
    log = world.api.store.log
    return [r.time for r in log if r.key == key and r.resource.startswith("leases")]


def test_the_lease_is_renewed_every_ten_seconds() -> None:
    """Between renewals lie ten seconds, until the machine dies."""
    world = room()
    world.run(60)
    times = renewals(world, "worker-1")[1:]
    gaps = {later - sooner for sooner, later in pairwise(times)}
    assert gaps == {10_000_000_000}
    world.kubelets.stop("worker-1")
    world.run(120)
    assert renewals(world, "worker-1")[1:] == times


def test_the_status_is_posted_every_five_minutes() -> None:
    """Nothing changes: one heartbeat time after 300 s, not before."""
    world = room()
    first = condition(world.api.get("nodes", None, "worker-1"), "Ready")
    world.run(299)
    assert condition(world.api.get("nodes", None, "worker-1"), "Ready") == first
    world.run(311)
    later = condition(world.api.get("nodes", None, "worker-1"), "Ready")
    assert later["lastHeartbeatTime"] > first["lastHeartbeatTime"]
    assert later["lastTransitionTime"] == first["lastTransitionTime"]


def test_a_pulled_image_is_reported() -> None:
    """The node's list of images grows with its next heartbeat."""
    world = room()
    world.pod()
    world.run(20)
    images = world.api.get("nodes", None, "worker-1")["status"]["images"]
    assert "docker.io/library/nginx:1.29" in [image["names"][-1] for image in images]


def test_nothing_happens_on_a_dead_machine() -> None:
    """No pod starts there, none is confirmed gone."""
    world = room()
    world.pod("old")
    world.run(20)
    world.kubelets.stop("worker-1")
    world.pod("new")
    world.api.delete("pods", "default", "old")
    world.run(200)
    assert world.get("new")["status"].get("startTime") is None
    assert world.get("old")["status"]["phase"] == "Running"
    assert not world.kubelets.alive("worker-1")


def test_a_machine_that_returns_starts_its_pods_again() -> None:
    """A restartCount of 1, the last end 255 Unknown, as containerd reports it."""
    world = room()
    world.pod()
    world.run(20)
    world.kubelets.stop("worker-1")
    world.run(60)
    world.kubelets.start("worker-1")
    world.run(80)
    status = world.get()["status"]["containerStatuses"][0]
    last = status["lastState"]["terminated"]
    assert (status["restartCount"], last["exitCode"], last["reason"]) == (1, 255, "Unknown")
    assert world.messages("SandboxChanged") == [
        "Pod sandbox changed, it will be killed and re-created."
    ]
    assert is_true(world.get(), "Ready")
    assert len(world.addresses.used) == 1


def test_a_machine_that_returns_confirms_what_was_deleted() -> None:
    """The pod that could not be confirmed goes."""
    world = room()
    world.pod()
    world.run(20)
    world.kubelets.stop("worker-1")
    world.api.delete("pods", "default", "web")
    world.run(60)
    world.kubelets.start("worker-1")
    world.run(62)
    assert world.api.find("pods", "default", "web") is None
    assert world.addresses.used == {}


def test_a_machine_that_returns_buries_what_was_deleted_by_force() -> None:
    """Nothing is left of a pod whose object is gone."""
    world = room()
    world.pod()
    world.run(20)
    world.kubelets.stop("worker-1")
    world.api.delete("pods", "default", "web", grace=0)
    world.run(40)
    assert len(world.addresses.used) == 1
    world.kubelets.start("worker-1")
    world.run(60)
    assert (world.addresses.used, world.kubelets.rows, world.kubelets.ghosts) == ({}, {}, {})


def test_a_pod_of_the_same_name_elsewhere_is_another_pod() -> None:
    """The dead machine's pod and its successor do not mix."""
    world = room(2)
    world.pod()
    world.run(20)
    world.kubelets.stop("worker-1")
    world.api.delete("pods", "default", "web", grace=0)
    world.pod("web", WEB, node="worker-2")
    world.run(40)
    world.kubelets.start("worker-1")
    world.run(60)
    assert is_true(world.get(), "Ready")
    assert len(world.addresses.used) == 1


STATIC = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "etcd", "namespace": "kube-system"},
    "spec": {"hostNetwork": True,
             "containers": [{"name": "etcd", "image": "registry.k8s.io/etcd:3.6.8-0"}]},
}  # fmt: skip


def test_a_static_pod_shows_its_mirror() -> None:
    """`<name>-<node>`, owned by the node, Running, image there from the start."""
    world = room()
    world.kubelets.add_static_pod("worker-1", STATIC)
    world.run(10)
    pod = world.api.get("pods", "kube-system", "etcd-worker-1")
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "Node"
    assert pod["metadata"]["annotations"]["kubernetes.io/config.source"] == "file"
    assert pod["status"]["phase"] == "Running"
    assert "Pulling" not in world.reasons("etcd-worker-1")


def test_a_deleted_mirror_comes_back_and_nothing_was_stopped() -> None:
    """A new object, the old container."""
    world = room()
    world.kubelets.add_static_pod("worker-1", STATIC)
    world.run(10)
    before = world.api.get("pods", "kube-system", "etcd-worker-1")
    world.api.delete("pods", "kube-system", "etcd-worker-1")
    world.run(12)
    after = world.api.get("pods", "kube-system", "etcd-worker-1")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["status"]["containerStatuses"] == before["status"]["containerStatuses"]


def test_silence_says_who_answers() -> None:
    """A running program answers on its port only; a dead machine not at all."""
    world = room()
    world.pod()
    world.run(20)
    pod = world.get()
    answers = [world.kubelets.silence(pod, port) for port in (80, 81)]
    world.kubelets.stop("worker-1")
    assert [*answers, world.kubelets.silence(pod, 80)] == ["", "refused", "dead"]
