"""The questions: each option explained, readable anywhere."""

import sys

import pytest

from kubelearn.learn import LESSONS
from kubelearn.learn.feedback import RIGHT

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("number", LESSONS)
def test_every_option_is_explained(number):
    """One option is right; each has its own words."""
    quiz = LESSONS[number].quiz
    for at, question in enumerate(quiz.questions, 1):
        outcomes = [quiz.answer(at, option).outcome for option in question.options]
        assert outcomes.count(RIGHT) == 1
        assert len({why for _, why in question.options.values()}) == len(question.options)


@pytest.mark.parametrize("number", LESSONS)
def test_the_right_option_is_not_always_the_same(number):
    """Nobody passes by choosing one letter."""
    rights = {question.right for question in LESSONS[number].quiz.questions}
    assert len(rights) > 1


@pytest.mark.parametrize("number", list(LESSONS)[1:])
def test_a_lesson_comes_back_to_the_one_before(number):
    """One question of an earlier lesson."""
    assert any(q.text.startswith("From lesson ") for q in LESSONS[number].quiz.questions)


def test_the_quiz_reads_without_a_kernel():
    """Explanations are folded away in plain HTML."""
    quiz = LESSONS["00"].quiz
    options = sum(len(question.options) for question in quiz.questions)
    assert quiz._repr_html_().count("<details>") == options
    assert str(quiz).startswith("1. What does cluster.apply(...) do?")


def test_a_notebook_gets_a_widget_and_the_plain_quiz():
    """The widget for those who have a kernel."""
    bundle = LESSONS["00"].quiz._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert {VIEW, "text/html", "text/plain"} <= set(data)


def test_without_widgets_there_is_the_plain_quiz(monkeypatch):
    """As in a bare Python."""
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.setattr("kubelearn.learn.quiz.find_spec", lambda name: None)
    assert set(LESSONS["00"].quiz._repr_mimebundle_()) == {"text/html", "text/plain"}
