"""Why a pod fits nowhere, and the text that says so.

Source: `pkg/scheduler/framework/types.go` (Diagnosis, FitError), Kubernetes 1.36.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kubelearn.scheduler.status import Code, Status, code_of

NO_NODES = "no nodes available to schedule pods"
"""The whole text when the cluster has no node at all."""


class NodeStatuses:
    """Each examined node's answer, and one for the nodes that were not examined."""

    __slots__ = ("absent", "statuses")

    def __init__(
        self, statuses: dict[str, Status] | None = None, absent: Status | None = None
    ) -> None:
        self.statuses = {} if statuses is None else statuses
        self.absent = absent

    def get(self, name: str) -> Status | None:
        """The answer about a node; nodes that nobody examined get the absent one."""
        return self.statuses.get(name, self.absent)

    def names_with(self, code: Code, names: Iterable[str]) -> list[str]:
        """Those of the nodes whose answer has this code, in the given order."""
        return [name for name in names if code_of(self.get(name)) is code]


def fit_error(
    nodes: int, statuses: NodeStatuses, pre_filter: str = "", post_filter: str = ""
) -> str:
    """The text of a pod that fits none of `nodes` nodes.

    A node counts once under each of its reasons. The pieces are sorted as texts, count in front.
    When PreFilter refused the pod, its text stands in place of the pieces.
    """
    text = f"0/{nodes} nodes are available:"
    if pre_filter:
        text += f" {pre_filter}."
    elif pieces := sorted(f"{count} {reason}" for reason, count in _reasons(nodes, statuses)):
        text += f" {', '.join(pieces)}."
    return f"{text} {post_filter}" if post_filter else text


def _reasons(nodes: int, statuses: NodeStatuses) -> Iterable[tuple[str, int]]:
    counted: Counter[str] = Counter()
    answers = statuses.statuses.values()
    # Nodes that were refused alike mostly share one status as an object.
    by_identity = dict(zip(map(id, answers), answers, strict=True))
    for identity, count in Counter(map(id, answers)).items():
        for reason in by_identity[identity].reasons:
            counted[reason] += count
    missing = nodes - len(statuses.statuses)
    if missing > 0 and statuses.absent is not None:
        for reason in statuses.absent.reasons:
            counted[reason] += missing
    return counted.items()
