"""The record of one scheduling cycle: what was seen of each node, and what was chosen.

Kept compactly, as one column of numbers a plugin. In a cluster of more than `FULL_TABLE` nodes
only the best `TOP` nodes and, for each reason of refusal, the first `TOP` refused ones are kept by
name; the counts are always complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from kubelearn.scheduler.algorithm import Evaluation
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import clean, raised, shown
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Status

FULL_TABLE = 200
"""Up to so many nodes everything is kept."""
TOP = 20


class Column(NamedTuple):
    """One plugin's scores of the kept nodes, in their order."""

    plugin: str
    weight: int
    raw: tuple[int, ...]
    normalized: bytes
    """0..100 each."""


Words = tuple[str, ...]


class LateWords(NamedTuple):
    """Advice that follows from pod and node alone: kept as these, put into words when read."""

    plugin: Any
    pod: PodInfo
    rows: tuple[NodeInfo, ...]
    total: int
    """Nodes of the refusal; those after `rows` get no words."""

    def written(self) -> Words:
        """What the plugin says of each node."""
        state = CycleState(Snapshot())
        told = (_asked(self.plugin, state, self.pod, row) for row in self.rows)
        return (*told, *("",) * (self.total - len(self.rows)))


class Refusal(NamedTuple):
    """The nodes that one plugin refused with the same reasons."""

    plugin: str
    code: str
    reasons: tuple[str, ...]
    total: int
    nodes: tuple[str, ...]
    advice: Words | LateWords
    """For each of the nodes, in words, what would have to change; "" where nobody can say."""

    @property
    def words(self) -> Words:
        """The advice, written out."""
        advice = self.advice
        return advice.written() if isinstance(advice, LateWords) else advice


@dataclass(frozen=True, slots=True)
class Decision:
    """What the scheduler decided about a pod, and on what grounds."""

    time: int
    """Nanoseconds of the clock."""
    uid: str
    cycle: int
    """Number of this cycle since the scheduler started."""
    attempt: int
    """Number of this attempt for the pod."""
    node: str
    """Where the pod went; "" when it was not placed."""
    message: str
    """The failure's text, as in the event; "" when the pod was placed."""
    nodes: int
    """Nodes in the cluster."""
    evaluated: int
    feasible: int
    best: tuple[str, ...]
    """The nodes with the highest total; the draw was among them."""
    names: tuple[str, ...]
    """Kept feasible nodes, in the order in which they were looked at."""
    columns: tuple[Column, ...]
    totals: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    profile: str = ""
    """The scheduler name of the profile that was at work."""
    reserved: bool = False
    """Whether only the node was looked at on which preemption had made room for the pod."""
    nominated: str = ""
    """The node on which preemption makes room."""
    victims: tuple[str, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """One row a kept node: verdict, and raw, normalised and weighted scores by plugin."""
        return [*self._feasible_rows(), *self._refused_rows()]

    def _feasible_rows(self) -> Iterator[dict[str, Any]]:
        for place, name in enumerate(self.names):
            cells = [(c.plugin, c.weight, c.raw[place], c.normalized[place]) for c in self.columns]
            yield {
                "node": name,
                "verdict": "chosen" if name == self.node else "feasible",
                "plugin": "",
                "reasons": (),
                "raw": {plugin: raw for plugin, _, raw, _ in cells},
                "normalized": {plugin: score for plugin, _, _, score in cells},
                "weighted": {plugin: score * weight for plugin, weight, _, score in cells},
                "total": self.totals[place] if self.totals else None,
            }

    def _refused_rows(self) -> Iterator[dict[str, Any]]:
        for refusal in self.refusals:
            for name, advice in zip(refusal.nodes, refusal.words, strict=True):
                yield {
                    "node": name,
                    "verdict": "refused",
                    "plugin": refusal.plugin,
                    "reasons": refusal.reasons,
                    "advice": advice,
                }


def record(
    found: Evaluation,
    framework: Framework,
    pod: PodInfo,
    *,
    time: int,
    cycle: int,
    attempt: int,
    node: str = "",
    message: str = "",
    nominated: str = "",
    victims: Sequence[str] = (),
) -> Decision:
    """The decision that an evaluation led to."""
    names = _kept([row.name for row in found.feasible], found, node)
    return Decision(
        time=time,
        uid=pod.uid,
        cycle=cycle,
        attempt=attempt,
        node=node,
        message=message,
        nodes=found.nodes,
        evaluated=found.evaluated,
        feasible=len(found.feasible),
        best=tuple(row.name for row in found.best[:FULL_TABLE]),
        names=names,
        columns=tuple(_columns(found, framework, names)),
        totals=tuple(found.totals[name] for name in names) if found.totals else (),
        refusals=tuple(_refusals(found, framework, pod, wants_advice=not node)),
        profile=framework.profile.scheduler_name,
        reserved=bool(node) and not found.scanned,
        nominated=nominated,
        victims=tuple(victims),
    )


def _kept(names: list[str], found: Evaluation, node: str) -> tuple[str, ...]:
    if found.nodes <= FULL_TABLE or len(names) <= TOP:
        return tuple(names)
    ranked = sorted(names, key=lambda name: -found.totals.get(name, 0))
    top = {*ranked[:TOP], node}
    return tuple(name for name in names if name in top)


def _columns(found: Evaluation, framework: Framework, names: Iterable[str]) -> Iterator[Column]:
    for plugin, scores in found.scores.items():
        raw = found.raw[plugin]
        yield Column(
            plugin,
            framework.weights[plugin],
            tuple(raw[name] for name in names),
            bytes(scores[name] for name in names),
        )


def _refusals(
    found: Evaluation, framework: Framework, pod: PodInfo, *, wants_advice: bool
) -> Iterator[Refusal]:
    groups: dict[Status, list[str]] = {}
    for name, status in found.statuses.statuses.items():
        groups.setdefault(status, []).append(name)
    most = None if found.nodes <= FULL_TABLE else TOP
    counted = [(status, len(names), names[:most]) for status, names in groups.items()]
    absent = found.statuses.absent
    if absent is not None:
        examined = {*found.statuses.statuses, *(row.name for row in found.feasible)}
        rows = found.state.snapshot.rows
        others = islice((row.name for row in rows if row.name not in examined), most)
        counted.append((absent, len(rows) - len(examined), list(others)))
    for status, total, names in counted:
        kept = tuple(names)
        told: Words | LateWords = ("",) * len(kept)
        if wants_advice and not found.pre_filter:
            told = _advice(found, framework.plugins.get(status.plugin), pod, kept)
        yield Refusal(status.plugin, status.code, status.reasons, total, kept, told)


def _advice(
    found: Evaluation, plugin: Any, pod: PodInfo, names: Sequence[str]
) -> Words | LateWords:
    """What the refusing plugin says of each node; of the first `TOP` ones only, to save time."""
    if not hasattr(plugin, "advice"):
        return ("",) * len(names)
    by_name = found.state.snapshot.by_name
    rows = tuple(by_name[name] for name in names[:TOP])
    if getattr(plugin, "late_advice", False):
        return LateWords(plugin, pod, rows, len(names))
    told = (_asked(plugin, found.state, pod, row) for row in rows)
    return (*told, *("",) * (len(names) - len(rows)))


def _asked(plugin: Any, state: CycleState, pod: PodInfo, row: NodeInfo) -> str:
    try:
        words = plugin.advice(state, pod, row)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # noqa: BLE001  (words about a refusal must not stop the pod)
        return f"the plugin's advice failed: {raised(problem)}"
    return clean(words) if isinstance(words, str) else f"the plugin's advice is {shown(words)}"
