"""A lesson as its notebook uses it."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.learn import LESSONS, lesson
from kubelearn.learn.feedback import NOT_ATTEMPTED, RIGHT, WRONG


def test_an_outcome_is_remembered():
    """The lesson shows what was done; another learner's lesson does not."""
    one, other = lesson("00"), lesson("00")
    feedback = one.check("first-app", one.solution("first-app"))
    assert (feedback.outcome, feedback.advice) == (RIGHT, "")
    assert "Your first application: ✓ right" in repr(one)
    assert "Your first application: … not attempted" in repr(other)


def test_a_wrong_answer_is_followed_by_the_way_to_a_hint():
    """And a hint by the way to the next."""
    one = lesson("00")
    assert one.check("first-app", None).advice == 'A hint: lesson.hint("first-app")'
    assert 'lesson.hint("first-app", 2)' in one.hint("first-app")
    assert 'lesson.solution("first-app")' in one.hint("first-app", 2)


def test_a_solution_can_be_applied():
    """The text that is shown is a manifest."""
    cluster = Cluster(nodes=3, seed=1)
    assert cluster.apply(lesson("00").solution("first-app")) == "deployment.apps/hello created"


def test_the_quiz_counts():
    """Right answers are counted, in code and in the widget."""
    one = lesson("00")
    right = LESSONS["00"].quiz.questions[0].right
    assert one.answer(1, right).outcome == RIGHT
    one.quiz()._told(2, "a")
    assert "Quiz: 1 of 4 right" in repr(one)
    assert one.progress.best("00", "question 2") == WRONG


def test_a_lesson_can_be_read():
    """As text and as HTML."""
    assert repr(lesson("01")).startswith("Lesson 01: Anatomy")
    assert "<li>Quiz: 0 of 5 right</li>" in lesson("01")._repr_html_()


def test_progress_is_kept_when_asked(tmp_path, monkeypatch):
    """In a file of the user's own, which the next lesson takes over."""
    monkeypatch.setenv("HOME", str(tmp_path))
    one = lesson("00")
    one.check("first-app", one.solution("first-app"))
    assert not (tmp_path / ".kubelearn").exists()
    assert ".kubelearn" in one.keep_progress()
    again = lesson("00")
    again.keep_progress()
    assert "Your first application: ✓ right" in repr(again)


def test_unknown_names_say_what_there_is():
    """Lesson, exercise, question, option."""
    with pytest.raises(ValueError, match="choose one of 00"):
        lesson("77")
    with pytest.raises(ValueError, match="choose one of first-app"):
        lesson("00").check("second-app", "")
    with pytest.raises(ValueError, match="there are questions 1 to"):
        lesson("00").answer(9, "a")
    with pytest.raises(ValueError, match="choose a, b"):
        lesson("00").answer(1, "z")


def test_feedback_reads_without_colour():
    """A mark and a word for each outcome."""
    feedback = lesson("00").check("first-app", None)
    assert feedback.outcome == NOT_ATTEMPTED
    assert "… not attempted" in str(feedback)
    assert 'role="status"' in feedback._repr_html_()


@pytest.mark.parametrize("number", [3, None, []])
def test_what_is_no_lesson(number):
    """Numbers are texts."""
    with pytest.raises(ValueError, match=r"there is no lesson .*: choose one of 00"):
        lesson(number)


def test_arguments_of_the_wrong_kind():
    """Said in words, with what is wanted."""
    first = lesson("00")
    with pytest.raises(ValueError, match=r"there is no exercise \[\]"):
        first.exercise([])
    with pytest.raises(TypeError, match="number=None: give a whole number"):
        first.hint("repair", None)
    with pytest.raises(TypeError, match="question=True: give a whole number"):
        first.answer(True, "a")
