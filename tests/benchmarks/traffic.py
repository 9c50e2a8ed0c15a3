"""Traffic at scale: an hour of an autoscaled shop, against real time and against its own steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from kubelearn.cluster import Cluster
from kubelearn.world.load import Load
from tests.benchmarks.queues import queues
from tests.benchmarks.two_choices import two_choices
from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {kubelearn.dev/service-time: exponential 5ms}
    spec:
      containers:
        - name: web
          image: example.com/web
          ports: [{containerPort: 80}]
          resources: {requests: {cpu: 500m}}
          readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 4
  maxReplicas: 20
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization,
            averageUtilization: 120}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers: [{name: client, image: example.com/client}]
"""


def shop() -> Cluster:
    """An autoscaled Service on three nodes, with metrics."""
    cluster = Cluster(nodes=3, seed=3, node={"cpu": "8"})
    cluster.apply(SHOP)
    cluster.install("metrics-server")
    return cluster.run("90s")


def loaded(cluster: Cluster, rate: float, duration: int, engine: str = "auto") -> Load:
    """A load on the shop, from beginning to end."""
    load = cluster.load("http://web/", rate=rate, duration=duration, client="pod/client",
                        engine=engine)  # fmt: skip
    cluster.run(duration)
    return load


def hour() -> str:
    """One hour of 1,000 requests/s, an autoscaler every 15 s, percentiles for each minute."""
    loaded(shop(), 1000, 10).report("10s")  # imports are a row of their own
    taken = []
    for _ in range(3):
        cluster = shop()
        begin = time.process_time()
        sent = int(loaded(cluster, 1000, 3600).report("60s")["sent"].sum())
        taken.append(time.process_time() - begin)
    middle = statistics.median(taken)
    return f"{3600 / middle:6.0f} x real time: {sent:,} requests in {middle:.2f} s"


def against_steps() -> str:
    """20 s of 500 requests/s in bulk against the same requests through the hops; equal ends."""
    bulk, steps = shop(), shop()
    begin = time.process_time()
    one = loaded(bulk, 500, 20)
    middle = time.process_time()
    other = loaded(steps, 500, 20, "stepped")
    end = time.process_time()
    assert one.requests() == other.requests()
    return f"{(end - middle) / (middle - begin):6.1f} x our own stepped engine, equal requests"


def lesson() -> str:
    """A 15-minute scenario at the size of a lesson."""
    cluster = shop()
    begin = time.process_time()
    loaded(cluster, 200, 900).report("15s")
    return f"{time.process_time() - begin:6.2f} s for 15 minutes of 200 requests/s"


NODES = ("worker-1", "worker-2", "worker-3")
SLIDERS: dict[str, Callable[[Cluster], str]] = {
    "NodePort": lambda cluster: f"http://{address(cluster, NODES[0])}:30080/",
    "NLB": lambda cluster: f"http://{name_of(cluster)}/",
    "ALB": lambda cluster: f"http://{name_of(cluster, 'ingress/shop')}/",
}
"""Ways into the cluster, by a name."""


def failover(cluster: Cluster, url: str, rate: float) -> Load:
    """What a slider runs again: fork, load, three nodes lost and found, a report; 5 minutes."""
    twin = cluster.fork()
    load = twin.load(url, rate=rate, duration=300, client="internet", timeout="2s")
    for name in NODES:
        twin.run(20)
        twin.fail.node(name)
    twin.run(60)
    for name in NODES:
        twin.heal.node(name)
    twin.run(180)
    load.report(10)
    return load


def sliders() -> str:
    """Milliseconds of CPU for a slider of the failover lessons, at 20 and 200 requests/s."""
    cluster = edge()
    failover(cluster, SLIDERS["NLB"](cluster), 20)
    rows = []
    for name, url in SLIDERS.items():
        for rate in (20, 200):
            taken = []
            for _ in range(3):
                begin = time.process_time()
                failover(cluster, url(cluster), rate)
                taken.append(time.process_time() - begin)
            middle = statistics.median(taken) * 1e3
            rows.append(f"{'':<14} {middle:6.0f} ms: {name}, 3 nodes lost, 5 min at {rate}/s")
    return "\n".join(["", *rows])


TRAFFIC: dict[str, Callable[[], str]] = {
    "traffic hour": hour,
    "traffic bulk": against_steps,
    "lesson": lesson,
    "sliders": sliders,
    "queues": queues,
    "two choices": two_choices,
}
"""Rows of the benchmark table."""
