"""Ctrl-C in a run."""

import signal
import threading

import pytest

from kubelearn.sim.clock import Clock
from kubelearn.sim.interrupts import between_events


class Steps:
    """Ten events of two halves; a signal comes in the middle of the fourth."""

    name = "steps"

    def __init__(self, clock: Clock) -> None:
        self.clock, self.begun, self.done = clock, 0, 0
        self.signals = 1
        clock.register(self)
        for time in range(10):
            clock.at(time, self.act)

    def act(self) -> None:
        """Both halves, or the world would be broken."""
        self.begun += 1
        if self.begun == 4:
            for _ in range(self.signals):
                signal.raise_signal(signal.SIGINT)
        self.done += 1


def interrupted(clock: Clock) -> None:
    """Run to the end, which is not reached."""
    with pytest.raises(KeyboardInterrupt), between_events(clock):
        clock.run(100)


def test_an_event_is_finished_first():
    """And the rest waits."""
    clock = Clock()
    steps = Steps(clock)
    interrupted(clock)
    assert (steps.begun, steps.done, clock.executed) == (4, 4, 4)
    clock.run(100)
    assert (steps.done, clock.now, clock.executed) == (10, 100, 10)


def test_a_second_signal_does_not_wait():
    """For an event that never ends."""
    clock = Clock()
    steps = Steps(clock)
    steps.signals = 2
    interrupted(clock)
    assert (steps.begun, steps.done) == (4, 3)
    assert len(clock.pending()) == 6


def test_a_signal_after_the_last_event_is_not_lost():
    """And leaves nothing on the clock."""
    clock = Clock()

    def signal_at_the_end():
        with between_events(clock):
            clock.run(5)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        signal_at_the_end()
    assert (clock.pending(), clock.interrupted) == ([], False)


def test_the_handler_is_put_back():
    """Python's own."""
    with between_events(Clock()):
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_are_left_alone():
    """Only the main one gets signals."""
    handlers = []

    def run() -> None:
        with between_events(Clock()):
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]
