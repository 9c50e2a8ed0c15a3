"""Clusters with something to see over time: one that is scaled, one that is rolled out."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  progressDeadlineSeconds: 30
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        kubelearn.dev/service-time: lognormal 20ms 5ms
        kubelearn.dev/start-time: 3s
        kubelearn.dev/stop-time: 0s
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: "1"}}
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: visitor}
spec:
  nodeName: control-plane
  containers: [{name: shell, image: "busybox:1.37", command: [sleep, infinity]}]
"""
SCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 2
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu,
            target: {type: Utilization, averageUtilization: 70}}}]
"""


@cache
def grown() -> Cluster:
    """Load comes and goes: the autoscalers make pods, then a node, then fewer pods."""
    cluster = Cluster(nodes=1, seed=7)
    cluster.install("metrics-server")
    cluster.install("cluster-autoscaler")
    cluster.apply(SHOP)
    cluster.apply(SCALER)
    cluster.run("60s")
    rates = [("0s", 60), ("2m", 200), ("6m", 40)]
    cluster.load("http://shop/", rate=rates, duration="12m", client="pod/visitor")
    return cluster.run("8m")


def change(cluster: Cluster, image: str, **annotations: str) -> None:
    """Another release."""
    template = {
        "metadata": {"annotations": {f"kubelearn.dev/{k}": v for k, v in annotations.items()}},
        "spec": {"containers": [{"name": "web", "image": image}]},
    }
    cluster.patch("deployment/shop", {"spec": {"template": template}})


@cache
def rolled() -> Cluster:
    """A release that is fine, one that never listens where it should, and the way back."""
    cluster = Cluster(nodes=2, seed=7)
    cluster.apply(SHOP.replace("replicas: 2", "replicas: 4").replace('cpu: "1"', "cpu: 200m"))
    cluster.run("30s")
    cluster.load("http://shop/", rate=100, duration="4m", client="pod/visitor")
    cluster.run("10s")
    change(cluster, "nginx:1.28")
    cluster.run("50s")
    change(cluster, "nginx:1.27", listens="8080")
    cluster.run("60s")
    cluster.rollout("undo", "deployment/shop")
    return cluster.run("30s")
