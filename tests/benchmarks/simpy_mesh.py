"""A load behind a proxy of the mesh in SimPy's idiom: a process for each request, equal ends.

It knows what the benchmark's load needs: one cluster whose hosts are drawn in pairs, a limit of
requests, a time for each try and one for all, retries with pauses, ejection of hosts that fail in
a row. All draws are made before; the first run keeps those that only it knows to be needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kubelearn.balancing.backoff import JitteredBackoff
from kubelearn.balancing.outlier import OutlierSettings
from kubelearn.network.router.lanes import Lane
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.proxying import Routed

PAUSES = JitteredBackoff(25 * MILLISECOND, 250 * MILLISECOND)


class Drawn:
    """The draws of a load, each made once."""

    def __init__(self, chances: Any, lanes: list[Lane], pool: int) -> None:
        self.chances, self.lanes, self.pool = chances, lanes, pool
        self.pairs: dict[Any, tuple[int, int]] = {}
        self.works: dict[tuple[int, int, int], tuple[int, int]] = {}
        self.pauses: dict[tuple[int, int], int] = {}

    def pair(self, row: int, attempt: int, count: int, turn: int) -> tuple[int, int]:
        """Two hosts of so many."""
        key = row, attempt, count, turn
        if key not in self.pairs:
            draw = self.chances.picks(row, attempt, self.pool)
            self.pairs[key] = draw("host", count, 100 * turn), draw("host", count, 100 * turn + 1)
        return self.pairs[key]

    def work(self, row: int, attempt: int, lane: int) -> tuple[int, int]:
        """How long the program works, and what it answers."""
        key = row, attempt, lane
        if key not in self.works:
            self.works[key] = self.chances.work(row, attempt, lane)
        return self.works[key]

    def pause(self, row: int, attempt: int) -> int:
        """Ns before the next try."""
        key = row, attempt
        if key not in self.pauses:
            number = self.chances.pause(row, attempt, self.pool)
            self.pauses[key] = PAUSES.delay(attempt, number)
        return self.pauses[key]


class Scene(NamedTuple):
    """What the requests meet; times in ns."""

    lanes: list[Lane]
    routed: Routed
    most: int
    """Requests under way."""
    most_retries: int
    outlier: OutlierSettings
    first_tick: int
    exit: int
    workers: list[int]
    """By lane."""
    came: list[int]
    deadline: list[int]
    drawn: Drawn


class Host:
    """A pod: its workers, and what the proxy knows of it."""

    def __init__(self, env: Any, lane: Lane, workers: int) -> None:
        import simpy

        self.lane, self.workers = lane, simpy.Resource(env, workers)
        self.active = self.failures = self.times = 0
        self.out_since: int | None = None


class MeshInSimpy:
    """Requests as processes, workers as resources."""

    def __init__(self, scene: Scene) -> None:
        import simpy

        self.env, self.scene = simpy.Environment(), scene
        both = zip(scene.lanes, scene.workers, strict=True)
        self.hosts = [Host(self.env, lane, workers) for lane, workers in both]
        self.inside = self.hosts
        self.busy = self.retries = 0
        self.next_tick = scene.first_tick
        self.done: list[tuple[int, int]] = [(0, 0)] * len(scene.came)

    def run(self) -> list[tuple[int, int]]:
        """When each client has its answer, and which; 0 when it has given up."""
        self.env.process(self.source())
        self.env.run()
        return self.done

    def source(self) -> Iterator[Any]:
        """One request after the other."""
        for row, time in enumerate(self.scene.came):
            yield self.env.timeout(time - self.env.now)
            while self.env.peek() == self.env.now:
                yield self.env.timeout(0)  # answers of this very moment come first
            self.env.process(self.request(row))

    def request(self, row: int) -> Iterator[Any]:
        """Tries until one is good, or none is left."""
        scene, env, routed = self.scene, self.env, self.scene.routed
        deadline = scene.deadline[row]
        until, attempt, tried = env.now + routed.timeout, 0, list[Host]()
        while True:
            self.tick()
            if self.busy >= scene.most:
                status = 503
                self.retries -= attempt > 0
                break
            host = self.choose(row, attempt, tried)
            host.active += 1
            self.busy += 1
            limit = min(env.now + routed.try_timeout, until, deadline)
            answer = env.process(self.serve(host, row, attempt))
            yield answer | env.timeout(limit - env.now)
            host.active -= 1
            self.busy -= 1
            self.retries -= attempt > 0
            status = answer.value if answer.triggered else 504
            gone = not answer.triggered and env.now >= deadline
            self.tick()
            if not gone:
                self.watch(host, status)
            if gone:
                self.done[row] = env.now, 0
                return
            if status < 500 or attempt >= routed.retries or env.now >= until:
                break
            if self.retries >= scene.most_retries:
                break
            self.retries += 1
            pause = scene.drawn.pause(row, attempt)
            attempt += 1
            tried.append(host)
            last = min(until, deadline)
            yield env.timeout(min(pause, last - env.now))
            if env.now >= last:
                self.retries -= 1
                status = 504
                if env.now >= deadline:
                    self.done[row] = env.now, 0
                    return
                break
        self.done[row] = env.now + scene.exit, status

    def serve(self, host: Host, row: int, attempt: int) -> Iterator[Any]:
        """There, a worker, back; a client that has given up changes nothing of it."""
        lane = host.lane
        yield self.env.timeout(lane.arrives)
        work, status = self.scene.drawn.work(row, attempt, self.hosts.index(host))
        with host.workers.request() as worker:
            yield worker
            yield self.env.timeout(work)
        yield self.env.timeout(lane.goal.back)
        return status

    def choose(self, row: int, attempt: int, tried: list[Host]) -> Host:
        """The less busy of two that are drawn, if possible one that was not asked before."""
        inside = self.inside
        for turn in range(self.scene.routed.avoid + 1):
            one, other = self.scene.drawn.pair(row, attempt, len(inside), turn)
            mine, rival = inside[one], inside[other]
            found = rival if rival.active < mine.active else mine
            if found not in tried:
                break
        return found

    # Ejection

    def watch(self, host: Host, status: int) -> None:
        """Count failures in a row."""
        settings = self.scene.outlier
        host.failures = host.failures + 1 if status >= 500 else 0
        if host.failures < settings.consecutive_5xx:
            return
        host.failures = 0
        out = sum(one.out_since is not None for one in self.hosts)
        most = settings.max_ejection_percent * len(self.hosts)
        if host.out_since is None and 100 * (out + 1) <= most:
            host.out_since, host.times = self.env.now // MILLISECOND, host.times + 1
            self.inside = [one for one in self.hosts if one.out_since is None]

    def tick(self) -> None:
        """The ends of intervals: hosts come back."""
        settings = self.scene.outlier
        while self.next_tick <= self.env.now:
            now = self.next_tick // MILLISECOND
            for host in self.hosts:
                if host.out_since is None:
                    host.times = max(0, host.times - 1)
                elif now - host.out_since >= settings.base_ejection_time * host.times:
                    host.out_since, host.failures = None, 0
            self.inside = [one for one in self.hosts if one.out_since is None]
            self.next_tick += settings.interval * MILLISECOND
