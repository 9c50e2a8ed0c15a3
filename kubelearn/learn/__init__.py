"""The course: lessons with exercises that are graded by behaviour, and quizzes."""

from __future__ import annotations

from kubelearn.learn.answers import (
    nb00,
    nb01,
    nb02,
    nb03,
    nb04,
    nb05,
    nb06,
    nb07,
    nb08,
    nb09,
    nb10,
    nb11,
    nb12,
    nb13,
    nb14,
    nb15,
)
from kubelearn.learn.asking import Asked, ask
from kubelearn.learn.checks import ready_pods
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import Feedback
from kubelearn.learn.interview import Interview, interview
from kubelearn.learn.lesson import Lesson
from kubelearn.learn.lost_node import door, lose_a_node, what_if, with_settings
from kubelearn.learn.plan import Plan
from kubelearn.learn.progress import Progress
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.rehearsal import rehearse, tell
from kubelearn.learn.scheduling_checks import arrive
from kubelearn.learn.trail import Trail, trail
from kubelearn.learn.visiting import Visits, visit

__all__ = [
    "LESSONS",
    "Asked",
    "Exercise",
    "Feedback",
    "Interview",
    "Lesson",
    "Plan",
    "Progress",
    "Question",
    "Quiz",
    "Trail",
    "Visits",
    "arrive",
    "ask",
    "door",
    "interview",
    "lesson",
    "lose_a_node",
    "ready_pods",
    "rehearse",
    "tell",
    "trail",
    "visit",
    "what_if",
    "with_settings",
]

LESSONS: dict[str, Plan] = {
    "00": nb00.PLAN,
    "01": nb01.PLAN,
    "02": nb02.PLAN,
    "03": nb03.PLAN,
    "04": nb04.PLAN,
    "05": nb05.PLAN,
    "06": nb06.PLAN,
    "07": nb07.PLAN,
    "08": nb08.PLAN,
    "09": nb09.PLAN,
    "10": nb10.PLAN,
    "11": nb11.PLAN,
    "12": nb12.PLAN,
    "13": nb13.PLAN,
    "14": nb14.PLAN,
    "15": nb15.PLAN,
}
"""Every lesson by the number of its notebook; a new one is its file in `answers` and one line."""


def lesson(number: str) -> Lesson:
    """The exercises and the quiz of a lesson, such as "00"; progress begins empty."""
    if not isinstance(number, str) or number not in LESSONS:
        raise ValueError(f"there is no lesson {number!r}: choose one of {', '.join(LESSONS)}")
    return Lesson(LESSONS[number])
