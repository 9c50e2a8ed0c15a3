"""Exercises whose answer is a function that gives commands."""

import pytest

from kubelearn.learn.answers.nb05 import BACK
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, RIGHT, WRONG
from kubelearn.learn.rollout_checks import RELEASED


def undo(cluster):
    """The answer as a cell defines it."""
    cluster.rollout("undo", "deployment/shop", revision=2)


def test_a_function_is_an_answer():
    """Its commands are in the story."""
    feedback = BACK.check(undo)
    assert feedback.outcome == RIGHT
    assert any("your command: rollout undo deployment/shop" in line for line in feedback.timeline)


def test_looking_around_is_no_attempt():
    """Nothing was asked of the cluster."""
    assert BACK.check(lambda c: c.why("deployment/shop")).outcome == NOT_ATTEMPTED
    assert BACK.check(lambda c: ...).outcome == NOT_ATTEMPTED


def test_an_error_is_told():
    """With its class and its words."""
    feedback = BACK.check(lambda c: c.scale("deployment/shpo", 3))
    assert feedback.outcome == WRONG
    assert 'deployments.apps "shpo" not found' in feedback.text


def test_python_that_does_not_run_is_told():
    """As text, such as from a file."""
    feedback = BACK.check("import nowhere\ndef answer(cluster):\n    pass\n")
    assert (feedback.outcome, "No module named 'nowhere'" in feedback.text) == (WRONG, True)


def test_a_word_is_no_answer():
    """The function is wanted, not its name; nothing is looked for in the file system."""
    feedback = BACK.check("answer")
    assert feedback.outcome == WRONG
    assert 'hand in the function itself, as in lesson.check("roll-back", answer)' in feedback.text


def test_a_manifest_is_an_answer_too():
    """Applied like any other; the release that it names is what is looked at."""
    good = RELEASED.replace("stop-time: 0s", 'stop-time: 0s\n        kubelearn.dev/listens: "80"')
    assert BACK.check(good.replace("shop:1", "shop:2")).outcome == RIGHT
    assert BACK.check(good).outcome == NEARLY
    assert BACK.check({"kind": "Pod"}).outcome == WRONG


@pytest.mark.parametrize(
    ("revision", "outcome", "words"),
    [(0, WRONG, "Readiness probe failed"), (1, NEARLY, "what runs is example.com/shop:1")],
)
def test_other_revisions_are_told_apart(revision, outcome, words):
    """The one before is as bad; the first works, but is not the last good one."""
    feedback = BACK.check(lambda c: c.rollout("undo", "deployment/shop", revision=revision))
    assert feedback.outcome == outcome
    assert words in " ".join([feedback.text, *feedback.timeline])
