"""How long a pod that failed waits before it may be tried again.

1 s, 2 s, 4 s, 8 s, then always 10 s unless the configuration says otherwise, from the last failure;
the end is cut to a whole second, and pods leave at the next full second after it
(`pkg/scheduler/backend/queue/backoff_queue.go`, 1.36).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    from kubelearn.scheduler.queue import QueuedPod

WINDOW = 1 * SECOND
"""Pods whose back-off ends in the same window leave together, in the order of the active queue."""


class Backoff(NamedTuple):
    """The first and the longest back-off, in nanoseconds; it doubles from one to the other."""

    initial: int = 1 * SECOND
    longest: int = 10 * SECOND

    def duration(self, failures: int) -> int:
        """The back-off after so many failures in a row, in nanoseconds."""
        return min(self.initial << min(failures - 1, 62), self.longest) if failures else 0

    def expiry(self, queued: QueuedPod) -> int:
        """The window in which the pod's back-off ends; before all times when it has none."""
        wait = self.duration(queued.errors or queued.unschedulable)
        return aligned(queued.timestamp + wait) if wait else -(1 << 62)

    def backing_off(self, queued: QueuedPod, now: int) -> bool:
        """Whether the pod still has to wait."""
        return self.expiry(queued) >= aligned(now)


def aligned(time: int) -> int:
    """The start of the window that a time falls in."""
    return time // WINDOW * WINDOW
