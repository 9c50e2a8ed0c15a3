"""A learner's own QueueSort, so that it cannot break the queue.

A pod for which it raises, or answers what cannot be compared, goes to the front; when it could be
placed, its attempt fails with what went wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.scheduler import answers
from kubelearn.scheduler.calling import call, is_built_in
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.pod_heap import Order
from kubelearn.scheduler.status import Code, Status

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

    def problem(self, pod: PodInfo) -> Status | None:
        """What went wrong when the plugin was asked about this pod; None when it has a key."""
        from kubelearn.scheduler.queue import QueuedPod

        try:
            self.asked(QueuedPod(pod, 0, 1))
        except PluginError as error:
            return Status(Code.ERROR, (str(error),), self.name)
        return None


def guarded(name: str, method: Callable[..., Any]) -> Order:
    """What sorts the queue; a built-in plugin is asked directly."""
    return method if is_built_in(method) else GuardedOrder(name, method)
