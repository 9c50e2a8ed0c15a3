"""A lesson as its notebook sees it."""

from __future__ import annotations

from dataclasses import dataclass

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import Feedback
from kubelearn.learn.quiz import Quiz


@dataclass(frozen=True)
class Lesson:
    """The exercises and the quiz of one notebook."""

    number: str
    title: str
    exercises: tuple[Exercise, ...]
    questions: Quiz

    def exercise(self, name: str) -> Exercise:
        """The exercise with this id."""
        found = {one.id: one for one in self.exercises}
        if name not in found:
            raise ValueError(f"there is no exercise {name!r}: choose one of {', '.join(found)}")
        return found[name]

    def check(self, name: str, answer: str) -> Feedback:
        """Judge an answer by how it behaves in a cluster of its own."""
        return self.exercise(name).check(answer)

    def hint(self, name: str, number: int = 1) -> str:
        """A hint for an exercise."""
        return self.exercise(name).hint(number)

    def solution(self, name: str) -> str:
        """One right answer to an exercise."""
        return self.exercise(name).solution

    def quiz(self) -> Quiz:
        """The questions of the lesson."""
        return self.questions

    def answer(self, question: int, option: str) -> Feedback:
        """What to say to a choice in a question, numbered from 1."""
        count = len(self.questions.questions)
        if not 1 <= question <= count:
            raise ValueError(f"there is no question {question}: there are questions 1 to {count}")
        return self.questions.questions[question - 1].answer(option)

    def __repr__(self) -> str:
        return f"<Lesson {self.number}: {self.title}>"
