"""What plugins may answer, and what is said of everything else."""

from typing import Any

import pytest

from kubelearn.scheduler import answers
from kubelearn.scheduler.extension_points import PostFilterResult, PreFilterResult
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.status import SKIP, Code, Status, unschedulable

REASONS = "the reasons of its Status are"


def settled(answer: Any) -> Status | None:
    """As the answer of a Permit plugin."""
    return answers.settled("X", "Permit", "n", answer)


def test_success_has_two_spellings() -> None:
    """None, and a Status that says so."""
    assert settled(None) is None
    assert settled(Status(Code.SUCCESS, ("fine",))) is None


def test_a_status_gets_the_name_of_its_plugin() -> None:
    """Whatever the plugin wrote there."""
    status = settled(Status(Code.UNSCHEDULABLE, ("no",), "Other"))
    assert status == Status(Code.UNSCHEDULABLE, ("no",), "X")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (7, "it answered 7: return None to pass, or unschedulable('the reason')"),
        (Status("Nope", ("x",)), "the code of its Status is 'Nope': take one of Code.SUCCESS, "),
        (Status(Code.UNSCHEDULABLE, "abc"), f"{REASONS} 'abc': give texts"),
        (Status(Code.UNSCHEDULABLE, ["a"]), f"{REASONS} ['a']: give texts"),
        (Status(Code.UNSCHEDULABLE, None), f"{REASONS} None: give texts"),
        (unschedulable(5), f"{REASONS} (5,): give texts"),
        (unschedulable("\ud800"), f"{REASONS} ('\\ud800',): give texts"),
    ],
)
def test_other_answers_are_refused_in_words(answer: Any, told: str) -> None:
    """The plugin, the node, what it was and what it may be."""
    with pytest.raises(PluginError) as caught:
        settled(answer)
    assert str(caught.value).startswith('running Permit plugin "X": on node "n": ')
    assert told in str(caught.value)


def test_reasons_may_be_in_any_script() -> None:
    """Only what cannot be written down is refused."""
    assert settled(unschedulable("zu voll – größer", "")) is not None


def test_only_refusals_come_from_a_filter() -> None:
    """Skip says nothing there; an error has its own words."""
    with pytest.raises(PluginError, match="it answered 'Skip': return None to pass"):
        answers.rejection("X", "Filter", "n", SKIP)
    with pytest.raises(PluginError, match="boom"):
        answers.rejection("X", "Filter", "n", Status(Code.ERROR, ("boom",)))


def test_a_prefilter_may_leave_nodes() -> None:
    """As any set of names; None stands for all of them."""
    assert answers.narrowing("X", PreFilterResult({"a"})) == frozenset("a")
    assert answers.narrowing("X", PreFilterResult(None)) is None
    for names in (["a"], "a", {1}):
        with pytest.raises(PluginError, match="PreFilterResult\\(frozenset of node names\\)"):
            answers.narrowing("X", PreFilterResult(names))


def test_a_prefilter_that_answers_a_set_is_told_how() -> None:
    """The set alone is nothing; its order in the text is always the same."""
    with pytest.raises(PluginError, match="it answered \\{'a', 'b', 'c'\\}: return None, SKIP"):
        answers.pre_filtered("X", {"c", "a", "b"})
    assert answers.pre_filtered("X", SKIP) is SKIP


@pytest.mark.parametrize(
    "answer", [None, 7, "ab", (1, None), ("n", None), (PostFilterResult(5), None)]
)
def test_a_postfilter_answers_a_pair(answer: Any) -> None:
    """A nomination and a Status, or None for either."""
    with pytest.raises(PluginError, match="running PostFilter plugin"):
        answers.nomination("X", answer)


def test_a_good_pair_is_taken() -> None:
    """With the plugin's name."""
    result, status = answers.nomination("X", (PostFilterResult("n"), unschedulable("no")))
    assert (result, status) == (PostFilterResult("n"), unschedulable("no")._replace(plugin="X"))
    assert answers.nomination("X", (None, None)) == (None, None)


@pytest.mark.parametrize("answer", [None, [1], "x", 7])
def test_normalised_scores_are_a_dict(answer: Any) -> None:
    """Anything else has no scores of nodes."""
    with pytest.raises(PluginError, match="return a dict, node name -> score from 0 to 100"):
        answers.normalized("X", answer)


def test_any_two_keys_of_the_queue_can_be_compared() -> None:
    """Numbers stand before texts."""
    keys = [answers.order("X", key) for key in (("b",), (2.5, 1), (1,), ("a", 3))]
    assert sorted(keys) == [keys[2], keys[1], keys[3], keys[0]]


@pytest.mark.parametrize("answer", [None, 5, (), (None,), (float("nan"),), [1]])
def test_other_keys_are_refused(answer: Any) -> None:
    """NaN is not even equal to itself."""
    with pytest.raises(PluginError, match='running QueueSort plugin "X": it answered'):
        answers.order("X", answer)
