"""PrioritySort: higher priority first, then who has waited longer."""

from __future__ import annotations

from kubelearn.scheduler.queue import QueuedPod


class PrioritySort:
    """Orders the active queue by priority, then by the time of entering it.

    Source: `pkg/scheduler/framework/plugins/queuesort/priority_sort.go`, Kubernetes 1.36.
    """

    name = "PrioritySort"

    def __repr__(self) -> str:
        return "PrioritySort()"

    def queue_sort(self, queued: QueuedPod) -> tuple[int, ...]:
        """(negative priority, time of entering)."""
        return (-queued.pod.priority, queued.timestamp)
