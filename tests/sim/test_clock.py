"""The clock: order, cancelling, refusals, copies of the future."""

import pickle
import threading
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import SECOND, Clock


class Diary:
    """A part that writes down what it was told, and when."""

    def __init__(self, clock, name="diary"):
        self.name = name
        self.clock = clock
        self.lines = []

    def write(self, *words):
        self.lines.append((self.clock.now, *words))

    def write_again(self, delay, times):
        self.write(times)
        if times > 1:
            self.clock.after(delay, self.write_again, delay, times - 1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def diary(clock):
    made = Diary(clock)
    clock.register(made)
    return made


def test_events_run_in_order_of_time(clock, diary):
    """The order in which events were put on the clock does not matter when times differ."""
    clock.after(2 * SECOND, diary.write, "later")
    clock.after(1 * SECOND, diary.write, "sooner")
    clock.run(3 * SECOND)
    assert diary.lines == [(SECOND, "sooner"), (2 * SECOND, "later")]


def test_ties_run_in_the_order_in_which_they_were_put(clock, diary):
    """First scheduled, first run."""
    for word in "abc":
        clock.after(SECOND, diary.write, word)
    clock.run(SECOND)
    assert [word for _, word in diary.lines] == ["a", "b", "c"]


def test_run_stops_at_its_end_and_says_so(clock, diary):
    """Now is the end of the run, even when nothing happens there."""
    clock.after(5, diary.write, "in")
    clock.after(11, diary.write, "out")
    clock.run(10)
    assert (clock.now, clock.executed, diary.lines) == (10, 1, [(5, "in")])


def test_a_cancelled_event_does_not_run(clock, diary):
    """Neither in a run nor in a step, and it is not pending."""
    gone = clock.after(1, diary.write, "gone")
    clock.after(2, diary.write, "stays")
    clock.cancel(gone)
    assert [event.time for event in clock.pending()] == [2]
    clock.step()
    assert diary.lines == [(2, "stays")]


def test_a_closure_is_refused(clock, diary):
    """It would keep pointing at the world that made it."""
    with pytest.raises(ValueError, match="cannot go on the clock: put a method of a registered"):
        clock.after(1, lambda: diary.write("x"))


def test_a_method_of_a_stranger_is_refused(clock):
    """Only registered parts are copied with the world."""
    with pytest.raises(ValueError, match="registered part"):
        clock.after(1, Diary(clock, "stranger").write, "x")


def test_the_past_is_refused(clock, diary):
    """Time only runs forward."""
    clock.run(10)
    with pytest.raises(ValueError, match="5 ns before now"):
        clock.at(5, diary.write, "x")


def test_two_parts_of_one_name_are_refused(clock, diary):
    """The name is the address of a part in a fork."""
    with pytest.raises(ValueError, match="two parts are named 'diary'"):
        clock.register(Diary(clock))


def test_a_fork_runs_the_same_future_on_its_own_parts(clock, diary):
    """The original stays as it was."""
    clock.after(1, diary.write_again, 1, 3)
    clock.run(1)
    twin_clock = clock.fork()
    twin = Diary(twin_clock)
    twin_clock.register(twin)
    twin_clock.take_over(clock)
    twin_clock.run(10)
    assert (twin.lines, diary.lines) == ([(2, 2), (3, 1)], [(1, 3)])


def test_a_pickled_clock_goes_on(clock, diary):
    """Pending events are data."""
    clock.after(1, diary.write_again, 1, 2)
    saved = pickle.loads(pickle.dumps((clock, diary)))
    saved[0].run(10)
    assert saved[1].lines == [(1, 2), (2, 1)]


@given(st.lists(st.integers(0, 50), max_size=30))
def test_any_events_run_sorted_and_stable(delays):
    """Order is by (time, sequence), whatever the delays."""
    clock = Clock()
    diary = Diary(clock)
    clock.register(diary)
    for number, delay in enumerate(delays):
        clock.after(delay, diary.write, number)
    clock.run(100)
    assert diary.lines == sorted((delay, number) for number, delay in enumerate(delays))


def test_an_observer_looks_after_every_event(clock, diary):
    """Until it is told not to."""
    for time in (1, 2, 3):
        clock.at(time, diary.write, "event")
    clock.observe(diary.write)
    clock.run(2)
    clock.observe(None)
    clock.run(3)
    assert diary.lines == [(1, "event"), (1,), (2, "event"), (2,), (3, "event")]


def test_a_fork_is_observed_by_its_own_part(clock, diary):
    """The observer is a method of a part, as all that is on the clock."""
    clock.at(1, diary.write, "event")
    clock.observe(diary.write)
    twin = clock.fork()
    own = Diary(twin)
    twin.register(own)
    twin.take_over(clock)
    twin.run(1)
    assert (own.lines, diary.lines) == ([(1, "event"), (1,)], [])


def test_only_a_part_may_observe(clock):
    """A part of another clock would keep pointing at its own world."""
    with pytest.raises(ValueError, match="cannot go on the clock"):
        clock.observe(Diary(clock).write)


def test_a_run_lets_others_in_between_two_events(clock, diary):
    """Who waits for the gate acts at the time of the event before, and time goes on from there."""
    entered = []

    def enter():
        with clock.gate:
            entered.append((clock.now, clock.executed))

    def wait_outside():
        thread.start()
        while not clock.gate.waiting:
            sleep(0.001)

    thread = threading.Thread(target=enter)

    clock.after(1 * SECOND, diary.write, "before")
    clock.after(2 * SECOND, Guest(clock, wait_outside).open)
    clock.after(3 * SECOND, diary.write, "after")
    with clock.gate:
        clock.run(4 * SECOND)
    thread.join()
    assert entered == [(2 * SECOND, 2)]
    assert (clock.now, clock.executed) == (4 * SECOND, 3)


class Guest:
    """A part that does something from outside in the middle of a run."""

    name = "guest"

    def __init__(self, clock, action):
        self.action = action
        clock.register(self)

    def open(self):
        self.action()


def test_several_subjects_in_one_event(clock, diary):
    """It counts as one event for each of them, before and after, in a copy too."""
    clock.after_together(5, diary.write, ("a", "b", "c"))
    clock.after(5, diary.write, "after")
    assert [event.args for event in clock.pending()] == [(("a", "b", "c"),), ("after",)]
    twin = clock.fork()
    twin.register(Diary(twin))
    twin.take_over(clock)
    assert (clock.executed, twin.executed) == (0, 0)
    clock.ran_together(("a", "b", "c"))
    clock.run(5)
    assert clock.executed == 4
    with pytest.raises(ValueError, match="not past"):
        clock.after_together(-1, diary.write, ("a",))
