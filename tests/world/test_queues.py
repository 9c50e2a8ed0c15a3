"""What a load waits in its pods, against the formulas of queueing theory."""

import statistics

import pytest

from kubelearn.cluster import Cluster
from tests.benchmarks.queue import erlang_c_wait

PODS = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata:
      labels: {{app: web}}
      annotations:
        kubelearn.dev/service-time: exponential 10ms
        kubelearn.dev/workers: "{workers}"
    spec: {{containers: [{{name: web, image: example.com/web, ports: [{{containerPort: 80}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec: {{containers: [{{name: client, image: example.com/client}}]}}
"""
MEAN = 0.01
LOADS, T = 16, 2.947
"""How many loads, and the quantile of Student's t at 99 % for so many."""


def latencies(workers, share):
    """The mean seconds of a request in each of many loads, beyond those of an empty system."""
    cluster = Cluster(nodes=1, seed=12)
    cluster.apply(PODS.format(workers=workers))
    cluster.run("30s")
    rows, address = cluster.parts["loads"], cluster.object("service/web")["spec"]["clusterIP"]
    means = []
    for _ in range(LOADS):
        load = cluster.load(f"http://{address}/", rate=share * workers / MEAN, duration="100s",
                            client="pod/client", timeout="1m")  # fmt: skip
        [goal] = rows.plans[load.number].goals
        empty = (rows.plans[load.number].first.delay + goal.back) / 1e9
        cluster.run("105s")
        assert load.totals()["ok"] == load.totals()["sent"]
        took = statistics.fmean(done - sent for _, sent, done, _ in load.requests())
        means.append(took / 1e9 - empty)
    return means


@pytest.mark.parametrize(("workers", "share"), [(1, 0.7), (4, 0.8), (10, 0.8)])
def test_requests_wait_as_erlang_says(workers, share):
    """M/M/c: the mean of the loads is within its 99 % interval of Erlang's formula."""
    means = latencies(workers, share)
    expected = MEAN * (1 + erlang_c_wait(workers, workers * share))
    assert abs(statistics.fmean(means) - expected) < T * statistics.stdev(means) / LOADS**0.5
