"""The quiz as a widget: choose, check, and read why; it also works with a dead kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from kubelearn.widgets.callbacks import Callbacks
from kubelearn.widgets.sources import quiz_script, quiz_style

Row = dict[str, Any]
Told = Callable[[int, str], None]
"""Is told the number of a question, from 1, and the option that was chosen."""


class QuizView(anywidget.AnyWidget):  # type: ignore[misc]  # the library has no types
    """Questions to answer; a row has `text`, `options` (key, text, why) and `right` (a key).

    The front end has all that it needs to judge an answer; the kernel only hears of it.
    """

    _esm = quiz_script()
    _css = quiz_style()
    questions: Any = traitlets.List().tag(sync=True)
    checked = traitlets.Dict().tag(sync=True)
    """The number of a question, as text → the option that was checked last."""
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, questions: list[Row], told: Told | None = None, **options: Any) -> None:
        super().__init__(questions=questions, **options)
        self._told = told
        self.callbacks = Callbacks((), self._show_error)
        self.observe(self._hear, "checked")

    def _show_error(self, text: str) -> None:
        self.error = text

    def _hear(self, change: dict[str, Any]) -> None:
        old = change["old"] or {}
        new = [(number, key) for number, key in change["new"].items() if old.get(number) != key]
        for number, key in new:
            self.callbacks.run(self._tell, int(number), key)

    def _tell(self, number: int, key: str) -> None:
        if self._told is not None:
            self._told(number, key)
