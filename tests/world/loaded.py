"""A small shop under load, for the tests here."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        kubelearn.dev/service-time: lognormal 20ms 5ms
        kubelearn.dev/fails: "1%"
    spec:
      containers:
        - name: web
          image: example.com/web
          ports: [{containerPort: 80}]
          resources: {requests: {cpu: 500m}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers: [{name: client, image: example.com/client}]
"""
AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu,
            target: {type: Utilization, averageUtilization: 80}}}]
"""


@cache
def _shop() -> Cluster:
    cluster = Cluster(nodes=3, seed=3)
    cluster.apply(SHOP)
    return cluster.run("30s")


def shop() -> Cluster:
    """Three pods of 20 ms behind Service web, and a client."""
    return _shop().fork()


@cache
def _autoscaled() -> Cluster:
    cluster = shop()
    cluster.apply(AUTOSCALER)
    cluster.install("metrics-server")
    return cluster.run("60s")


def autoscaled() -> Cluster:
    """The same with an autoscaler that has metrics."""
    return _autoscaled().fork()
