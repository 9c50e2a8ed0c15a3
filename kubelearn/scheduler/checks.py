"""What every scheduler plugin must keep to: `check(MyPlugin)` tries it on a sample cluster.

The built-in plugins keep to all of `CHECKS`; a learner's plugin is fine when it keeps to the
needed ones, the others are advice.
"""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from kubelearn.scheduler.algorithm import Evaluation, find_feasible, prioritize
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.events import NODE_ADD, ClusterEvent
from kubelearn.scheduler.extension_points import EXTENSION_POINTS
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugin_error import PluginError, raised, shown
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.sample_cluster import sample_nodes, sample_pods, sample_snapshot
from kubelearn.scheduler.soundness import problem_of
from kubelearn.scheduler.status import Code

ADVICE_LENGTH = 10
"""Letters of the shortest words that say anything."""
AS_ABOVE = "cannot be seen, for the same error as above"


class Finding(NamedTuple):
    """What came of one check."""

    check: str
    problem: str
    """What is wrong; "" when all is well."""
    needed: bool
    """False for advice."""

    @property
    def mark(self) -> str:
        """One word for the report."""
        if not self.problem:
            return "ok"
        return "FAIL" if self.needed else "advice"


@dataclass(frozen=True)
class Report:
    """What the checks found about a plugin."""

    plugin: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the plugin keeps to all that is needed."""
        return not any(finding.problem and finding.needed for finding in self.findings)

    def _head(self) -> str:
        passed = sum(not finding.problem for finding in self.findings)
        verdict = "fit for use" if self.ok else "not fit for use yet"
        return f"{self.plugin}: {passed} of {len(self.findings)} checks passed, {verdict}"

    def __str__(self) -> str:
        lines = [self._head()]
        for check, problem, _ in self.findings:
            lines.append(f"  {self._mark(check):6}  {check}" + (f": {problem}" if problem else ""))
        return "\n".join(lines)

    __repr__ = __str__

    def _mark(self, check: str) -> str:
        return next(finding.mark for finding in self.findings if finding.check == check)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{finding.mark}</td><td>{escape(finding.check)}</td>"
            f"<td>{escape(finding.problem)}</td></tr>"
            for finding in self.findings
        )
        return f'<div class="kl-check"><b>{escape(self._head())}</b><table>{rows}</table></div>'

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-shaped data."""
        return {
            "plugin": self.plugin,
            "ok": self.ok,
            "findings": [{**finding._asdict(), "mark": finding.mark} for finding in self.findings],
        }


class Subject:
    """A plugin under test, under the name that a profile would give it."""

    def __init__(self, plugin: Any, name: str) -> None:
        self.plugin = plugin
        self.name = name

    def framework(self) -> Framework:
        """A fresh one, with the plugin and what every profile needs."""
        names = [self.name] if hasattr(self.plugin, "queue_sort") else ["PrioritySort", self.name]
        table = {**PLUGINS, self.name: self.plugin}
        return Framework(table, Profile(plugins=dict.fromkeys(names, 1)))

    def evaluations(
        self, framework: Framework | None = None, *, backwards: bool = False
    ) -> Iterator[tuple[PodInfo, Evaluation]]:
        """What the plugin makes of each sample pod on the sample cluster."""
        framework = framework or self.framework()
        nodes = sample_nodes()
        snapshot = sample_snapshot(reversed(nodes) if backwards else nodes)
        for pod in sample_pods():
            found = Evaluation(len(nodes), CycleState(snapshot))
            find_feasible(framework, found, pod, 0)
            if found.feasible and framework.scores:
                prioritize(framework, found, pod)
            yield pod, found

    def answers(self, framework: Framework | None = None, *, backwards: bool = False) -> list[Any]:
        """All verdicts and scores, in a form that can be compared."""
        return [
            (
                pod.name,
                sorted(found.statuses.statuses.items()),
                {plugin: sorted(scores.items()) for plugin, scores in found.scores.items()},
            )
            for pod, found in self.evaluations(framework, backwards=backwards)
        ]


def check(plugin: Any, name: str = "") -> Report:
    """Try a plugin's class on a sample cluster and report what it does not keep to."""
    name = name or str(getattr(plugin, "name", "") or getattr(plugin, "__name__", "plugin"))
    subject = Subject(plugin, name)
    findings: list[Finding] = []
    for title, (rule, needed) in CHECKS.items():
        problem = _problem(rule, subject)
        told = any(problem and problem == finding.problem for finding in findings)
        findings.append(Finding(title, AS_ABOVE if told else problem, needed))
        if findings[0].problem:
            break  # nothing more can be said about a plugin that cannot be made
    return Report(name, tuple(findings))


def _problem(rule: Callable[[Subject], str], subject: Subject) -> str:
    try:
        return rule(subject)
    except PluginError as error:
        return str(error)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  (whatever a plugin does is a finding)
        return raised(error)


# The checks: each returns what is wrong, or ""


def _can_be_made(subject: Subject) -> str:
    if not callable(subject.plugin):
        return f"it is {shown(subject.plugin)}: give the class of a plugin, such as PackTight"
    subject.plugin()
    subject.framework()
    return ""


def _has_points(subject: Subject) -> str:
    return problem_of(subject.plugin())


def _answers_well(subject: Subject) -> str:
    for pod, found in subject.evaluations():
        for node, status in found.statuses.statuses.items():
            if not status.reasons or not all(status.reasons):
                return f"it refuses node {node} for pod {pod.name} without a reason"
    return ""


def _sees_it_through(subject: Subject) -> str:
    framework = subject.framework()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for pod, found in subject.evaluations(framework):
            problem = _waits(framework, pod, found) or _is_placed(framework, pod, found)
            if problem or told:
                return problem or str(told[0].message)
    return ""


def _waits(framework: Framework, pod: PodInfo, found: Evaluation) -> str:
    """What goes wrong while the pod is in the queue."""
    event = ClusterEvent(NODE_ADD, None, found.state.snapshot.rows[0])
    for hint in framework.hints.values():
        bool(hint(pod, event))
    status = framework.pre_enqueue(pod)
    return "" if status is None or status.rejected else status.message


def _is_placed(framework: Framework, pod: PodInfo, found: Evaluation) -> str:
    """What goes wrong on the way from the chosen node to the binding, which is not done."""
    if not found.feasible:
        return ""
    node = found.feasible[0]
    steps = (framework.reserve, framework.permit, framework.pre_bind)
    statuses = [step(found.state, pod, node) for step in steps]
    framework.post_bind(found.state, pod, node)
    framework.unreserve(found.state, pod, node)
    broken = (status for status in statuses if status is not None and not status.rejected)
    return next((status.message for status in broken if status.code is not Code.WAIT), "")


def _is_deterministic(subject: Subject) -> str:
    framework = subject.framework()
    first = subject.answers(framework)
    if first != subject.answers(framework):
        return "asked twice, it answers differently: no random numbers, no clock, no memory"
    if first != subject.answers():
        return "a second instance answers differently"
    return ""


def _ignores_order(subject: Subject) -> str:
    if subject.answers() == subject.answers(backwards=True):
        return ""
    return "it answers differently when the nodes come in another order"


def _leaves_the_cluster_alone(subject: Subject) -> str:
    for pod, found in subject.evaluations():
        fresh = sample_snapshot(sample_nodes())
        if fresh.rows != found.state.snapshot.rows:
            return f"asked about pod {pod.name}, it changed a node or a pod in place"
        if pod != next(one for one in sample_pods() if one.name == pod.name):
            return f"it changed pod {pod.name} in place"
    return ""


def _keeps_nothing(subject: Subject) -> str:
    framework = subject.framework()
    plugin = framework.plugins[subject.name]
    before = _memory(plugin)
    subject.answers(framework)
    after = _memory(plugin)
    changed = sorted(key for key in after if before.get(key) != after[key])
    if not changed:
        return ""
    names = ", ".join(changed)
    return f"it remembers things between pods ({names}): forks share a plugin, so keep them out"


def _memory(plugin: Any) -> dict[str, bytes]:
    """What a plugin remembers, frozen: its attributes, and containers of its class."""
    kept = {
        key: value
        for key, value in vars(type(plugin)).items()
        if isinstance(value, dict | list | set) and not key.startswith("__")
    }
    values = {**kept, **getattr(plugin, "__dict__", {})}
    return {key: _frozen(value) for key, value in values.items()}


def _frozen(value: Any) -> bytes:
    try:
        return pickle.dumps(value)
    except Exception:  # noqa: BLE001  (not everything can be pickled; its text must do)
        return repr(value).encode()


def _can_be_saved(subject: Subject) -> str:
    plugin = subject.plugin()
    copy.deepcopy(plugin)
    try:
        pickle.loads(pickle.dumps(plugin))  # noqa: S301  (its own bytes)
    except Exception as error:  # noqa: BLE001
        return f"a cluster with it cannot be saved: {error}; define the class in a cell of its own"
    return ""


def _is_described(subject: Subject) -> str:
    text = inspect.getdoc(subject.plugin) or ""
    return "" if len(text) > ADVICE_LENGTH else "a docstring would say what it is for"


def _methods_are_described(subject: Subject) -> str:
    methods = {point: getattr(subject.plugin, point, None) for point in EXTENSION_POINTS}
    bare = [point for point, method in methods.items() if method and not inspect.getdoc(method)]
    return f"without a docstring: {', '.join(bare)}" if bare else ""


def _repr_rebuilds(subject: Subject) -> str:
    made = subject.plugin()
    text = repr(made)
    if text.startswith("<"):
        return "its repr could show its parameters, as in PackTight(weight=3)"
    again = eval(text, {subject.plugin.__name__: subject.plugin})  # noqa: S307  (its own repr)
    return "" if repr(again) == text else f"eval({text}) makes another one"


def _gives_advice(subject: Subject) -> str:
    framework = subject.framework()
    advice = getattr(framework.plugins[subject.name], "advice", None)
    for pod, found in subject.evaluations(framework):
        for node in found.statuses.statuses:
            if advice is None:
                return "a method advice(state, pod, node) could say what would have to change"
            words = advice(found.state, pod, found.state.snapshot.by_name[node])
            if len(words) <= ADVICE_LENGTH:
                return f"it has no words about node {node} for pod {pod.name}"
    return ""


CHECKS: dict[str, tuple[Callable[[Subject], str], bool]] = {
    "it can be made without arguments": (_can_be_made, True),
    "it has extension points, and they can be called": (_has_points, True),
    "it refuses with a reason, and scores are whole numbers from 0 to 100": (_answers_well, True),
    "it sees a pod through, from the queue to the binding": (_sees_it_through, True),
    "equal questions get equal answers": (_is_deterministic, True),
    "the order of the nodes does not matter": (_ignores_order, True),
    "it leaves nodes and pods as they are": (_leaves_the_cluster_alone, True),
    "it keeps nothing between pods": (_keeps_nothing, True),
    "it can be copied and saved": (_can_be_saved, True),
    "it says what it is for": (_is_described, False),
    "its methods say what they do": (_methods_are_described, False),
    "its repr shows its parameters": (_repr_rebuilds, False),
    "it can say what would have to change": (_gives_advice, False),
}
"""Check -> (its function, whether it is needed)."""
