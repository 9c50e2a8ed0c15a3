"""The same streams in SimPy, as its own documentation would write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.traffic import guarded
from kubelearn.traffic.guarded import Chances, Ended, Guards
from kubelearn.traffic.stream import Stream


def pods_in_simpy(
    stream: Stream, choose: Callable[[int, list[Any]], int], pods: int, workers: int = 1
) -> list[int]:
    """Departures; `choose(request, resources)` is the pod of each."""
    import simpy

    env = simpy.Environment()
    resources = [simpy.Resource(env, workers) for _ in range(pods)]
    arrives, works = stream.arrives.tolist(), stream.work.tolist()
    departs = [0] * len(works)

    def request(number: int) -> Any:
        with resources[choose(number, resources)].request() as place:
            yield place
            yield env.timeout(works[number])
        departs[number] = env.now

    def source() -> Any:
        last = 0
        for number, now in enumerate(arrives):
            yield env.timeout(now - last)
            last = now
            env.process(request(number))

    env.process(source())
    env.run()
    return departs


def inside(resource: Any) -> int:
    """How many requests are in a pod."""
    return int(resource.count + len(resource.queue))


class GuardedInSimpy:
    """The guarded path with a process for each request and one for each try."""

    def __init__(self, stream: Stream, draws: list[Chances], guards: Guards) -> None:
        import simpy

        self.env, self.guards, self.draws = simpy.Environment(), guards, draws
        self.arrives, self.works = stream.arrives.tolist(), stream.work.tolist()
        self.pods = [simpy.Resource(self.env, guards.workers) for _ in range(guards.pods)]
        self.failures, self.out = [0] * guards.pods, [0] * guards.pods
        self.level, self.last = guards.burst * guards.token, 0
        self.ended = Ended([guarded.LIMITED] * len(self.works), [0] * len(self.works))

    def run(self) -> Ended:
        """All requests."""
        self.env.process(self.source())
        self.env.run()
        return self.ended

    def source(self) -> Any:
        """One request after the other."""
        for number, now in enumerate(self.arrives):
            yield self.env.timeout(now - self.env.now)
            self.env.process(self.request(number))

    def token(self) -> bool:
        """Take a token, if there is one."""
        guards, now = self.guards, self.env.now
        self.level = min(guards.burst * guards.token, self.level + now - self.last)
        self.last = now
        if self.level < guards.token:
            return False
        self.level -= guards.token
        return True

    def request(self, number: int) -> Any:
        """Try until it is well, or tries are used up."""
        status = guarded.LIMITED
        for chance in self.draws if self.token() else ():
            pod = self.pick(chance, number)
            if inside(self.pods[pod]) >= self.guards.workers + self.guards.queue:
                status = guarded.OVERFLOW
                continue
            done = self.env.process(self.work(number, pod))
            yield done | self.env.timeout(self.guards.timeout)
            status = guarded.OK if done.triggered else guarded.TIMEOUT
            if status == guarded.OK and pod < self.guards.sick and chance.fails[number]:
                status = guarded.ERROR
            self.judge(pod, status)
            if status == guarded.OK:
                break
        self.ended.status[number], self.ended.time[number] = status, self.env.now

    def usable(self) -> list[int]:
        """The pods that are not out."""
        return [pod for pod, until in enumerate(self.out) if until <= self.env.now]

    def pick(self, chance: Chances, number: int) -> int:
        """The less busy of two."""
        usable = self.usable()
        one, other = (
            usable[draw[number] * len(usable) >> 32] for draw in (chance.first, chance.second)
        )
        return other if inside(self.pods[other]) < inside(self.pods[one]) else one

    def work(self, number: int, pod: int) -> Any:
        """The pod works, whether or not somebody still waits."""
        with self.pods[pod].request() as place:
            yield place
            yield self.env.timeout(self.works[number])

    def judge(self, pod: int, status: int) -> None:
        """Count failures in a row."""
        self.failures[pod] = 0 if status == guarded.OK else self.failures[pod] + 1
        if self.failures[pod] >= self.guards.failures:
            self.failures[pod] = 0
            usable = self.usable()
            out = self.guards.pods - len(usable)
            if pod in usable and 2 * (out + 1) <= self.guards.pods:
                self.out[pod] = self.env.now + self.guards.ejection
