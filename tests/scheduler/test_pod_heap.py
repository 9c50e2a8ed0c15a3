"""The heap of waiting pods."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins.priority_sort import PrioritySort
from kubelearn.scheduler.pod_heap import PodHeap
from kubelearn.scheduler.queue import QueuedPod
from tests.scheduler.clusters import make_pod

ORDER = PrioritySort().queue_sort


def waiting(number: int, priority: int, time: int) -> QueuedPod:
    """A waiting pod."""
    return QueuedPod(pod_info(make_pod(f"p{number}", priority=priority)), time)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_pops_like_a_sorted_list(puts: list[tuple[int, int, int]]) -> None:
    """The last of the puts of a key counts; ties go by it."""
    heap, serials = PodHeap(ORDER), {}
    for serial, (number, priority, time) in enumerate(puts):
        row = waiting(number, priority, time)
        heap.put(row, serial)
        serials[row.pod.key] = serial
    rows = list(heap.rows.values())
    wanted = sorted(rows, key=lambda row: (ORDER(row), serials[row.pod.key]))
    assert wanted == list(heap.in_order())
    assert wanted == [heap.pop() for _ in rows]
    assert heap.pop() is None


def test_removed_pods_do_not_come() -> None:
    """Wherever they stood."""
    heap = PodHeap(ORDER)
    for number in range(3):
        heap.put(waiting(number, 0, number), number)
    heap.remove(("default", "p0"))
    first = heap.peek()
    assert first is not None
    assert first.pod.name == "p1"


def test_an_empty_heap_keeps_nothing() -> None:
    """Not even the places of pods that were taken out."""
    heap = PodHeap(ORDER)
    heap.put(waiting(1, 0, 0), 1)
    heap.remove(("default", "p1"))
    assert heap._entries == []


def test_a_fork_is_a_copy() -> None:
    """Popping from it leaves the original."""
    heap = PodHeap(ORDER)
    heap.put(waiting(1, 0, 0), 1)
    assert heap.fork().pop() is not None
    assert len(heap) == 1
