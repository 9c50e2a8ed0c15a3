"""The record of decisions: the last ones about each subject."""

from typing import NamedTuple

from kubelearn.runtime.decisions import KEPT, SLACK, SUBJECTS, Decisions


class Choice(NamedTuple):
    """A decision."""

    time: int
    what: str = "it"


def test_decisions_are_kept_in_order():
    """By subject."""
    decisions = Decisions()
    for time in (1, 2):
        decisions.record("pods/default/web", Choice(time))
    assert [one.time for one in decisions.of("pods/default/web")] == [1, 2]
    assert decisions.of("pods/default/other") == ()


def test_only_the_last_ones_are_kept():
    """A pod that is tried for hours has no endless history."""
    decisions = Decisions()
    for time in range(KEPT + 5):
        decisions.record("a", Choice(time))
    assert [one.time for one in decisions.of("a")] == list(range(5, KEPT + 5))


def test_the_newest_subjects_are_kept():
    """Ten thousand of them; one about which something is decided again is new again."""
    decisions = Decisions()
    for number in range(SUBJECTS + SLACK):
        decisions.record(str(number), Choice(number))
    decisions.record("0", Choice(1))
    decisions.record("last", Choice(2))
    known = [bool(decisions.of(name)) for name in ("0", "1", str(SLACK), str(SLACK + 3), "last")]
    assert known == [True, False, False, True, True]


def test_what_is_gone_is_forgotten():
    """Also when nothing was known."""
    decisions = Decisions()
    decisions.record("a", Choice(1))
    decisions.forget("a")
    decisions.forget("b")
    assert decisions.of("a") == ()


def test_copies_go_their_own_way():
    """A fork has all; the past has what had been decided by then."""
    decisions = Decisions()
    decisions.record("a", Choice(1))
    decisions.record("a", Choice(5))
    twin, past = decisions.fork(), decisions.until(3)
    twin.record("a", Choice(9))
    assert [len(each.of("a")) for each in (decisions, twin, past)] == [2, 3, 1]
