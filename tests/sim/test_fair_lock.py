"""The fair lock: who has waited longest gets it, and a holder can let others in."""

import pickle
import threading
import time

import pytest

from kubelearn.sim.fair_lock import FairLock


def until(condition):
    """Wait for something that other threads do; a failure after five seconds."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.001)


def waiter(lock, diary, name):
    """A started thread that takes the lock once and writes its name down."""

    def take():
        with lock:
            diary.append(name)

    waiting = len(lock.waiting)
    thread = threading.Thread(target=take)
    thread.start()
    until(lambda: len(lock.waiting) > waiting)
    return thread


def test_the_holder_may_take_it_again():
    """And gives it back as often."""
    lock = FairLock()
    with lock, lock:
        pass
    assert lock.acquire(blocking=False)


def test_first_come_first_served():
    """The order in which they came is the order in which they get it."""
    lock, diary = FairLock(), []
    with lock:
        threads = [waiter(lock, diary, number) for number in range(5)]
    for thread in threads:
        thread.join()
    assert diary == [0, 1, 2, 3, 4]


def test_giving_way_lets_in_who_waits():
    """And the holder has it again afterwards, as deep as before."""
    lock, diary = FairLock(), []
    with lock, lock:
        thread = waiter(lock, diary, "guest")
        lock.give_way()
        diary.append("host")
        thread.join()
        other = waiter(lock, diary, "later")
    other.join()
    assert diary == ["guest", "host", "later"]


def test_giving_way_to_nobody_does_nothing():
    """The lock stays where it is."""
    lock = FairLock()
    with lock:
        lock.give_way()
        assert lock.acquire(blocking=False)
        lock.release()


@pytest.mark.parametrize("options", [{"blocking": False}, {"timeout": 0.01}])
def test_who_gives_up_leaves_the_queue(options):
    """Nobody is handed the lock who does not want it any more."""
    lock, found = FairLock(), []
    with lock:
        thread = threading.Thread(target=lambda: found.append(lock.acquire(**options)))
        thread.start()
        thread.join()
        assert not lock.waiting
    assert found == [False]
    assert lock.acquire(blocking=False)


def test_only_the_holder_gives_it_back():
    """Others are told so."""
    with pytest.raises(RuntimeError, match="does not hold the lock"):
        FairLock().release()


def test_a_pickled_lock_is_free():
    """What a thread of this process holds means nothing in another."""
    lock = FairLock()
    with lock:
        twin = pickle.loads(pickle.dumps(lock))
    thread = threading.Thread(target=twin.acquire)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()


def test_everybody_gets_it_exactly_once_at_a_time():
    """Eight threads count together without losing a step."""
    lock, count = FairLock(), [0]

    def work():
        for _ in range(200):
            with lock:
                seen = count[0]
                time.sleep(0)
                count[0] = seen + 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == [1600]
