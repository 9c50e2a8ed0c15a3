"""The journal of commands and checkpoints."""

import pytest

from kubelearn.sim.journal import Command, Journal


def command(time):
    return Command(time, time, "apply", (), ())


@pytest.fixture
def journal():
    made = Journal(keep=4)
    for time in range(0, 100, 10):
        made.checkpoint(time, f"world at {time}")
        made.record(command(time + 5))
    return made


def test_the_first_checkpoint_is_never_thinned_out(journal):
    """Every moment of the history remains reachable."""
    assert journal.checkpoints[0].time == 0
    assert len(journal.checkpoints) <= 5


def test_the_nearest_checkpoint_is_not_after_the_moment(journal):
    """A rewind replays forward only."""
    assert all(journal.nearest(time).time <= time for time in range(100))


def test_a_moment_before_the_history_is_refused(journal):
    """There is nothing to start from."""
    with pytest.raises(ValueError, match="before the history"):
        journal.nearest(-1)


def test_a_checkpoint_knows_how_many_commands_came_before(journal):
    """Replay begins with the next one."""
    point = journal.nearest(95)
    assert all(c.time > point.time for c in journal.commands[point.commands :])


def test_cut_forgets_the_future(journal):
    """After a rewind the old future is gone."""
    journal.cut(45)
    assert [c.time for c in journal.commands] == [5, 15, 25, 35, 45]


def test_a_fork_has_its_own_lists(journal):
    """What is done in one world is not in the other's journal."""
    twin = journal.fork()
    twin.record(command(200))
    assert len(journal.commands) == 10
