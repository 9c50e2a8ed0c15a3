"""An exercise whose answer is a scheduler plugin: a class, tried on the same arrivals as others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster import Cluster
from kubelearn.learn.exercise import Exercise, is_nothing
from kubelearn.learn.feedback import NOT_ATTEMPTED, WRONG, Feedback
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.scheduler import PLUGINS, check
from kubelearn.scheduler.checks import AS_ABOVE

SAVED = "it can be copied and saved"

PluginJudge = Callable[[Trial, Cluster], str]
"""Compares the cluster of the answer with one of the default scheduler; see `Judge`."""


@dataclass(frozen=True)
class PluginExercise(Exercise):
    """A plugin to write; answers are classes, or the Python text of one.

    `judge` is not used: `contest` sees both clusters.
    """

    contest: PluginJudge | None = None
    nodes: int = 4

    def check(self, answer: Any) -> Feedback:
        """Try the plugin on a sample cluster, then beside the default scheduler."""
        if is_nothing(answer):
            return Feedback(NOT_ATTEMPTED, self.where_to_begin())
        if self._untouched(answer):
            return Feedback(NOT_ATTEMPTED, "this is still what you were given")
        plugin = _class_of(answer)
        if isinstance(plugin, Feedback):
            return plugin
        if _answers_nothing(plugin):
            return Feedback(NOT_ATTEMPTED, "score still answers ...: return a whole number")
        problems = _problems(plugin, is_text=isinstance(answer, str))
        if problems:
            return Feedback(WRONG, "the plugin does not pass kl.check yet", problems)
        if not hasattr(plugin, "score"):
            return Feedback(WRONG, "the plugin has no method score(self, pod, node)")
        return self._contested(plugin)

    def _contested(self, plugin: type) -> Feedback:
        for seed in self.seeds:
            plugins = {**PLUGINS, "Learner": plugin}
            trial = Trial(Cluster(nodes=self.nodes, seed=seed, scheduler_plugins=plugins))
            usual = Cluster(nodes=self.nodes, seed=seed)
            try:
                assert self.contest is not None
                feedback = trial.right(self.contest(trial, usual))
            except Unmet as found:
                return trial.unmet(found)
        return feedback


def _problems(plugin: type, *, is_text: bool) -> tuple[str, ...]:
    """What `kl.check` finds that is more than advice; a class of a text can never be saved."""
    report = check(plugin)
    found = [one for one in report.findings if one.problem and one.needed]
    told = [one for one in found if not (is_text and one.check == SAVED)]
    return tuple(f"{one.check}: {one.problem}" for one in told if one.problem != AS_ABOVE)


def _class_of(answer: Any) -> type | Feedback:
    """The class that was handed in; of a text the last one that it defines."""
    if isinstance(answer, type):
        return answer
    if not isinstance(answer, str):
        return Feedback(WRONG, f"hand in the class itself, not {type(answer).__name__} {answer!r}")
    names: dict[str, Any] = {}
    try:
        exec(answer, names)  # noqa: S102  (the learner's own Python, as in a cell)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (the learner hears of it)
        return Feedback(WRONG, f"this is no Python that runs: {type(error).__name__}: {error}")
    classes = [value for value in names.values() if isinstance(value, type)]
    return classes[-1] if classes else Feedback(WRONG, "there is no class in this Python text")


def _answers_nothing(plugin: type) -> bool:
    """Whether `score` is the stub that was given."""
    try:
        return plugin().score(None, None) is ...
    except (Exception, SystemExit):  # noqa: BLE001  (one that looks at its arguments is no stub)
        return False
