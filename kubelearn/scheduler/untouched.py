"""What a learner's plugin is shown stays as it is: a write into it is undone and told.

Pods and nodes are shared with the whole cluster, so a write in place would reach the API server,
the other plugins and every fork.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kubelearn.scheduler.calling import is_built_in
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import PluginError

POINTS = {
    "pre_enqueue": "PreEnqueue",
    "queue_sort": "QueueSort",
    "pre_filter": "PreFilter",
    "post_filter": "PostFilter",
    "pre_score": "PreScore",
    "normalize_score": "NormalizeScore",
    "pre_bind": "PreBind",
    "post_bind": "PostBind",
    "add_pod": "AddPod",
    "remove_pod": "RemovePod",
}
"""Method -> the name of its extension point, where it is more than one word."""


class Watched(NamedTuple):
    """A method of a plugin that somebody else wrote, as the framework calls it."""

    name: str
    point: str
    method: Callable[..., Any]

    def __call__(self, *args: Any) -> Any:
        """The plugin's answer; PluginError when it wrote into a pod or a node."""
        shown = [(one, _frozen(one)) for one in _rows(args)]
        changed = ""
        try:
            answer = self.method(*args)
        finally:
            for one, before in shown:
                if _frozen(one) != before:
                    _restore(_parts(one), pickle.loads(before))  # noqa: S301  (its own bytes)
                    changed = changed or _told(one)
        if changed:
            nodes = [one.name for one, _ in shown if isinstance(one, NodeInfo)]
            raise PluginError(self.name, self.point, nodes[0] if len(nodes) == 1 else "", changed)
        return answer


def watched(name: str, point: str, method: Callable[..., Any]) -> Any:
    """A method under watch; a built-in one is called directly."""
    if is_built_in(method):
        return method
    return Watched(name, POINTS.get(point, point.title()), method)


def _rows(args: tuple[Any, ...]) -> Iterator[PodInfo | NodeInfo]:
    """The pods and nodes that a plugin is shown."""
    for one in args:
        if isinstance(one, PodInfo | NodeInfo):
            yield one
        elif isinstance(one, list | tuple):
            yield from (row for row in one if isinstance(row, PodInfo | NodeInfo))


def _parts(row: PodInfo | NodeInfo) -> Any:
    """What of a row can be written into, as far as it is looked at."""
    if isinstance(row, PodInfo):
        return row.obj, row.labels, row.requests
    return row.labels, row.taints, row.allocatable, row.requested


def _frozen(row: PodInfo | NodeInfo) -> bytes:
    try:
        return pickle.dumps(_parts(row))
    except Exception:  # noqa: BLE001  (only what a plugin has put there cannot be pickled)
        return b""


def _told(row: PodInfo | NodeInfo) -> str:
    kind = "pod" if isinstance(row, PodInfo) else "node"
    return (
        f"it changed {kind} {row.name} in place: make a copy first, such as dict({kind}.labels); "
        "what it wrote was taken back"
    )


def _restore(now: Any, before: Any) -> Any:
    """What was before, in the same dicts and lists as far as they are still there."""
    if isinstance(before, dict) and isinstance(now, dict):
        fields = {name: _restore(now.get(name), inner) for name, inner in before.items()}
        now.clear()
        now.update(fields)
        return now
    if isinstance(before, list) and isinstance(now, list):
        rest = [None] * (len(before) - len(now))
        now[:] = [_restore(old, inner) for old, inner in zip([*now, *rest], before, strict=False)]
        return now
    if isinstance(before, tuple) and isinstance(now, tuple) and len(now) == len(before):
        for old, inner in zip(now, before, strict=True):
            _restore(old, inner)
        return now
    return before
