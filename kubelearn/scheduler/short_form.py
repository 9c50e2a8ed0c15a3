"""The short form of a plugin, for one written in a cell: `filter(pod, node)`, `score(pod, node)`.

`pod` is a PodInfo, `node` a NodeInfo. A short filter answers None or True to pass a node; a text,
or False, refuses it, and the text becomes the reason. A short score answers a whole number from 0
to 100. The long form has the CycleState in front: `filter(state, pod, node)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import unschedulable

SHORT_ARGUMENTS = 2


class ShortFilter(NamedTuple):
    """A short filter, as the framework calls it."""

    name: str
    method: Callable[[PodInfo, NodeInfo], Any]

    def __call__(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Any:  # noqa: ARG002
        """None, a Status, or whatever nonsense the plugin answered."""
        answer = self.method(pod, node)
        if answer is None or answer is True:
            return None
        if answer is False:
            return unschedulable(f"node(s) didn't satisfy plugin {self.name}")
        # A Status is a tuple: only a plain text, and one with something in it, is a reason.
        return unschedulable(answer) if isinstance(answer, str) and answer else answer


class ShortScore(NamedTuple):
    """A short score, as the framework calls it."""

    name: str
    method: Callable[[PodInfo, NodeInfo], Any]

    def __call__(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Any:  # noqa: ARG002
        """The plugin's number."""
        return self.method(pod, node)


SHORT: dict[str, Any] = {
    "filter": ShortFilter,
    "score": ShortScore,
}
"""Extension point -> what makes a long method of (plugin name, short method)."""


def method_of(name: str, plugin: object, point: str) -> Callable[..., Any] | None:
    """A plugin's method for an extension point, in the long form; None when it has none."""
    method: Callable[..., Any] | None = getattr(plugin, point, None)
    form = SHORT.get(point)
    if method is not None and form is not None and is_short(method):
        long: Callable[..., Any] = form(name, method)
        return long
    return method


def is_short(method: Callable[..., Any]) -> bool:
    """Whether a method takes a pod and a node and nothing else."""
    try:
        parameters = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):  # no function, or one of C without a signature
        return False
    named = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    return len(named) == SHORT_ARGUMENTS and len(named) == len(parameters)
