"""Small networks that tests share: records without a cluster, and a cluster with two services."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

from kubelearn.api.server import APIServer
from kubelearn.cluster import Cluster
from kubelearn.network.dns import Dns
from kubelearn.network.dns_zone import SLICES, Zone
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {kubelearn.dev/service-time: fixed 20ms, kubelearn.dev/calls: "http://back:9080/x"}
    spec:
      containers: [{name: web, image: example.com/web, ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: back
  labels: {app: back}
  annotations: {kubelearn.dev/service-time: fixed 10ms}
spec:
  nodeName: worker-2
  containers: [{name: back, image: example.com/back, ports: [{containerPort: 9080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: back}
spec: {selector: {app: back}, ports: [{port: 9080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  nodeName: worker-3
  containers: [{name: client, image: example.com/client, ports: [{containerPort: 7}]}]
"""


@cache
def _shop() -> Cluster:
    cluster = Cluster(nodes=3, zones=3, seed=7)
    cluster.apply(SHOP)
    return cluster.run("60s")


def shop() -> Cluster:
    """Services web (2 pods, 20 ms, calls back) and back (worker-2, 10 ms), client on worker-3."""
    return _shop().fork()


def server(namespaces: tuple[str, ...] = ("default",)) -> APIServer:
    """An API server with namespaces and nothing else."""
    api = APIServer(Clock(), Draws(0))
    for name in namespaces:
        api.store.put("namespaces", ("", name), {"kind": "Namespace", "metadata": {"name": name}})
    return api


def service(api: APIServer, name: str, **spec: Any) -> None:
    """Store a Service of the default namespace as it is."""
    metadata = {"name": name, "namespace": "default"}
    api.store.put("services", ("default", name), {"metadata": metadata, "spec": spec})


def endpoints(api: APIServer, name: str, *listed: dict[str, Any], ports: Any = ()) -> None:
    """Store one EndpointSlice of a Service."""
    labels = {"kubernetes.io/service-name": name}
    metadata = {"name": f"{name}-1", "namespace": "default", "labels": labels}
    obj = {"kind": "EndpointSlice", "metadata": metadata, "endpoints": list(listed)}
    api.store.put(SLICES, ("default", f"{name}-1"), {**obj, "ports": list(ports)})


def dns_of(api: APIServer, **options: Any) -> Dns:
    """CoreDNS for the objects of an API server."""
    return Dns(SimpleNamespace(api=api), Zone(**options))  # type: ignore[arg-type]
