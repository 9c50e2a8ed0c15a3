"""An exercise: a task, a beginning, hints, a solution, and a judge that looks at behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import ManifestError
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NOT_ATTEMPTED, WRONG, Feedback
from kubelearn.learn.trial import Trial, Unmet

GAP = "____"
"""What stands in a starter where the learner has to write."""

Judge = Callable[[Trial], str]
"""Lets an answer, applied at time zero, live in a model cluster and breaks things there.

Returns what was right about it; raises `Unmet` when something was not.
"""

Setting = Callable[[int], Cluster]
"""Makes the cluster that an answer meets, from a seed."""


def usual_setting(seed: int) -> Cluster:
    """Three workers in three zones, nothing else."""
    return Cluster(nodes=3, zones=3, seed=seed)


@dataclass(frozen=True)
class Exercise:
    """One task of a lesson; answers are manifests, in any form that `Cluster.apply` takes."""

    id: str
    title: str
    prompt: str
    starter: str
    hints: tuple[str, ...]
    solution: str
    judge: Judge
    setting: Setting = usual_setting
    seeds: tuple[int, ...] = (1, 2, 3)
    """The answer must hold with each of these seeds: luck is no answer."""

    def check(self, answer: Any) -> Feedback:
        """Apply an answer to a cluster of its own and judge what happens there."""
        if is_nothing(answer):
            return Feedback(NOT_ATTEMPTED, self.where_to_begin())
        if self._untouched(answer):
            return Feedback(NOT_ATTEMPTED, "this is still what you were given")
        if isinstance(answer, str) and GAP in answer:
            return Feedback(WRONG, _gaps(answer))
        return self._judged(answer)

    def _judged(self, answer: Any) -> Feedback:
        """The feedback of the first seed with which the answer does not hold, else of the last."""
        for seed in self.seeds:
            trial = Trial(self.setting(seed))
            refused = self._carried_out(trial, answer)
            if refused:
                return refused
            try:
                feedback = trial.right(self.judge(trial))
            except Unmet as found:
                return trial.unmet(found)
        return feedback

    def _carried_out(self, trial: Trial, answer: Any) -> Feedback | None:
        """Bring an answer to the cluster; what to say when that cannot be done."""
        return applied(trial.cluster, answer)

    def where_to_begin(self) -> str:
        """What to say to who hands in nothing."""
        return f'there is no answer yet; print(lesson.exercise("{self.id}").starter) is a beginning'

    def _untouched(self, answer: Any) -> bool:
        return isinstance(answer, str) and answer.split() == self.starter.split()

    def hint(self, number: int = 1) -> str:
        """One of the hints, from 1; each says more than the one before."""
        if number not in range(1, len(self.hints) + 1):
            raise ValueError(f"there is no hint {number!r}: there are hints 1 to {len(self.hints)}")
        return self.hints[number - 1]

    def __str__(self) -> str:
        return f"{self.title}\n\n{self.prompt}\n\n{self.starter}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (
            f'<div data-kl="exercise"><p><b>{escape(self.title)}</b></p>'
            f"<p>{escape(self.prompt)}</p><pre>{escape(self.starter)}</pre></div>"
        )


def is_nothing(answer: Any) -> bool:
    """Whether nothing was handed in: None, ... or a text without words."""
    return answer is None or answer is ... or (isinstance(answer, str) and not answer.strip())


def _gaps(answer: str) -> str:
    lines = [str(n) for n, line in enumerate(answer.splitlines(), 1) if GAP in line]
    return f"there is still a gap ({GAP}) in line {', '.join(lines)}"


def applied(cluster: Cluster, answer: Any) -> Feedback | None:
    """What to say when the cluster does not take the answer."""
    try:
        cluster.apply(answer)
    except ManifestError as error:
        return Feedback(WRONG, f"this cannot be read as a manifest yet: {error}")
    except (APIError, TypeError) as error:
        notes = tuple(getattr(error, "__notes__", ()))
        return Feedback(WRONG, f"the cluster refuses it, nothing was made: {error}", notes)
    return None
