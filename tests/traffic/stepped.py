"""The plain way: an event on our clock for each arrival and each departure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from kubelearn.sim.clock import Clock
from kubelearn.traffic.stream import Stream

Choose = Callable[[int, list[int]], int]
"""(request, how many each pod has inside) → pod."""


class Stepped:
    """Pods with workers and a queue each."""

    name = "stepped"

    def __init__(self, stream: Stream, choose: Choose, pods: int, workers: int = 1) -> None:
        self.arrives, self.work = stream.arrives.tolist(), stream.work.tolist()
        self.choose = choose
        self.free, self.inside = [workers] * pods, [0] * pods
        self.lines: list[deque[int]] = [deque() for _ in range(pods)]
        self.pod, self.departs = [0] * len(self.work), [0] * len(self.work)
        self.clock = Clock()
        self.clock.register(self)

    def arrive(self, number: int) -> None:
        """A request comes, and the next one is put on the clock."""
        if number + 1 < len(self.arrives):
            self.clock.at(self.arrives[number + 1], self.arrive, number + 1)
        pod = self.pod[number] = self.choose(number, self.inside)
        self.inside[pod] += 1
        if self.free[pod]:
            self.free[pod] -= 1
            self.clock.after(self.work[number], self.depart, number, pod)
        else:
            self.lines[pod].append(number)

    def depart(self, number: int, pod: int) -> None:
        """A worker is done, and takes the next of its pod's line."""
        self.departs[number] = self.clock.now
        self.inside[pod] -= 1
        if self.lines[pod]:
            following = self.lines[pod].popleft()
            self.clock.after(self.work[following], self.depart, following, pod)
        else:
            self.free[pod] += 1


def stepped(stream: Stream, choose: Choose, pods: int, workers: int = 1) -> Stepped:
    """All requests of a stream, event by event."""
    engine = Stepped(stream, choose, pods, workers)
    engine.clock.at(engine.arrives[0], engine.arrive, 0)
    engine.clock.run(1 << 62)
    return engine
