"""Meshes under load, with something to see: a canary, a lost zone, retries that multiply."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster
from tests.mesh.programs import CLIENTS, program


def istio(cluster: Cluster, kind: str, name: str, **spec: object) -> None:
    """Apply an object of Istio's, and wait until proxies have it."""
    cluster.apply({"apiVersion": "networking.istio.io/v1", "kind": kind,
                   "metadata": {"name": name}, "spec": spec})  # fmt: skip
    cluster.run("1s")


def second(name: str, **annotations: str) -> str:
    """Version 2 of a program, behind the same Service."""
    found = program(name, service_time="fixed 5ms", **annotations).partition("---\n")[2]
    for old, new in ((f"metadata: {{name: {name}}}", f"metadata: {{name: {name}-v2}}"),
                     ("version: v1", "version: v2"),
                     (f"matchLabels: {{app: {name}}}", "matchLabels: {version: v2}")):  # fmt: skip
        assert old in found
        found = found.replace(old, new)
    return found


def shares(cluster: Cluster, **weights: int) -> None:
    """A VirtualService that divides the requests to `web` between its subsets."""
    route = [{"destination": {"host": "web", "subset": version}, "weight": weight}
             for version, weight in weights.items()]  # fmt: skip
    istio(cluster, "VirtualService", "web", hosts=["web"], http=[{"route": route}])


@cache
def mesh() -> Cluster:
    """`web` in two versions and in all zones, `front` that asks `sick`, a client in zone 2a."""
    cluster = Cluster(nodes=3, zones=3, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS.replace("spec: {c", "spec: {nodeName: control-plane, c"))
    cluster.apply(program("web", replicas=5, service_time="fixed 5ms"))
    cluster.apply(second("web", fails="40%"))
    cluster.apply(program("sick", service_time="fixed 5ms", fails="100%"))
    cluster.apply(program("front", service_time="fixed 5ms", calls="http://sick/"))
    return cluster.run("60s")


@cache
def canary_run() -> Cluster:
    """No rule, then 90 to 10, then all back to v1: 30 s each."""
    cluster = mesh().fork()
    subsets = [{"name": name, "labels": {"version": name}} for name in ("v1", "v2")]
    istio(cluster, "DestinationRule", "web", host="web", subsets=subsets)
    cluster.load("http://web/", rate=20, duration="90s", client="pod/client")
    cluster.run("30s")
    shares(cluster, v1=90, v2=10)
    cluster.run("29s")
    shares(cluster, v1=100, v2=0)
    return cluster.run("39s")


@cache
def lost_zone() -> Cluster:
    """The nearest zone dies under load; hosts that do not answer are ejected."""
    cluster = mesh().fork()
    cluster.delete("deployment/web-v2")
    istio(cluster, "DestinationRule", "web", host="web", trafficPolicy={
        "outlierDetection": {"interval": "5s", "baseEjectionTime": "60s",
                             "maxEjectionPercent": 100},
        "connectionPool": {"tcp": {"connectTimeout": "1s"}}})  # fmt: skip
    cluster.run("10s")
    cluster.load("http://web/", rate=20, duration="40s", client="pod/client")
    cluster.run("10s")
    cluster.fail.zone("us-west-2a")
    return cluster.run("60s")


@cache
def storm(attempts: int) -> Cluster:
    """Both hops may repeat a request so often."""
    cluster = mesh().fork()
    for name in ("front", "sick"):
        istio(cluster, "VirtualService", name, hosts=[name], http=[
            {"retries": {"attempts": attempts, **({"retryOn": "5xx"} if attempts else {})},
             "route": [{"destination": {"host": name}}]}])  # fmt: skip
    cluster.load("http://front/", rate=5, duration="10s", client="pod/client")
    return cluster.run("20s")
