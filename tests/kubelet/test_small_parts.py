"""Agenda, hooks, references, admission, settling: one or two cases each."""

from kubelearn.api.app import Stop
from kubelearn.kubelet import STAGES, rows
from kubelearn.kubelet.admission import refusal
from kubelearn.kubelet.agenda import Agenda
from kubelearn.kubelet.eviction import Usage, memory_eviction_order
from kubelearn.kubelet.hooks import hook_time
from kubelearn.kubelet.image_pulls import default_policy, pulled_text
from kubelearn.kubelet.rows import ContainerRow, PodRow
from kubelearn.kubelet.settling import settled
from kubelearn.kubelet.statuses import Shared, container_status
from kubelearn.sim.clock import HOUR, MILLISECOND, SECOND
from tests.kubelet.machine_room import WEB, room


def test_an_agenda_wakes_all_of_a_moment_at_once() -> None:
    """Only the first one of a moment has to go on the clock."""
    agenda = Agenda()
    assert (agenda.add(5, "a"), agenda.add(5, "b"), agenda.add(6, "c")) == (True, False, True)
    twin = agenda.fork()
    assert agenda.take(5) == ["a", "b"]
    assert (len(agenda), len(twin)) == (1, 3)


def test_hooks_take_their_time() -> None:
    """The sleep action, a command that can be followed, one that never ends, one unknown."""
    hooks = [
        {"sleep": {"seconds": 5}},
        {"exec": {"command": ["sh", "-c", "sleep 3"]}},
        {"exec": {"command": ["sleep", "infinity"]}},
        {"exec": {"command": ["nginx", "-s", "quit"]}},
        {"httpGet": {"port": 80}},
    ]
    times = [hook_time({"lifecycle": {"preStop": hook}}, "preStop") for hook in hooks]
    assert times == [5 * SECOND, 3 * SECOND, HOUR, 0, 0]


def a_node(**spec: object) -> dict[str, object]:
    """A node with room for two pods."""
    status = {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "2"}}
    return {"metadata": {"name": "n", "labels": {"disk": "ssd"}}, "spec": spec, "status": status}


def a_pod(*ports: dict[str, object], **spec: object) -> dict[str, object]:
    """A running pod with these ports."""
    containers = [{"name": "c", "ports": list(ports)}]
    return {"spec": {"containers": containers, **spec}, "status": {"phase": "Running"}}


def test_a_full_node_refuses() -> None:
    """The number of pods counts too; what has ended does not."""
    node, pod = a_node(), a_pod()
    assert refusal(pod, node, [pod, {**pod, "status": {"phase": "Failed"}}]) is None
    assert refusal(pod, node, [pod, pod]) == (
        "OutOfpods",
        "Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2",
    )


def test_a_node_refuses_what_its_labels_do_not_match() -> None:
    """Though the pod names it itself."""
    assert refusal(a_pod(nodeSelector={"disk": "ssd"}), a_node(), []) is None
    assert refusal(a_pod(nodeSelector={"disk": "hdd"}), a_node(), []) == (
        "NodeAffinity",
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    )


def test_a_node_refuses_a_host_port_that_is_taken() -> None:
    """Of the same protocol, and of the same address or of all."""
    port = {"hostPort": 80, "protocol": "TCP"}
    holder = a_pod({**port, "hostIP": "10.0.0.1"})
    assert refusal(a_pod({**port, "hostIP": "10.0.0.2"}), a_node(), [holder]) is None
    assert refusal(a_pod({**port, "protocol": "UDP"}), a_node(), [holder]) is None
    assert refusal(a_pod(port), a_node(), [holder]) == (
        "NodePorts",
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    )


def test_a_node_refuses_who_does_not_tolerate_its_noexecute_taints() -> None:
    """NoSchedule is the scheduler's business, which a pod that names its node goes around."""
    taint = {"key": "k", "effect": "NoSchedule"}
    assert refusal(a_pod(), a_node(taints=[taint]), []) is None
    node = a_node(taints=[{**taint, "effect": "NoExecute"}])
    assert refusal(a_pod(tolerations=[{"operator": "Exists"}]), node, []) is None
    assert refusal(a_pod(), node, []) == (
        "TaintToleration",
        "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    )


def test_pods_without_statistics_are_evicted_first() -> None:
    """Nobody knows how much they use."""
    unknown, small = Usage("unknown", 5, 10, None), Usage("small", 0, 10, 5)
    assert memory_eviction_order([small, unknown]) == [unknown, small]


def test_default_pull_policies() -> None:
    """`latest`, said or not, is always pulled."""
    images = ("nginx", "nginx:latest", "nginx:1.29", f"nginx@sha256:{'0' * 64}")
    assert [default_policy(image) for image in images] == [
        "Always", "Always", "IfNotPresent", "IfNotPresent"]  # fmt: skip


def test_times_of_a_pull_are_cut_to_milliseconds() -> None:
    """As the image manager truncates them."""
    text = pulled_text("nginx", 1234 * MILLISECOND + 567, 2 * SECOND, 72)
    assert text == (
        'Successfully pulled image "nginx" in 1.234s (2s including waiting). Image size: 72 bytes.'
    )


def test_a_terminating_pod_is_never_settled() -> None:
    """Something still happens in it."""
    row = PodRow("u", "n", rows.TERMINATING, 0, 0, (ContainerRow(),))
    assert settled(row) is None
    assert settled(row._replace(state=rows.STOPPED)) is not None


def test_a_running_container_keeps_its_last_end() -> None:
    """Its state is running, with lastState terminated, restartCount."""
    end = rows.Termination(1, "Error", "", SECOND, 2 * SECOND)
    row = ContainerRow(rows.RUNNING, started_at=3 * SECOND, started=True, last=end, restarts=1)
    status = container_status(WEB, row, "ContainerCreating")
    assert status["state"] == {"running": {"startedAt": "2026-01-01T00:00:03Z"}}
    assert status["lastState"]["terminated"]["finishedAt"] == "2026-01-01T00:00:02Z"
    assert status["restartCount"] == 1


def test_equal_pods_share_their_status() -> None:
    """Two pods that started in the same second have the very same lists."""
    world = room()
    for name in ("a", "b"):
        world.pod(name)
    world.run(30)
    one, other = (world.get(name)["status"]["containerStatuses"] for name in ("a", "b"))
    started = [each[0]["state"]["running"]["startedAt"] for each in (one, other)]
    assert (one is other) == (started[0] == started[1])


def test_shared_values_are_one_object() -> None:
    """The first of equal values is the one that all get."""
    shared, first = Shared(), Stop(5, 0)
    assert shared.same(first) is first
    assert shared.same(Stop(5, 0)) is first


def test_stage_names_are_unique() -> None:
    """So that a stage can be named in a lesson."""
    names = [stage.name for stage in STAGES]
    assert len(names) == len(set(names))
