"""Loads of a cluster in SimPy's idiom: the same requests, a process for each, equal ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from kubelearn.cluster import Cluster
from kubelearn.network import bulk
from kubelearn.network.plan import Plan
from kubelearn.network.service_times import service_times
from kubelearn.world.load import Load


class Workload(NamedTuple):
    """What SimPy is told of the requests of a load: times in ns, work by law of service."""

    sent: list[int]
    comes: list[int]
    """When each is at its pod, or at the balancer that chooses one."""
    goal: list[int]
    works: list[int]
    plan: Plan


def workload(cluster: Cluster, load: Load, plan: Plan) -> Workload:
    """The requests of a load that has ended, as they are drawn."""
    subject, draws = f"load {load.number}", cluster.draws
    sent = np.array([sent for _, sent, _, _ in load.requests()])
    index = np.arange(len(sent))
    time, goal = bulk.walk(draws, subject, plan, plan.first, index, sent)
    [law] = {one.work.law for one in plan.goals if one.work is not None}
    works = service_times(draws, law, subject, index)
    return Workload(sent.tolist(), time.tolist(), goal.tolist(), works.tolist(), plan)


class InSimpy:
    """Pods as resources, requests as processes."""

    def __init__(self, work: Workload, workers: int = 1) -> None:
        import simpy

        self.env, self.work, plan = simpy.Environment(), work, work.plan
        self.pods = {
            goal.work.pod: simpy.Resource(self.env, workers) for goal in plan.goals if goal.work
        }
        self.done = [0] * len(work.sent)
        self.unanswered: dict[Any, int] = {}

    def run(self) -> list[int]:
        """When each request has its answer."""
        self.env.process(self.source())
        self.env.run()
        return self.done

    def source(self) -> Iterator[Any]:
        """One request after the other, in the order in which they come."""
        order = sorted(range(len(self.done)), key=self.work.comes.__getitem__)
        for number in order:
            yield self.env.timeout(self.work.comes[number] - self.env.now)
            self.env.process(self.request(number))

    def request(self, number: int) -> Iterator[Any]:
        """At its pod, or first at the balancer that looks for the least busy target."""
        place = self.work.goal[number]
        if place >= 0:
            goal = self.work.plan.goals[place]
        else:
            way, target = self.choose(number, self.work.plan.forks[-1 - place])
            goal = self.work.plan.goals[way.goal]
            yield self.env.timeout(way.delay)
        with self.pods[goal.work.pod].request() as worker:
            yield worker
            yield self.env.timeout(self.work.works[number])
        if place < 0:
            yield self.env.timeout(goal.passes)
            self.unanswered[target] -= 1
        yield self.env.timeout(goal.back - (goal.passes if place < 0 else 0))
        self.done[number] = self.env.now

    def choose(self, number: int, fork: Any) -> tuple[Any, Any]:
        """The way to the target with the fewest unanswered requests; among equals in turn."""
        count, begin = len(fork.ways), self.work.plan.turn + number
        places = [(begin + step) % count for step in range(count)]
        targets = fork.targets
        best = min(places, key=lambda place: self.unanswered.get(targets[place], 0))
        self.unanswered[targets[best]] = self.unanswered.get(targets[best], 0) + 1
        return fork.ways[best], targets[best]
