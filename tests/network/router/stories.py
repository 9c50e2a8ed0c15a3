"""Random stories of a load behind a proxy: rules, faults and other requests meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.cluster import Cluster
from tests.mesh.programs import CLIENTS, program

NETWORKING = "networking.istio.io/v1"
SECOND_VERSION = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop2}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop, version: v2}}
  template:
    metadata:
      labels: {app: shop, version: v2, sidecar.istio.io/inject: "true"}
      annotations: {kubelearn.dev/service-time: "exponential 15ms", kubelearn.dev/fails: "0.2",
                    kubelearn.dev/workers: "2"}
    spec:
      containers: [{name: c, image: "example.com/shop:2", ports: [{containerPort: 80}]}]
---
"""
DOOR = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: door}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
"""
GATEWAY = "http://istio-ingressgateway.istio-system/"


def world() -> Cluster:
    """Two versions of a program behind proxies, a gateway, clients with a proxy and without."""
    cluster = Cluster(nodes=3)
    cluster.install("istio")
    cluster.run("60s")
    shop = program("shop", replicas=3, service_time="exponential 10ms")
    cluster.apply(shop + SECOND_VERSION + CLIENTS + DOOR)
    return cluster.run("90s")


def rules(chance: random.Random) -> list[dict[str, Any]]:
    """A DestinationRule and a VirtualService that ask much of a proxy."""
    simple = {"simple": chance.choice(["LEAST_REQUEST", "ROUND_ROBIN", "RANDOM"])}
    hashed = {"consistentHash": {"useSourceIp": True}}
    policy: dict[str, Any] = {"loadBalancer": hashed if chance.random() < 0.3 else simple}
    if chance.random() < 0.5:
        policy["connectionPool"] = {
            "http": {"http1MaxPendingRequests": chance.choice([1, 5, 100])},
            "tcp": {"maxConnections": chance.choice([2, 6, 50])},
        }
    if chance.random() < 0.6:
        policy["outlierDetection"] = {
            "consecutive5xxErrors": chance.choice([2, 5]), "interval": chance.choice(["1s", "3s"]),
            "baseEjectionTime": "2s", "maxEjectionPercent": chance.choice([30, 100]),
        }  # fmt: skip
    if chance.random() < 0.3:
        policy["retryBudget"] = {"percent": 20, "minRetryConcurrency": 1}
    subsets = [{"name": name, "labels": {"version": name}} for name in ("v1", "v2")]
    spec = {"host": "shop", "trafficPolicy": policy, "subsets": subsets}
    routes = [_route(chance)]
    made = [
        ("DestinationRule", "shop", spec),
        ("VirtualService", "shop", {"hosts": ["shop"], "http": routes}),
        ("VirtualService", "door", {"hosts": ["*"], "gateways": ["door"], "http": routes}),
    ]
    return [
        {"apiVersion": NETWORKING, "kind": kind, "metadata": {"name": name}, "spec": one}
        for kind, name, one in made
    ]


def _route(chance: random.Random) -> dict[str, Any]:
    """Weights, times, retries and faults."""
    route: dict[str, Any] = {"route": [{"destination": {"host": "shop"}}]}
    if chance.random() < 0.5:
        weight = chance.choice([10, 50, 90])
        route["route"] = [
            {"destination": {"host": "shop", "subset": name}, "weight": share}
            for name, share in (("v1", weight), ("v2", 100 - weight))
        ]
    if chance.random() < 0.6:
        route["timeout"] = chance.choice(["40ms", "60ms", "300ms"])
    if chance.random() < 0.6:
        on = ["5xx", "gateway-error,connect-failure", "retriable-status-codes,500"]
        attempts = chance.choice([0, 1, 3])
        more = {"retryOn": chance.choice(on), "perTryTimeout": chance.choice(["20ms", "30ms"])}
        route["retries"] = {"attempts": attempts, **(more if attempts else {})}
        if chance.random() < 0.5:
            route["retries"]["backoff"] = chance.choice(["1ms", "15ms"])
    if chance.random() < 0.3:
        route["fault"] = {"delay": {"percentage": {"value": 20}, "fixedDelay": "30ms"},
                          "abort": {"percentage": {"value": 10}, "httpStatus": 503}}  # fmt: skip
    return route


def _pods(cluster: Cluster) -> list[str]:
    names = (pod["metadata"]["name"] for pod in cluster.api.list("pods", "default"))
    return [name for name in names if name.startswith("shop")]


Change = Callable[[Cluster, random.Random], Any]
CHANGES: dict[str, Change] = {
    "a pod crashes": lambda c, r: c.fail.pod(r.choice(_pods(c))),
    "a node is lost": lambda c, r: c.fail.node(r.choice(["worker-1", "worker-2"])),
    "a node is found": lambda c, r: c.heal.node(r.choice(["worker-1", "worker-2"])),
    "scaled": lambda c, r: c.scale("deployment/shop", r.choice([1, 4])),
    "other rules": lambda c, r: c.apply(rules(r)),
    "another request": lambda c, _r: c.request("http://shop/", client="pod/client"),
    "a request without a proxy": lambda c, _r: c.request("http://shop/", client="pod/plain"),
    "somebody looks": lambda c, _r: c.parts["loads"].advance(c.parts["loads"].context.clock.now),
    "the client goes": lambda c, _r: c.delete("pod/client", grace=0),
    "another load": lambda c, r: c.load(
        "http://shop/", rate=20, duration="2s", client=r.choice(["pod/client", "pod/plain"])
    ),
}


class Told(NamedTuple):
    """All that can be known of a story afterwards."""

    engines: list[str]
    requests: list[Any]
    series: Any
    tries: list[Any]
    upstreams: Any
    stations: Any


def told(start: Cluster, seed: int, engine: str) -> Told:
    """A story by its seed."""
    chance, cluster = random.Random(seed), start.fork()
    if chance.random() < 0.75:
        cluster.apply(rules(chance))
        cluster.run("2s")
    url, client = chance.choice([("http://shop/", "pod/client")] * 3 + [(GATEWAY, "pod/plain")])
    load = cluster.load(url, rate=chance.choice([20, 100, 200]), duration="8s", client=client,
                        engine=engine, timeout=chance.choice(["30ms", "100ms", "2s"]))  # fmt: skip
    engines = [load.engine]
    for _ in range(chance.choice([0, 1, 3])):
        cluster.run(f"{chance.randint(1, 2500)}ms")
        with suppress(ValueError, APIError):  # what cannot happen does not
            CHANGES[chance.choice(list(CHANGES))](cluster, chance)
        engines.append(load.engine)
    cluster.run("15s")
    return _known(cluster, load.requests(), engines)


def _known(cluster: Cluster, requests: list[Any], engines: list[str]) -> Told:
    parts = cluster.parts
    upstreams = {
        key: (one.active, one.waiting, one.retries, one.turns, one.detector and one.detector.hosts)
        for key, one in parts["proxies"].upstreams.items()
    }
    series = parts["telemetry"].series
    stations = {run: one for run, one in parts["programs"].stations.items() if one.served}
    return Told(engines, requests, (series.totals, series.pieces), list(parts["tries"].noted),
                upstreams, stations)  # fmt: skip
