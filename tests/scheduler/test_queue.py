"""The scheduling queue."""

from kubelearn.scheduler import events
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo, node_info, pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.queue import QueuedPod, SchedulingQueue
from kubelearn.sim.clock import MINUTE, SECOND
from tests.scheduler.clusters import make_node, make_pod

FIT = frozenset({"NodeResourcesFit"})


def queue(*pods: PodInfo) -> SchedulingQueue:
    """A queue with some pods."""
    made = SchedulingQueue({"default-scheduler": Framework(PLUGINS, Profile())})
    for pod in pods:
        made.add(pod, 0)
    return made


def row(name: str, **spec: object) -> PodInfo:
    """A pod's row."""
    return pod_info(make_pod(name, **spec))


def popped(made: SchedulingQueue) -> QueuedPod:
    """The next pod, which there must be."""
    found = made.pop()
    assert found is not None
    return found


def node_event(cpu: str = "4") -> ClusterEvent:
    """A new node of a size."""
    node = make_node("n")
    node["status"]["allocatable"]["cpu"] = cpu
    return ClusterEvent(events.NODE_ADD, None, node_info(node))


def test_higher_priority_comes_first() -> None:
    """Then whoever came first."""
    made = queue(row("a"), row("b"), row("c", priority=5))
    assert [popped(made).pod.name for _ in range(3)] == ["c", "a", "b"]


def test_gated_pods_wait_for_their_gates() -> None:
    """The last gate that goes lets the pod in."""
    made = queue(row("a", schedulingGates=[{"name": "x"}]))
    assert not made.ready
    (shown,) = made.rows()
    assert (shown["queue"], shown["note"]) == ("gated", "waiting for scheduling gates: [x]")
    made.update(row("a"), SECOND)
    assert popped(made).pod.name == "a"


def test_an_event_that_helps_moves_a_pod() -> None:
    """While it backs off it goes to the back-off queue, from which an idle scheduler takes it."""
    made = queue(row("a"))
    made.requeue(popped(made), FIT, 0)
    assert not made.ready
    made.move_all(node_event(), SECOND // 2)
    assert [shown["queue"] for shown in made.rows()] == ["backoff"]
    assert popped(made).attempts == 2


def test_an_event_that_does_not_help_moves_nothing() -> None:
    """A node that is too small, and an event that nobody who refused listens to."""
    made = queue(row("a", cpu="8"))
    made.requeue(popped(made), FIT, 0)
    made.move_all(node_event(), SECOND)
    made.move_all(ClusterEvent(events.POD_LABEL), SECOND)
    assert not made.ready


def test_pods_in_backoff_stand_behind_active_ones() -> None:
    """Until the flush brings them in by priority."""
    made = queue(row("late", priority=9))
    made.requeue(popped(made), FIT, 0)
    made.move_all(node_event(), 0)
    made.add(row("new"), 0)
    assert popped(made).pod.name == "new"
    made.add(row("newer"), SECOND)
    made.flush_backoff(2 * SECOND)
    assert [popped(made).pod.name for _ in range(2)] == ["late", "newer"]


def test_errors_wait_out_their_backoff() -> None:
    """They are not taken early."""
    made = queue(row("a"))
    made.requeue(popped(made), frozenset(), 0)
    assert not made.ready
    assert made.next_flush(0) == 2 * SECOND
    made.flush_backoff(2 * SECOND)
    assert made.ready


def test_after_five_minutes_a_pod_is_tried_anyway() -> None:
    """The pool is looked through every 30 seconds."""
    made = queue(row("a"))
    made.requeue(popped(made), FIT, 7 * SECOND)
    due = made.next_flush(7 * SECOND)
    assert due == 5 * MINUTE + 30 * SECOND
    made.flush_pool(5 * MINUTE)
    assert not made.ready
    made.flush_pool(due)
    assert made.ready


def test_a_hint_that_breaks_lets_the_pod_try() -> None:
    """A learner's mistake must not make a pod wait for ever."""

    class Careless:
        """Refuses, and cannot say when to ask again."""

        name = "Careless"
        events = (events.NODE_ADD,)

        def hint(self, pod: PodInfo, event: ClusterEvent) -> bool:
            """Raise."""
            raise KeyError(event.name)

    table = PLUGINS | {"Careless": Careless}
    made = SchedulingQueue({"default-scheduler": Framework(table, Profile().extended(table))})
    made.add(row("a"), 0)
    made.requeue(popped(made), frozenset({"Careless"}), 0)
    made.move_all(node_event(), SECOND)
    assert made.ready


def test_deleted_pods_leave_every_queue() -> None:
    """Active and unschedulable alike."""
    made = queue(row("a"), row("b"))
    made.requeue(popped(made), FIT, 0)
    for name in ("a", "b"):
        made.delete(("default", name))
    assert (len(made), made.pop()) == (0, None)


def test_an_update_keeps_the_place() -> None:
    """The newest revision is tried."""
    made = queue(row("a"), row("b"))
    made.update(row("a", priority=0)._replace(labels={"v": "2"}), SECOND)
    first = popped(made)
    assert (first.pod.name, first.pod.labels) == ("a", {"v": "2"})


def test_forks_go_their_own_ways() -> None:
    """What is popped from one is still in the other."""
    made = queue(row("a"))
    twin = made.fork()
    assert popped(twin).pod.name == "a"
    assert made.ready
    assert not twin.ready


def test_rows_say_when_a_pod_is_tried_next() -> None:
    """Now, at a moment at the latest, or not before its gates are gone."""
    made = queue()
    gated = make_pod("gated", schedulingGates=[{"name": "example.com/quota"}])
    for obj in (make_pod("a"), make_pod("b"), gated):
        made.add(pod_info(obj), 0)
    refused = made.pop()
    assert refused is not None
    made.requeue(refused, frozenset({"NodeResourcesFit"}), 0)
    rows = {row["pod"]: row for row in made.rows()}
    assert [rows[name]["next_try"] for name in ("b", "a", "gated")] == [0, 330 * SECOND, None]
    assert rows["gated"]["gated_by"] == "SchedulingGates"
    assert rows["a"]["waits_for"] == ["NodeResourcesFit"]
