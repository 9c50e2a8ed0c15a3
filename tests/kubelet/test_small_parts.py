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


def test_a_full_node_refuses() -> None:
    """The number of pods counts too."""
    node = {"status": {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "1"}}}
    pod = {"spec": {"containers": [{"name": "c"}]}, "status": {"phase": "Running"}}
    assert refusal(pod, node, []) is None
    assert refusal(pod, node, [pod]) == (
        "OutOfpods",
        "Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1",
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
