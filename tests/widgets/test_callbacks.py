"""The one wrapper of all callbacks."""

import threading

import pytest

from kubelearn.widgets.callbacks import Busy, Callbacks


def test_it_returns_what_the_function_returns() -> None:
    """And passes arguments on."""
    assert Callbacks([], print).run(max, 1, 2) == 2


def test_errors_are_shown_and_raised_under_test() -> None:
    """In words that name the error."""
    shown: list[str] = []
    with pytest.raises(KeyError):
        Callbacks([], shown.append).run({}.__getitem__, "x")
    assert shown == ["KeyError: 'x'"]


def test_errors_are_only_shown_to_learners(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook goes on."""
    monkeypatch.delenv("KUBELEARN_TEST")
    shown: list[str] = []
    assert Callbacks([], shown.append).run(lambda: 1 / 0) is None
    assert shown == ["ZeroDivisionError: division by zero"]


def held_elsewhere(lock: threading.RLock, check: object) -> None:
    """Calls `check` while another thread holds the lock."""
    has, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            has.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait(5)
    try:
        check()
    finally:
        done.set()
        thread.join()


def test_a_busy_cluster_is_not_waited_for_for_ever() -> None:
    """The learner reads why nothing happens."""
    lock, shown = threading.RLock(), []
    callbacks = Callbacks([threading.RLock(), lock], shown.append)

    def check() -> None:
        assert not callbacks.free()
        with pytest.raises(Busy):
            callbacks.run(list, patience=0.01)

    held_elsewhere(lock, check)
    assert shown == ["A cell is using this cluster. Try again when it has finished."]


def test_locks_are_given_back() -> None:
    """After success, after an error, and after waiting in vain for another."""
    locks = [threading.RLock(), threading.RLock()]
    callbacks = Callbacks(locks, lambda _: None)
    held_elsewhere(locks[1], callbacks.free)
    with pytest.raises(ZeroDivisionError):
        callbacks.run(lambda: 1 / 0)
    for lock in locks:
        held_elsewhere(lock, lambda: None)
    assert callbacks.free()


def test_a_callback_within_a_callback() -> None:
    """The locks can be taken again by the same thread."""
    callbacks = Callbacks([threading.RLock()], print)
    assert callbacks.run(callbacks.run, len, "ab") == 2
