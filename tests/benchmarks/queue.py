"""An M/M/c queue in three ways: on our clock, in SimPy's idiom, and Erlang's formula."""

from __future__ import annotations

import random
from collections import deque
from math import factorial
from typing import Any, NamedTuple

from kubelearn.sim.clock import SECOND, Clock


class Workload(NamedTuple):
    """Arrival and service times of all customers, in ns."""

    arrivals: list[int]
    services: list[int]


def workload(customers: int, seed: int, rate: float = 8.0) -> Workload:
    """Poisson arrivals, exponential service of mean one second."""
    source, now = random.Random(seed), 0
    arrivals, services = [], []
    for _ in range(customers):
        now += round(source.expovariate(rate) * SECOND)
        arrivals.append(now)
        services.append(round(source.expovariate(1.0) * SECOND))
    return Workload(arrivals, services)


class Station:
    """c servers and one line, on our clock."""

    name = "station"

    def __init__(self, clock: Clock, work: Workload, servers: int) -> None:
        self.clock, self.work, self.free = clock, work, servers
        self.line: deque[int] = deque()
        self.waits: list[int] = []

    def arrive(self, number: int) -> None:
        """One customer comes; the next one is put on the clock."""
        arrivals = self.work.arrivals
        if number + 1 < len(arrivals):
            self.clock.at(arrivals[number + 1], self.arrive, number + 1)
        if self.free:
            self.free -= 1
            self.waits.append(0)
            self.clock.after(self.work.services[number], self.finish)
        else:
            self.line.append(number)

    def finish(self) -> None:
        """A server is free: the next in line."""
        if self.line:
            number = self.line.popleft()
            self.waits.append(self.clock.now - self.work.arrivals[number])
            self.clock.after(self.work.services[number], self.finish)
        else:
            self.free += 1


def on_our_clock(work: Workload, servers: int = 10) -> list[int]:
    """The waits of all customers in the order in which they began to be served."""
    clock = Clock()
    station = Station(clock, work, servers)
    clock.register(station)
    clock.at(work.arrivals[0], station.arrive, 0)
    clock.run(work.arrivals[-1] + 10**15)
    return station.waits


def in_simpy(work: Workload, servers: int = 10) -> list[int]:
    """The same with SimPy processes and a Resource."""
    import simpy

    env = simpy.Environment()
    resource = simpy.Resource(env, servers)
    waits: list[int] = []

    def customer(number: int) -> Any:
        came = env.now
        with resource.request() as request:
            yield request
            waits.append(env.now - came)
            yield env.timeout(work.services[number])

    def source() -> Any:
        last = 0
        for number, arrival in enumerate(work.arrivals):
            yield env.timeout(arrival - last)
            last = arrival
            env.process(customer(number))

    env.process(source())
    env.run()
    return waits


def erlang_c_wait(servers: int, load: float) -> float:
    """Mean wait in seconds of M/M/c with mean service one second."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    blocked = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    return blocked / (servers - load)
