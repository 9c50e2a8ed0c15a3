"""An exercise whose answer is what one does: a function that gives commands to a cluster."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubelearn.cluster import Cluster
from kubelearn.learn.exercise import Exercise, applied
from kubelearn.learn.feedback import NOT_ATTEMPTED, WRONG, Feedback
from kubelearn.learn.trial import Trial
from kubelearn.sim.journal import Command

Doing = Callable[[Cluster], Any]


@dataclass(frozen=True)
class HandsOn(Exercise):
    """Commands to give; answers are functions of a cluster, their Python text, or manifests."""

    def _carried_out(self, trial: Trial, answer: Any) -> Feedback | None:
        if isinstance(answer, str) and _is_a_word(answer):
            text = f'hand in the function itself, as in lesson.check("{self.id}", answer)'
            return Feedback(WRONG, f"{text}, not the text {answer!r}")
        doing = _doing(answer)
        if isinstance(doing, Feedback):
            return doing
        return _done(trial, doing) if doing else applied(trial.cluster, answer)


def _is_a_word(answer: str) -> bool:
    """Whether a text is one line and no file, so neither Python nor a manifest."""
    return len(answer.strip().splitlines()) == 1 and not Path(answer.strip()).exists()


def _doing(answer: Any) -> Doing | Feedback | None:
    """The function that was handed in; None for what is a manifest."""
    if callable(answer):
        return answer  # type: ignore[no-any-return]
    if not isinstance(answer, str) or not _defines(answer):
        return None
    names: dict[str, Any] = {}
    try:
        exec(answer, names)  # noqa: S102  (the learner's own Python, as in a cell)
    except Exception as error:  # noqa: BLE001  (whatever it is, the learner hears of it)
        return Feedback(WRONG, f"this is no Python that runs: {type(error).__name__}: {error}")
    return [value for value in names.values() if callable(value)][-1]  # type: ignore[no-any-return]


def _defines(text: str) -> bool:
    try:
        return any(isinstance(one, ast.FunctionDef) for one in ast.parse(text).body)
    except SyntaxError:
        return False


def _done(trial: Trial, doing: Doing) -> Feedback | None:
    """Let the learner's function act; what to say when that was nothing, or an error."""
    before = len(trial.cluster.journal.commands)
    try:
        doing(trial.cluster)
    except Exception as error:  # noqa: BLE001  (whatever it is, the learner hears of it)
        return Feedback(WRONG, f"your commands end in {type(error).__name__}: {error}")
    given = trial.cluster.journal.commands[before:]
    if not given:
        return Feedback(NOT_ATTEMPTED, "your function has given no command to the cluster")
    for command in given:
        trial.note(f"your command: {_words(command)}")
    return None


def _words(command: Command) -> str:
    """A command as it is told; kubectl's are requests to the API server."""
    if command.name == "respond":
        request = command.args[1]
        return f"{request.method} {request.path}"
    words = " ".join(str(word) for word in (command.name, *command.args))
    return words if len(words) < 80 else command.name
