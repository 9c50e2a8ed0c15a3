"""Least request: the choice depends on the queues, so it is made request by request.

A pod that serves in order is known to be done with a request as soon as it takes it, so there is
nothing to simulate but the choices: no event has to wait for its turn.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.traffic.stream import Stream

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Taken(NamedTuple):
    """Which pod took each request, and when it was done."""

    pod: list[int]
    departs: list[int]


def of_two(stream: Stream, first: Array, second: Array, pods: int) -> Taken:
    """The less busy of two drawn pods; the first drawn wins a tie."""
    queues: list[deque[int]] = [deque() for _ in range(pods)]
    columns = (stream.arrives, stream.work, first, second)
    chosen, departs = [], []
    for now, work, one, other in zip(*(each.tolist() for each in columns), strict=True):
        queue, rival = queues[one], queues[other]
        while queue and queue[0] <= now:
            queue.popleft()
        while rival and rival[0] <= now:
            rival.popleft()
        if len(rival) < len(queue):
            one, queue = other, rival
        done = (queue[-1] if queue else now) + work
        queue.append(done)
        chosen.append(one)
        departs.append(done)
    return Taken(chosen, departs)


def of_all(stream: Stream, pods: int) -> Taken:
    """The least busy of all pods; the first of the list wins a tie.

    Times × pods stay below 2**62.
    """
    active, busy = [0] * pods, [0] * pods
    # A departure is one number, the pod in its last bits: a heap of ints is faster than of tuples.
    shift = pods.bit_length()
    mask = (1 << shift) - 1
    open_, chosen, departs = [1 << 90], [], []
    limits = ((stream.arrives + 1) << shift).tolist()
    columns = (stream.arrives.tolist(), stream.work.tolist())
    for limit, now, work in zip(limits, *columns, strict=True):
        while open_[0] < limit:
            active[heappop(open_) & mask] -= 1
        pod = active.index(0 if 0 in active else min(active))
        done = (busy[pod] if active[pod] else now) + work
        active[pod] += 1
        busy[pod] = done
        heappush(open_, done << shift | pod)
        chosen.append(pod)
        departs.append(done)
    return Taken(chosen, departs)
