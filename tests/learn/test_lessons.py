"""Every exercise of every lesson: right, untouched and wrong answers; every question."""

import pytest

from kubelearn.learn import LESSONS, lesson
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, RIGHT, WRONG

EXERCISES = [(one, exercise) for one in LESSONS.values() for exercise in one.exercises]
IDS = [f"{one.number}-{exercise.id}" for one, exercise in EXERCISES]
WRONG_ANSWERS = {
    "first-app": {
        lambda s: s.replace("replicas: 3", "replicas: 2"): NEARLY,
        lambda s: s.replace("replicas: 3", "replicas: 5"): NEARLY,
        lambda s: s.replace("1.29", "1.255"): WRONG,
        lambda s: s.replace("replicas: 3", "replicas: three"): WRONG,
        lambda s: s.replace("labels: {app: hello}", "labels: {app: hallo}"): WRONG,
    },
    "lost-service": {
        lambda s: s.replace("[{port: 80}]", "[{port: 80, targetPort: 8081}]"): NEARLY,
        lambda s: s.replace("selector: {app: shop}", "selector: {app: shops}"): NEARLY,
        lambda s: s.partition("---")[0]: WRONG,
    },
    "survives-deletion": {
        lambda s: s.replace("replicas: 1", "replicas: 0"): WRONG,
        lambda s: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        "spec: {containers: [{name: a, image: nginx}]}\n": NEARLY,
    },
    "leaves-faster": {
        lambda s: s.replace("tolerationSeconds: 10", "tolerationSeconds: 200"): NEARLY,
        lambda s: s.replace("replicas: 1", "replicas: 0"): WRONG,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""


@pytest.mark.parametrize(("one", "exercise"), EXERCISES, ids=IDS)
def test_the_solution_is_right(one, exercise):
    """Each solution passes its own check."""
    feedback = one.check(exercise.id, one.solution(exercise.id))
    assert feedback.outcome == RIGHT, feedback


@pytest.mark.parametrize(("one", "exercise"), EXERCISES, ids=IDS)
def test_the_untouched_starter_is_not_attempted(one, exercise):
    """White space does not count."""
    feedback = one.check(exercise.id, exercise.starter.replace("\n", "\n\n") + " ")
    assert feedback.outcome == NOT_ATTEMPTED


@pytest.mark.parametrize(("one", "exercise"), EXERCISES, ids=IDS)
def test_typical_wrong_answers_hear_why(one, exercise):
    """At least two each; the text says what was seen."""
    spoilt = WRONG_ANSWERS[exercise.id]
    assert len(spoilt) >= 2
    for spoil, outcome in spoilt.items():
        feedback = one.check(exercise.id, spoil(exercise.solution))
        assert feedback.outcome == outcome, feedback
        assert len(feedback.text) > 20


def test_another_name_is_right_too():
    """Behaviour decides, not text."""
    answer = LESSONS["00"].solution("first-app").replace("hello", "bonjour")
    assert LESSONS["00"].check("first-app", answer).outcome == RIGHT


@pytest.mark.parametrize(("one", "exercise"), EXERCISES, ids=IDS)
def test_there_are_hints(one, exercise):
    """Two at least, and a clear sentence beyond the last."""
    assert len(exercise.hints) >= 2
    with pytest.raises(ValueError, match="there are hints 1 to"):
        one.hint(exercise.id, 99)


@pytest.mark.parametrize("one", LESSONS.values(), ids=LESSONS)
def test_every_option_is_explained(one):
    """One option is right; each has its own words."""
    for number, question in enumerate(one.quiz().questions, 1):
        outcomes = [one.answer(number, option).outcome for option in question.options]
        assert outcomes.count(RIGHT) == 1
        assert len({why for _, why in question.options.values()}) == len(question.options)


def test_the_quiz_reads_without_a_kernel():
    """Explanations are folded away in plain HTML."""
    html = LESSONS["00"].quiz()._repr_html_()
    assert html.count("<details>") == sum(
        len(q.options) for q in LESSONS["00"].quiz().questions
    )


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
