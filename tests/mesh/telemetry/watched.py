"""A small mesh that is watched: front asks back, a client in the mesh and one outside of it."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster
from tests.mesh.programs import CLIENTS, program

COLLECTOR = """
apiVersion: v1
kind: Service
metadata: {name: otel, namespace: istio-system}
spec: {ports: [{port: 4317, name: grpc}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - {name: otel, opentelemetry: {service: otel.istio-system.svc.cluster.local, port: 4317}}
    - {name: b3, zipkin: {service: otel.istio-system.svc.cluster.local, port: 4317}}
    - {name: nowhere, opentelemetry: {service: nowhere.svc.cluster.local, port: 4317}}
---
"""


@cache
def _made() -> Cluster:
    cluster = Cluster(nodes=3, zones=1, seed=8)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(program("front", calls="http://back/", service_time="fixed 20ms"))
    cluster.apply(program("back", service_time="fixed 30ms"))
    cluster.apply(program("deaf", port=81))
    cluster.apply(program("sick", fails="100%"))
    cluster.apply(COLLECTOR)
    return cluster.run("60s")


def watched_mesh() -> Cluster:
    """A copy for one test; nothing has been asked yet."""
    return _made().fork()


def telemetry(cluster: Cluster, name: str = "all", namespace: str = "istio-system", **spec) -> None:
    """A Telemetry object, and the time that it takes to reach the proxies."""
    cluster.apply({"apiVersion": "telemetry.istio.io/v1", "kind": "Telemetry",
                   "metadata": {"name": name, "namespace": namespace}, "spec": spec})  # fmt: skip
    cluster.run("1s")


def ruled(cluster: Cluster, host: str, **rule) -> None:
    """A VirtualService with one rule for a host, to the host itself unless it says otherwise."""
    rule = {"route": [{"destination": {"host": host}}], **rule}
    cluster.apply(
        {
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": {"name": host},
            "spec": {"hosts": [host], "http": [rule]},
        }
    )
    cluster.run("1s")  # fmt: skip


def ask(cluster: Cluster, url: str, client: str = "client", **options):
    """One request."""
    return cluster.request(url, client=f"pod/{client}", **options)


def pod_of(cluster: Cluster, app: str):
    """The pod of a program."""
    return cluster.api.list("pods", "default", f"app={app}")[0]


def log_of(cluster: Cluster, app: str) -> list[str]:
    """What the proxy beside a program has written about requests."""
    name = pod_of(cluster, app)["metadata"]["name"]
    lines = cluster.kubectl(f"logs {name} -c istio-proxy").splitlines()
    return [line for line in lines if line.startswith("[")]
