"""Small applications and worlds that tests share."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import Cluster

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 100m, memory: 64Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""


def web_cluster(seed: int = 7, **options: Any) -> Cluster:
    """Three workers with the application above, one minute after it was applied."""
    cluster = Cluster(nodes=3, zones=3, seed=seed, **options)
    cluster.apply(WEB)
    return cluster.run("60s")


def pods_of(cluster: Cluster, app: str = "web") -> list[dict[str, Any]]:
    """The pods of an application, by name."""
    return cluster.api.list("pods", "default", f"app={app}")
