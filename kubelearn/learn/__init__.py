"""The course: lessons with exercises that are graded by behaviour, and quizzes."""

from __future__ import annotations

from kubelearn.learn.answers import nb00, nb01, nb02
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import Feedback
from kubelearn.learn.lesson import Lesson
from kubelearn.learn.quiz import Question, Quiz

__all__ = ["LESSONS", "Exercise", "Feedback", "Lesson", "Question", "Quiz", "lesson"]

LESSONS: dict[str, Lesson] = {"00": nb00.LESSON, "01": nb01.LESSON, "02": nb02.LESSON}
"""Every lesson by the number of its notebook; a new one is its file in `answers` and one line."""


def lesson(number: str) -> Lesson:
    """The exercises and the quiz of a lesson, such as "00"."""
    if number not in LESSONS:
        raise ValueError(f"there is no lesson {number!r}: choose one of {', '.join(LESSONS)}")
    return LESSONS[number]
