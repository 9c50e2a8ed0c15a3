"""A trial: an answer alive in a model cluster, and the story of what is done to it."""

from __future__ import annotations

from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import RIGHT, WRONG, Feedback
from kubelearn.sim.clock import MILLISECOND
from kubelearn.sim.duration import format_duration

TENTH = 100 * MILLISECOND


class Unmet(Exception):
    """A check that an answer does not meet: what was seen, and how far the answer comes."""

    def __init__(self, text: str, outcome: str = WRONG, details: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.outcome = outcome
        self.details = details


class Trial:
    """The cluster in which an answer lives, and what has happened there so far.

    Checks (`kubelearn.learn.checks`) act on it, write down what they saw, and raise `Unmet`.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        """Write down what happens at this moment."""
        self.lines.append(f"{moment(self.cluster.clock.now)}  {text}")

    def right(self, text: str) -> Feedback:
        """The answer does all that was asked for."""
        return Feedback(RIGHT, text, tuple(self.lines))

    def unmet(self, found: Unmet) -> Feedback:
        """The feedback on a check that was not met."""
        return Feedback(found.outcome, found.text, (*self.lines, *found.details))


def moment(time: int) -> str:
    """A moment, or a length of time, as people say it, to a tenth of a second: "1m5.3s"."""
    return format_duration(round(time / TENTH) * TENTH)
