"""The quiz as a widget, without a browser."""

import pytest

from kubelearn.widgets.quiz import QuizView
from kubelearn.widgets.sources import QUIZ_SCRIPTS, quiz_script, quiz_style

OPTIONS = [{"key": "a", "text": "4", "why": "Yes."}, {"key": "b", "text": "5", "why": "No."}]
ROWS = [{"text": "Two and two?", "options": OPTIONS, "right": "a"}]


def test_the_kernel_hears_of_each_answer_once():
    """Number and option, only of the question that was answered."""
    heard = []
    view = QuizView(ROWS, lambda number, key: heard.append((number, key)))
    view.checked = {"1": "b"}
    view.checked = {"1": "b", "2": "a"}
    view.checked = {"1": "a", "2": "a"}
    assert heard == [(1, "b"), (2, "a"), (1, "a")]


def test_an_error_is_shown_and_raised_under_test():
    """As in every callback."""

    def broken(number: int, key: str) -> None:
        raise RuntimeError("full")

    view = QuizView(ROWS, broken)
    with pytest.raises(RuntimeError):
        view.checked = {"1": "a"}
    assert view.error == "RuntimeError: full"


@pytest.mark.parametrize("hook", ["quiz", "question", "option", "check", "feedback", "score"])
def test_hooks_for_tests(hook):
    """Browser tests find the parts by these names."""
    assert f'"data-kl": "{hook}"' in quiz_script()


def test_the_script_needs_nothing_from_elsewhere():
    """No import, one default export, keys stay in the view."""
    assert "import " not in quiz_script()
    assert quiz_script().count("export default") == 1
    assert "event.stopPropagation()" in quiz_script()
    assert list(QUIZ_SCRIPTS) == ["elements.js", "theme.js"]


def test_the_rules_stay_in_the_quiz():
    """Its own rules begin with its class; the colours are those of the cluster view."""
    assert '.kl-view[data-theme="dark"]' in quiz_style()
    own = quiz_style().partition("/* Colours and buttons are those of the cluster view. */")[2]
    assert all(line.startswith(".kl-quiz ") for line in own.splitlines() if "{" in line)
