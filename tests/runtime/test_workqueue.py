"""A work queue: each key once, later again, slower after each failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.runtime.workqueue import MAX_DELAY, WorkQueue
from kubelearn.sim.clock import MILLISECOND

A, B = ("default", "a"), ("default", "b")


def test_a_key_is_queued_once():
    """However often it is added; the order is that of the first time."""
    queue = WorkQueue()
    for key in (A, B, A):
        queue.add(key)
    assert queue.waiting() == [A, B]
    assert [queue.pop(), queue.pop()] == [A, B]
    assert len(queue) == 0


def test_the_earliest_time_counts():
    """A later wish changes nothing; an earlier one does."""
    queue = WorkQueue()
    assert [queue.delay(A, 5), queue.delay(A, 7), queue.delay(A, 3)] == [True, False, True]
    assert not queue.ripen(A, 2)
    assert queue.ripen(A, 3)
    assert queue.waiting() == [A]


def test_a_key_ripens_once():
    """The event of a time that was replaced by an earlier one finds nothing."""
    queue = WorkQueue()
    queue.delay(A, 5)
    assert [queue.ripen(A, 5), queue.ripen(A, 7)] == [True, False]


@pytest.mark.parametrize(("failures", "delay"), [(1, 5), (2, 10), (3, 20), (10, 2560)])
def test_backoff_doubles(failures, delay):
    """From five milliseconds on."""
    queue = WorkQueue()
    delays = [queue.failed(A) for _ in range(failures)]
    assert delays[-1] == delay * MILLISECOND


def test_backoff_has_an_end():
    """At a thousand seconds, and a success forgets all."""
    queue = WorkQueue()
    assert [queue.failed(A) for _ in range(100)][-1] == MAX_DELAY
    queue.succeeded(A)
    assert queue.failed(A) == 5 * MILLISECOND


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["add", "fail", "delay"]))))
def test_a_fork_goes_its_own_way(steps):
    """What happens to the copy does not happen to the original."""
    queue = WorkQueue()
    queue.add(A)
    twin = queue.fork()
    for name, step in steps:
        key = ("default", name)
        {"add": twin.add, "fail": twin.failed}.get(step, lambda k: twin.delay(k, 9))(key)
    assert queue.waiting() == [A]
    assert queue.failed(A) == 5 * MILLISECOND
    assert queue.delay(A, 10)
