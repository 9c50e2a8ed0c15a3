"""An exercise that is done on the learner's own cluster, by kubectl from a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NOT_ATTEMPTED, Feedback
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.trial import Trial, Unmet

NOTHING_YET = (
    "no command has changed this cluster yet: paste the line that cluster.serve() shows into a "
    "terminal, and go on there with kubectl"
)


@dataclass(frozen=True)
class OwnCluster(HandsOn):
    """What is handed in is a cluster as its learner has left it; a fork of it is judged.

    A function of a cluster, as in other hands-on exercises, is an answer as well.
    """

    def _judged(self, answer: Any) -> Feedback:
        if not isinstance(answer, Cluster):
            return super()._judged(answer)
        if not any(command.name == "respond" for command in answer.journal.commands):
            return Feedback(NOT_ATTEMPTED, NOTHING_YET)
        trial = Trial(answer.fork())
        try:
            return trial.right(self.judge(trial))
        except Unmet as found:
            return trial.unmet(found)
