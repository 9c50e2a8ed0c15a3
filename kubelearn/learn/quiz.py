"""Questions with an explanation for each option, readable without a running kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from typing import Any

from kubelearn.learn.feedback import RIGHT, WRONG, Feedback

Heard = Callable[[int, str], None]
"""Is told the number of a question that was answered, and the outcome."""


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

    def to_dict(self) -> dict[str, Any]:
        """The question as the widget takes it."""
        options = [{"key": k, "text": text, "why": why} for k, (text, why) in self.options.items()]
        return {"text": self.text, "options": options, "right": self.right}


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson, numbered from 1; a widget where there are widgets."""

    questions: tuple[Question, ...]
    heard: Heard | None = None

    def answer(self, number: int, option: str) -> Feedback:
        """What to say to a choice in a question."""
        count = len(self.questions)
        if not 1 <= number <= count:
            raise ValueError(f"there is no question {number}: there are questions 1 to {count}")
        return self.questions[number - 1].answer(option)

    def __str__(self) -> str:
        return "\n\n".join(f"{n}. {one}" for n, one in enumerate(self.questions, 1))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = "".join(one.html(n) for n, one in enumerate(self.questions, 1))
        return f'<div data-kl="quiz-text">{parts}</div>'

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and the plain quiz for viewers that have none."""
        plain = {"text/html": self._repr_html_(), "text/plain": str(self)}
        if find_spec("anywidget") is None:
            return plain
        from kubelearn.widgets.quiz import QuizView  # only where the widget library is

        view = QuizView([one.to_dict() for one in self.questions], self._told)
        bundle = view._repr_mimebundle_(**options)
        if bundle is None:
            return plain
        data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
        return (data | plain, *metadata) if metadata else data | plain

    def _told(self, number: int, option: str) -> None:
        outcome = self.answer(number, option).outcome
        if self.heard is not None:
            self.heard(number, outcome)
