"""A cluster that tests share: three web pods, a Service with a NodePort, a client."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster
from kubelearn.network.addresses import node_address
from kubelearn.traffic.call import Call

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {kubelearn.dev/service-time: fixed 10ms}}
    spec:
      nodeSelector: {serves: "yes"}
      containers: [{name: web, image: example.com/web, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80, targetPort: http, nodePort: 30080}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec:
  nodeName: worker-3
  containers: [{name: client, image: example.com/client, ports: [{containerPort: 7}]}]
"""


@cache
def _exposed() -> Cluster:
    cluster = Cluster(nodes=3, zones=3, seed=11)
    for node in ("worker-1", "worker-2"):
        cluster.patch(f"node/{node}", {"metadata": {"labels": {"serves": "yes"}}})
    cluster.apply(WEB)
    return cluster.run("60s")


def exposed() -> Cluster:
    """Two web pods on worker-1 and worker-2, NodePort 30080, a client on worker-3."""
    return _exposed().fork()


def address(cluster: Cluster, node: str) -> str:
    """The address of a node."""
    return node_address(cluster.object(f"node/{node}"))


def ask(cluster: Cluster, node: str, client: str = "internet", port: int = 30080) -> Call:
    """One request to a port of a node."""
    found: Call = cluster.request(f"http://{address(cluster, node)}:{port}/", client=client)
    return found


def change(cluster: Cluster, **spec: object) -> Cluster:
    """Change the Service and wait for the proxies."""
    cluster.patch("service/web", {"spec": spec}, style="merge")
    return cluster.run("3s")


def decision(call: Call, hop: str) -> str:
    """What the last step of a hop says."""
    return [step.decision for step in call.trace if step.hop == hop][-1]


def seen_source(call: Call) -> str:
    """The sender's address as the pod has seen it."""
    return next(str(step.detail["source"]) for step in call.trace if "source" in step.detail)
