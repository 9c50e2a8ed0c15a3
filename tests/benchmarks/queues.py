"""Loads in bulk against SimPy: the same requests, each with the same end.

Two ratios for each: from the drawn requests to their ends, as SimPy is given them; and a whole run,
from the start of a load to its totals, with drawing and all else in the cluster.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from kubelearn.cluster import Cluster
from kubelearn.network import in_bulk
from kubelearn.sim.clock import SECOND
from kubelearn.world.load import Load
from tests.benchmarks.simpy_traffic import InSimpy, workload
from tests.cloud.aws.edge import attributes, edge

COUNT, RHO = 100_000, 0.8
FEW, MANY = 9, 102
INSIDE = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: example.com/client}]}
"""
LEAST = "load_balancing.algorithm.type=least_outstanding_requests"
SERVICE, ALB = ("http://web/", "pod/client"), ("http://shop.example.com/", "internet")
"""(URL, client) of the ways in."""


class Setting(NamedTuple):
    """Pods behind a Service, an NLB and an ALB, and a load that keeps them busy."""

    cluster: Cluster
    pods: int
    workers: int = 1
    way: tuple[str, str] = SERVICE

    @classmethod
    def of(cls, pods: int, workers: int = 1, way: tuple[str, str] = SERVICE) -> Setting:
        """Pods that take 1 ms for a request, ready."""
        cluster = edge()
        said = {"kubelearn.dev/service-time": "exponential 1ms"}
        template = {"metadata": {"annotations": {**said, "kubelearn.dev/workers": str(workers)}}}
        cluster.patch("deployment/web", {"spec": {"replicas": pods, "template": template}})
        cluster.apply(INSIDE)
        return cls(cluster.run("240s"), pods, workers, way).knowing()

    def knowing(self) -> Setting:
        """The client knows the name."""
        url, client = self.way
        self.cluster.load(url, rate=5, duration="1s", client=client)
        self.cluster.run("5s")
        return self

    @property
    def rate(self) -> float:
        """Requests per second."""
        return RHO * self.pods * self.workers * 1000

    def load(self) -> Load:
        """The load, just begun, in a fork of the cluster."""
        url, client = self.way
        twin = self.cluster.fork()
        return twin.load(url, rate=self.rate, duration=COUNT / self.rate, client=client)


def seconds(action: Callable[[], Any]) -> float:
    """Seconds of CPU."""
    gc.collect()
    begin = time.process_time()
    action()
    return time.process_time() - begin


def whole_run(setting: Setting) -> tuple[float, Load]:
    """A load from its start to its totals, all else in the cluster included."""
    load = setting.load()

    def run() -> None:
        load.world.run(COUNT / setting.rate + 1)
        load.totals()

    return seconds(run), load


def ends_only(setting: Setting) -> tuple[float, Load]:
    """What of it finds the ends of the requests, when they are drawn."""
    load = setting.load()
    loads, taken = load.world.parts["loads"], 0.0
    end = loads.rows[load.number].end + SECOND
    for moment in in_bulk.moments(loads, end):
        in_bulk.send(loads, moment)
        taken += seconds(lambda moment=moment: in_bulk.serve(loads, moment))
    in_bulk.settle(loads, load.number, end)
    return taken, load


def compared(setting: Setting) -> str:
    """Both against SimPy."""
    plan = (begun := setting.load()).world.parts["loads"].plans[begun.number]
    runs = [whole_run(setting) for _ in range(3)]
    bare = [ends_only(setting) for _ in range(3)]
    _, load = runs[0]
    assert not load.world.parts["loads"].ended(load.number).singles
    model = InSimpy(workload(load.world, load, plan), setting.workers)
    theirs = seconds(model.run)
    for _, one in (*runs, *bare):
        assert model.done == [done for _, _, done, _ in one.requests()]
    rows = []
    for name, taken in (("drawn requests to ends", bare), ("whole run", runs)):
        ours = statistics.median(time for time, _ in taken)
        rate = len(model.done) / ours / 1e6
        rows.append(f"{theirs / ours:6.1f} x SimPy, {rate:5.2f} M requests/s {name}")
    return ";".join(rows)


def queues() -> str:
    """A Service before pods with one worker and with four; an ALB in turns and by the least."""
    least = Setting.of(FEW, way=ALB)
    settings = {
        "Service, 9 FIFO pods": Setting.of(FEW),
        "Service, 9 pods of 4 workers": Setting.of(FEW, 4),
        "ALB in turns, 102 pods of 4 workers": Setting.of(MANY, 4, ALB),
        "ALB, least outstanding of 9 FIFO pods": least._replace(
            cluster=attributes(least.cluster, LEAST)
        ),
    }
    return "\n".join(["", *(f"{'':<14} {compared(one)}: {name}" for name, one in settings.items())])
