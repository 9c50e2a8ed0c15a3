"""An exercise: a task, a beginning, hints, a solution, and a judge that looks at behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import ManifestError
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NOT_ATTEMPTED, WRONG, Feedback

Judge = Callable[[Cluster], Feedback]
"""Lets the answer, applied at time zero, live in a model cluster and says how it went."""


@dataclass(frozen=True)
class Exercise:
    """One task of a lesson; answers are manifests."""

    id: str
    title: str
    prompt: str
    starter: str
    hints: tuple[str, ...]
    solution: str
    judge: Judge

    def check(self, answer: str) -> Feedback:
        """Apply an answer to a cluster of its own and judge what happens there."""
        if answer.split() == self.starter.split():
            return Feedback(NOT_ATTEMPTED, "this is still the text that you were given")
        cluster = Cluster(nodes=3, zones=3, seed=1)
        try:
            cluster.apply(answer)
        except (ManifestError, APIError) as error:
            notes = tuple(getattr(error, "__notes__", ()))
            return Feedback(WRONG, f"the cluster does not take it: {error}", notes)
        return self.judge(cluster)

    def hint(self, number: int = 1) -> str:
        """One of the hints, from 1; each says more than the one before."""
        if not 1 <= number <= len(self.hints):
            raise ValueError(f"there is no hint {number}: there are hints 1 to {len(self.hints)}")
        return self.hints[number - 1]

    def __str__(self) -> str:
        return f"{self.title}\n\n{self.prompt}\n\n{self.starter}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (
            f"<h4>{escape(self.title)}</h4><p>{escape(self.prompt)}</p>"
            f"<pre>{escape(self.starter)}</pre>"
        )
