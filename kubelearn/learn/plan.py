"""The plan of a lesson: its exercises and its quiz, the same for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.quiz import Quiz


@dataclass(frozen=True)
class Plan:
    """What one notebook asks of its reader."""

    number: str
    title: str
    exercises: tuple[Exercise, ...]
    quiz: Quiz

    def exercise(self, name: str) -> Exercise:
        """The exercise with this id; ValueError names the ids that there are."""
        found = {one.id: one for one in self.exercises}
        if not isinstance(name, str) or name not in found:
            raise ValueError(f"there is no exercise {name!r}: choose one of {', '.join(found)}")
        return found[name]
