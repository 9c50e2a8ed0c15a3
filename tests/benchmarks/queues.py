"""Loads in bulk against SimPy: the same requests, each with the same end."""

from __future__ import annotations

import gc
import time

from kubelearn.cluster import Cluster
from kubelearn.world.load import Load
from tests.benchmarks.simpy_traffic import InSimpy, workload
from tests.cloud.aws.edge import attributes, edge

COUNT, PODS, RHO = 100_000, 9, 0.8
INSIDE = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: example.com/client}]}
"""
LEAST = "load_balancing.algorithm.type=least_outstanding_requests"


def pods(workers: int) -> Cluster:
    """Nine pods behind a Service, an NLB and an ALB, 1 ms for a request."""
    cluster = edge()
    said = {"kubelearn.dev/service-time": "exponential 1ms", "kubelearn.dev/workers": str(workers)}
    template = {"metadata": {"annotations": said}}
    cluster.patch("deployment/web", {"spec": {"replicas": PODS, "template": template}})
    cluster.apply(INSIDE)
    return cluster.run("120s")


def compared(cluster: Cluster, url: str, client: str, workers: int = 1) -> str:
    """A load from its start to its totals, all else in the cluster included, against SimPy."""
    rate = RHO * PODS * workers * 1000
    cluster.load(url, rate=5, duration="1s", client=client)  # so that the client knows the name
    cluster.run("5s")
    taken = []
    for _ in range(3):
        twin = cluster.fork()
        load: Load = twin.load(url, rate=rate, duration=COUNT / rate, client=client)
        plan = twin.parts["loads"].plans[load.number]
        gc.collect()
        begin = time.process_time()
        twin.run(COUNT / rate + 1)
        load.totals()
        taken.append(time.process_time() - begin)
    assert not twin.parts["loads"].ended(load.number).singles
    model = InSimpy(workload(twin, load, plan), workers)
    gc.collect()
    begin = time.process_time()
    done = model.run()
    theirs = time.process_time() - begin
    assert done == [done for _, _, done, _ in load.requests()]
    ours, count = sorted(taken)[1], len(done)
    return f"{theirs / ours:6.1f} x SimPy, {count / ours / 1e6:5.2f} M requests/s"


def queues() -> str:
    """A Service before pods with one worker and with four; an ALB by least outstanding."""
    single, four = pods(1), pods(4)
    alb = attributes(single.fork(), LEAST)
    rows = {
        "Service, FIFO pods": compared(single, "http://web/", "pod/client"),
        "Service, 4 workers a pod": compared(four, "http://web/", "pod/client", 4),
        "ALB, least outstanding": compared(alb, "http://shop.example.com/", "internet"),
    }
    return "\n".join(["", *(f"{'':<14} {told}: {name}" for name, told in rows.items())])
