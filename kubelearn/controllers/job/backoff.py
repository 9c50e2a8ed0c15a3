"""How long a Job waits before it replaces failed pods: 10 s, 20 s, 40 s … 10 min.

Source: `pkg/controller/job/backoff_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, condition, get_path
from kubelearn.api.times import parse_timestamp
from kubelearn.sim.clock import SECOND

INITIAL = 10 * SECOND
LIMIT = 600 * SECOND


class BackoffRecord(NamedTuple):
    """Failures since the last success, and when the last of them was, in ns."""

    failures: int = 0
    last: int | None = None

    def after(self, succeeded: Sequence[Object], failed: Sequence[Object]) -> BackoffRecord:
        """The record when these pods have ended too."""
        ends = [finish_time(pod) for pod in failed]
        if succeeded:
            success = max(finish_time(pod) for pod in succeeded)
            ends = [end for end in ends if end > success]
            return BackoffRecord(len(ends), max(ends, default=None))
        if not ends:
            return self
        return BackoffRecord(self.failures + len(ends), max(ends))

    def remaining(self, now: int, initial: int = INITIAL, limit: int = LIMIT) -> int:
        """Nanoseconds until new pods may be made."""
        return remaining(self.failures, self.last, now, initial, limit)


def remaining(
    failures: int, last: int | None, now: int, initial: int = INITIAL, limit: int = LIMIT
) -> int:
    """Nanoseconds left of the pause after so many failures in a row."""
    if failures == 0 or last is None:
        return 0
    pause = min(initial << min(failures - 1, 62), limit)
    return max(0, last + pause - now)


def finish_time(pod: Object) -> int:
    """When a pod ended, in ns; by its containers, else by the next best trace of it."""
    metadata = pod["metadata"]
    by_containers = _containers_finished(pod)
    if by_containers is not None:
        return by_containers
    ready = condition(pod, "Ready")
    if ready and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_timestamp(ready["lastTransitionTime"])
    if "deletionTimestamp" in metadata:
        grace = metadata.get("deletionGracePeriodSeconds") or 0
        return parse_timestamp(metadata["deletionTimestamp"]) - grace * SECOND
    return parse_timestamp(metadata["creationTimestamp"])


def _containers_finished(pod: Object) -> int | None:
    """When the last of the containers and sidecars ended, if all have."""
    ended = [(one.get("state") or {}).get("terminated") or {} for one in _lasting(pod)]
    if not ended or not all(one.get("finishedAt") for one in ended):
        return None
    return max(parse_timestamp(one["finishedAt"]) for one in ended)


def _lasting(pod: Object) -> Iterator[Object]:
    """The statuses of the containers that run until the pod ends."""
    status = pod["status"]
    yield from status.get("containerStatuses") or ()
    sidecars = {
        one["name"]
        for one in get_path(pod, "spec", "initContainers") or ()
        if one.get("restartPolicy") == "Always"
    }
    starts = status.get("initContainerStatuses") or ()
    yield from (one for one in starts if one["name"] in sidecars)
