"""A learner's own QueueSort, so that it cannot break the queue.

A pod for which it raises, or answers what cannot be compared, goes to the front; when it could be
placed, its attempt fails with what went wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.scheduler import answers
from kubelearn.scheduler.calling import call, is_built_in
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.pod_heap import Order

if TYPE_CHECKING:
    from kubelearn.scheduler.queue import QueuedPod


class GuardedOrder(NamedTuple):
    """What a plugin of somebody else sorts by."""

    name: str
    method: Callable[..., Any]

    def __call__(self, queued: QueuedPod, /) -> tuple[Any, ...]:
        """The key of a pod; the smallest one of all when there is none."""
        try:
            return self.asked(queued)
        except PluginError:
            return ()

    def asked(self, queued: QueuedPod) -> tuple[Any, ...]:
        """The key of a pod; PluginError when there is none."""
        return answers.order(self.name, call(self.name, "QueueSort", "", self.method, queued))

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:  # noqa: ARG002
        """PluginError for a pod that has no key: here, where it would otherwise leave the queue."""
        from kubelearn.scheduler.queue import QueuedPod

        self.asked(QueuedPod(pod, 0, 1))


def guarded(name: str, method: Callable[..., Any]) -> Order:
    """What sorts the queue; a built-in plugin is asked directly."""
    return method if is_built_in(method) else GuardedOrder(name, method)
