"""The less busy of two hosts against SimPy: the same drawn requests, each with the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.power_of_two import Asks, Host, send
from kubelearn.traffic.station import FULL, Station
from tests.benchmarks.queues import seconds

COUNT, RHO = 100_000, 0.8
THERE, BACK = MILLISECOND // 4, MILLISECOND // 3


class InSimpy:
    """Hosts as resources, requests as processes."""

    def __init__(self, asks: Asks, hosts: int, workers: int) -> None:
        import simpy

        self.env = simpy.Environment()
        self.hosts = [simpy.Resource(self.env, workers) for _ in range(hosts)]
        self.busy = [0] * hosts
        self.rows = list(zip(*(column.tolist() for column in asks), strict=True))
        self.answered = [0] * len(self.rows)

    def run(self) -> list[int]:
        """When the proxy has each answer."""
        self.env.process(self.source())
        self.env.run()
        return self.answered

    def source(self) -> Iterator[Any]:
        """One request after the other, in the order in which they come."""
        for number, (time, work, *drawn) in enumerate(self.rows):
            yield self.env.timeout(time - self.env.now)
            self.env.process(self.request(number, work, drawn))

    def request(self, number: int, work: int, drawn: list[int]) -> Iterator[Any]:
        """To the less busy of two and back."""
        place = min(drawn, key=self.busy.__getitem__)
        self.busy[place] += 1
        yield self.env.timeout(THERE)
        with self.hosts[place].request() as worker:
            yield worker
            yield self.env.timeout(work)
        yield self.env.timeout(BACK)
        self.busy[place] -= 1
        self.answered[number] = self.env.now


def drawn(hosts: int, workers: int, count: int = COUNT) -> Asks:
    """Requests that keep the hosts busy, of 1 ms on average."""
    source, mean = np.random.default_rng(1), MILLISECOND
    gaps = source.exponential(mean / hosts / workers / RHO, count).astype(np.int64)
    works = source.exponential(mean, count).astype(np.int64)
    first, second = source.integers(0, hosts, (2, count))
    return Asks(np.cumsum(gaps), works, first, second)


def idle(hosts: int, workers: int) -> list[Host]:
    """Hosts that have nothing to do."""
    station = Station() if workers == 1 else Crew.of(FULL, workers)
    return [Host(station, THERE, BACK)] * hosts


def compared(hosts: int, workers: int = 1) -> str:
    """From the drawn requests to the answers."""
    asks, here = drawn(hosts, workers), idle(hosts, workers)
    ours = sorted(seconds(lambda: send(asks, here)) for _ in range(5))[2]
    model = InSimpy(asks, hosts, workers)
    theirs = seconds(model.run)
    assert model.answered == send(asks, here).answered.tolist()
    return f"{theirs / ours:6.1f} x SimPy, {COUNT / ours / 1e6:5.2f} M requests/s"


def two_choices() -> str:
    """Hosts that serve one request after the other, and hosts of four workers."""
    rows = {
        "10 FIFO hosts": compared(10),
        "100 FIFO hosts": compared(100),
        "10 hosts of 4 workers": compared(10, 4),
    }
    return "\n".join(["", *(f"{'':<14} {told}: {name}" for name, told in rows.items())])
