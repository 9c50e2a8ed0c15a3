"""Questions with an explanation for each option, readable without a running kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from kubelearn.learn.feedback import RIGHT, WRONG, Feedback


@dataclass(frozen=True)
class Question:
    """One question; options are a, b, c …: text and what choosing it says about one's idea."""

    text: str
    options: Mapping[str, tuple[str, str]]
    right: str

    def answer(self, option: str) -> Feedback:
        """What to say to a choice; ValueError for an option that is not there."""
        if option not in self.options:
            raise ValueError(f"there is no option {option!r}: choose {', '.join(self.options)}")
        return Feedback(RIGHT if option == self.right else WRONG, self.options[option][1])

    def __str__(self) -> str:
        return "\n".join([self.text, *(f"  {k}) {text}" for k, (text, _) in self.options.items())])

    def html(self, number: int) -> str:
        """The question with its explanations folded away."""
        items = "".join(
            f"<li><details><summary>{key}) {escape(text)}</summary>"
            f"{'✓' if key == self.right else '✗'} {escape(why)}</details></li>"
            for key, (text, why) in self.options.items()
        )
        return f"<p><b>{number}. {escape(self.text)}</b></p><ul>{items}</ul>"


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson, numbered from 1."""

    questions: tuple[Question, ...]

    def __str__(self) -> str:
        return "\n\n".join(f"{n}. {one}" for n, one in enumerate(self.questions, 1))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = "".join(one.html(n) for n, one in enumerate(self.questions, 1))
        return f'<div data-kl="quiz">{parts}</div>'
