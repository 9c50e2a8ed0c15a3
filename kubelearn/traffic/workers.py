"""Pods with several workers and one queue: whoever is free first takes the next request.

There is no closed form for such a queue (G/G/k); a heap of the moments at which each worker is free
is all that has to be kept (Kiefer and Wolfowitz 1955).
"""

from __future__ import annotations

from heapq import heapreplace
from typing import TYPE_CHECKING, Any

from kubelearn.traffic.stream import Stream

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def departures(stream: Stream, pod: Array, pods: int, workers: int) -> list[int]:
    """When each request is done, given the pod that takes it; all are idle at the start."""
    free = [[0] * workers for _ in range(pods)]
    found = []
    columns = (stream.arrives, stream.work, pod)
    for now, work, which in zip(*(each.tolist() for each in columns), strict=True):
        own = free[which]
        begin = own[0]
        done = (begin if begin > now else now) + work
        heapreplace(own, done)
        found.append(done)
    return found
