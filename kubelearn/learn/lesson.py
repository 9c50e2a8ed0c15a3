"""A lesson as its notebook sees it: the plan, and what this learner has done of it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import MARKS, RIGHT, Feedback
from kubelearn.learn.plan import Plan
from kubelearn.learn.progress import Progress
from kubelearn.learn.quiz import Quiz
from kubelearn.sim.arguments import checked
from kubelearn.world import Answer


class Lesson:
    """The exercises and the quiz of one notebook; `progress` remembers outcomes in memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.progress = Progress()

    def exercise(self, name: str) -> Exercise:
        """The exercise with this id: task and text to begin with."""
        return self.plan.exercise(name)

    def check(self, name: str, answer: Any) -> Feedback:
        """Judge an answer by how it behaves in a cluster of its own."""
        feedback = self.exercise(name).check(answer)
        self.progress.record(self.plan.number, name, feedback.outcome)
        return replace(feedback, advice=_advice(name, feedback.outcome))

    @checked
    def hint(self, name: str, number: int = 1) -> Answer:
        """A hint for an exercise; a higher number says more."""
        exercise = self.exercise(name)
        more = number + 1 if number < len(exercise.hints) else None
        rest = f'lesson.hint("{name}", {more})' if more else f'lesson.solution("{name}")'
        return Answer(f"{exercise.hint(number)}\n(More: {rest})")

    def solution(self, name: str) -> Answer:
        """One right answer to an exercise; there may be others."""
        return Answer(self.exercise(name).solution)

    def quiz(self) -> Quiz:
        """The questions of the lesson, to be answered with the mouse or the keyboard."""
        return replace(self.plan.quiz, heard=self._heard)

    @checked
    def answer(self, question: int, option: str) -> Feedback:
        """What to say to a choice in a question, numbered from 1."""
        feedback = self.plan.quiz.answer(question, option)
        self._heard(question, feedback.outcome)
        return feedback

    def _heard(self, question: int, outcome: str) -> None:
        self.progress.record(self.plan.number, _task(question), outcome)

    def keep_progress(self, file: str | Path | None = None) -> Answer:
        """Remember outcomes in a file too (`~/.kubelearn/progress.json` unless named)."""
        return Answer(f"progress is kept in {self.progress.keep(file)}")

    def _state(self) -> list[tuple[str, str]]:
        """Each exercise with its best outcome, then the quiz."""
        best = [(one.title, self._best(one.id)) for one in self.plan.exercises]
        count = len(self.plan.quiz.questions)
        right = sum(self._best(_task(n)) == RIGHT for n in range(1, count + 1))
        return [*((title, f"{MARKS[out]} {out}") for title, out in best),
                ("Quiz", f"{right} of {count} right")]  # fmt: skip

    def _best(self, task: str) -> str:
        return self.progress.best(self.plan.number, task)

    def __repr__(self) -> str:
        head = f"Lesson {self.plan.number}: {self.plan.title}"
        return "\n".join([head, *(f"  {title}: {state}" for title, state in self._state())])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(t)}: {escape(s)}</li>" for t, s in self._state())
        head = escape(f"Lesson {self.plan.number}: {self.plan.title}")
        return f'<div data-kl="lesson"><p><b>{head}</b></p><ul>{items}</ul></div>'


def _task(question: int) -> str:
    return f"question {question}"


def _advice(name: str, outcome: str) -> str:
    if outcome == RIGHT:
        return ""
    return f'A hint: lesson.hint("{name}")'
