"""A path with guards, as a mesh has them: rate limit, bounded queues, timeouts, retries, ejection.

A request that the token bucket lets through is tried at the less busy of two drawn pods. A pod has
workers and a bounded queue; a sick one answers errors. A try ends with an answer, an overflow, or a
timeout, after which the pod works on in vain; failures in a row eject a pod for a while. What
becomes of a try is known as soon as a pod takes it, so each try is one event.

Unlike the real one: the wires take no time, at most half of the pods are out at once, and each
ejection lasts as long as the others; the mesh of a cluster (`kubelearn.mesh`) has Envoy's rules.
"""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.sim import draw_arrays
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic.stream import Stream

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

OK, ERROR, OVERFLOW, TIMEOUT, LIMITED = 200, 500, 503, 504, 429
NEVER = 1 << 62


class Guards(NamedTuple):
    """Settings of the path; times in ns."""

    pods: int = 10
    workers: int = 4
    queue: int = 8
    """Requests that may wait at a pod."""
    token: int = MILLISECOND
    """How long the bucket needs for one token."""
    burst: int = 100
    """Tokens that it holds."""
    timeout: int = 20 * MILLISECOND
    """Of each try."""
    retries: int = 2
    failures: int = 5
    """In a row that eject a pod."""
    ejection: int = SECOND
    sick: int = 0
    """How many pods, the first of the list, answer errors."""
    fails: float = 0.0
    """The share of errors among their answers."""


class Chances(NamedTuple):
    """The draws of the n-th try of each request: two choices (32 bits), and whether it fails."""

    first: list[int]
    second: list[int]
    fails: list[bool]


class Ended(NamedTuple):
    """Status and end of each request."""

    status: list[int]
    time: list[int]


def chances(draws: Draws, count: int, guards: Guards, subject: str = "stream") -> list[Chances]:
    """All draws of a path, try by try."""
    import numpy as np

    index = np.arange(count, dtype=np.int64)

    def column(purpose: str) -> Array:
        return draw_arrays.bits(draws, purpose, subject, index) >> np.uint64(32)

    limit = np.uint64(int(guards.fails * 2**32))
    return [
        Chances(
            column(f"first {number}").tolist(),
            column(f"second {number}").tolist(),
            (column(f"fails {number}") < limit).tolist(),
        )
        for number in range(guards.retries + 1)
    ]


def admitted(arrives: list[int], guards: Guards) -> list[bool]:
    """Whether the token bucket, full at the start, has a token for each request."""
    full, token = guards.burst * guards.token, guards.token
    level, last, found = full, 0, []
    for now in arrives:
        level = min(full, level + now - last)
        last = now
        found.append(level >= token)
        if level >= token:
            level -= token
    return found


class Path:
    """The pods of a path and the tries that are open."""

    def __init__(self, guards: Guards, works: list[int], draws: list[Chances]) -> None:
        self.guards, self.works, self.draws = guards, works, draws
        self.free = [[0] * guards.workers for _ in range(guards.pods)]
        self.inside: list[list[int]] = [[] for _ in range(guards.pods)]
        """When the requests in each pod leave it, as heaps."""
        self.failures = [0] * guards.pods
        self.out_until = [0] * guards.pods
        self.usable = list(range(guards.pods))
        self.back = NEVER
        """When the next ejected pod comes back."""
        self.tries: list[tuple[int, int, int, int, int, int]] = []
        """(end, sequence, request, try, status, pod) as a heap."""
        self.sequence = 0
        self.ended = Ended([LIMITED] * len(works), [0] * len(works))

    def attempt(self, now: int, request: int, number: int) -> None:
        """Try a request; where the queue is full, again at once."""
        guards, usable = self.guards, self.usable
        if now >= self.back:
            usable = self._readmit(now)
        for tried in range(number, guards.retries + 1):
            chance, count = self.draws[tried], len(usable)
            pod = usable[chance.first[request] * count >> 32]
            other = usable[chance.second[request] * count >> 32]
            inside, rival = self.inside[pod], self.inside[other]
            while inside and inside[0] <= now:
                heappop(inside)
            while rival and rival[0] <= now:
                heappop(rival)
            if len(rival) < len(inside):
                pod, inside = other, rival
            if len(inside) < guards.workers + guards.queue:
                self._enter(now, request, tried, pod)
                return
        self._end(request, OVERFLOW, now)

    def _enter(self, now: int, request: int, tried: int, pod: int) -> None:
        free, guards = self.free[pod], self.guards
        begin = free[0]
        done = (begin if begin > now else now) + self.works[request]
        heapreplace(free, done)
        heappush(self.inside[pod], done)
        status, end = OK, done
        if done > now + guards.timeout:
            status, end = TIMEOUT, now + guards.timeout
        elif pod < guards.sick and self.draws[tried].fails[request]:
            status = ERROR
        self.sequence += 1
        heappush(self.tries, (end, self.sequence, request, tried, status, pod))

    def until(self, limit: int) -> None:
        """Let all tries end that end by a moment."""
        tries, failures, last = self.tries, self.failures, self.guards.retries
        statuses, times = self.ended
        while tries and tries[0][0] <= limit:
            now, _, request, tried, status, pod = heappop(tries)
            if status == OK:
                failures[pod] = 0
                statuses[request], times[request] = OK, now
                continue
            self._failed(now, pod)
            if tried < last:
                self.attempt(now, request, tried + 1)
            else:
                self._end(request, status, now)

    def _failed(self, now: int, pod: int) -> None:
        self.failures[pod] += 1
        if self.failures[pod] < self.guards.failures:
            return
        self.failures[pod] = 0
        usable = self._readmit(now)
        out = self.guards.pods - len(usable)
        if pod in usable and 2 * (out + 1) <= self.guards.pods:
            self.out_until[pod] = now + self.guards.ejection
            self._readmit(now)

    def _readmit(self, now: int) -> list[int]:
        """The pods that are not out now."""
        self.usable = [pod for pod, until in enumerate(self.out_until) if until <= now]
        self.back = min((until for until in self.out_until if until > now), default=NEVER)
        return self.usable

    def _end(self, request: int, status: int, now: int) -> None:
        self.ended.status[request], self.ended.time[request] = status, now


def run(stream: Stream, draws: list[Chances], guards: Guards) -> Ended:
    """Let all requests take the path; a failed try is repeated at once while tries are left."""
    arrives = stream.arrives.tolist()
    path = Path(guards, stream.work.tolist(), draws)
    for request, (now, passes) in enumerate(zip(arrives, admitted(arrives, guards), strict=True)):
        path.until(now)
        if passes:
            path.attempt(now, request, 0)
        else:
            path.ended.time[request] = now
    path.until(NEVER)
    return path.ended
