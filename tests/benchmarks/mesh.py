"""Rows about istiod: what a push costs, and what a changed endpoint costs ten thousand proxies."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kubelearn.cluster import Cluster
from kubelearn.mesh.bootstrap import cluster_names
from kubelearn.mesh.clusters import cluster as cluster_of
from kubelearn.mesh.outbound import route_tables
from kubelearn.mesh.push import Push, Scope

SERVICES, PODS_EACH, NAMESPACES, ZONES = 1000, 10, 10, 3
SUFFIX = "svc.cluster.local"
RULED = 10
"""Every tenth service has a VirtualService and a DestinationRule."""


def row() -> str:
    """CPU seconds for the whole configuration, and for the change of one endpoint."""
    world = large_mesh()
    istiod = world.parts["istiod"]
    gc.collect()
    gc.disable()
    taken, push = _timed(lambda: configured(istiod.snapshot()))
    slice_ = world.api.store.items("endpointslices.discovery.k8s.io")["ns-0", "svc-0"]
    gone = {**slice_, "endpoints": slice_["endpoints"][1:]}
    world.api.update(gone)
    istiod.made = push
    change, _ = _timed(lambda: told(istiod.snapshot(), "outbound|80||svc-0.ns-0." + SUFFIX))
    gc.enable()
    count = SERVICES * PODS_EACH
    return (f"{taken:6.2f} s for {SERVICES} services and {count} pods, "
            f"{change * 1e3:.0f} ms for an endpoint's change to {count} proxies")  # fmt: skip


def _timed(action: Callable[[], Push]) -> tuple[float, Push]:
    begin = time.process_time()
    found = action()
    return time.process_time() - begin, found


def configured(push: Push) -> Push:
    """A push of which each proxy has looked at all its routes and clusters."""
    for scope in scopes(push):
        route_tables(push, scope)
        for name in cluster_names(push, scope):
            cluster_of(push, scope, name)
    return push


def told(push: Push, name: str) -> Push:
    """A push of which each proxy has looked at its routes and at a cluster that has changed."""
    for scope in proxies(push):
        route_tables(push, scope)
        cluster_of(push, scope, name)
    return push


def scopes(push: Push) -> Iterable[Scope]:
    """What the ten thousand proxies are; many are the same."""
    return dict.fromkeys(proxies(push))


def proxies(push: Push) -> Iterator[Scope]:
    """Each of the ten thousand."""
    for number in range(SERVICES):
        for turn in range(PODS_EACH):
            labels = {"app": f"svc-{number}", "version": f"v{turn % 2 + 1}"}
            zone = f"region/zone-{turn % ZONES}"
            yield push.scope(f"ns-{number % NAMESPACES}", labels, zone)


def large_mesh() -> Cluster:
    """A cluster with the objects in its store, and no program that runs."""
    world = Cluster(nodes=1, zones=1, seed=1, history="none")
    world.install("istio")
    api = world.api
    for number in range(NAMESPACES):
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"ns-{number}"}})
    for number in range(SERVICES):
        for one in _service(number):
            api.create(one)
    return world


def _service(number: int) -> Iterable[dict[str, Any]]:
    name, namespace = f"svc-{number}", f"ns-{number % NAMESPACES}"
    metadata = {"name": name, "namespace": namespace}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {
        "selector": {"app": name}, "ports": [{"name": "http", "port": 80}]}}  # fmt: skip
    yield {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {**metadata, "labels": {"kubernetes.io/service-name": name}},
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
        "endpoints": [{"addresses": [f"10.{number // 250}.{number % 250}.{turn + 1}"],
                       "conditions": {"ready": True}} for turn in range(PODS_EACH)],
    }  # fmt: skip
    if number % RULED:
        return
    networking = {"apiVersion": "networking.istio.io/v1", "metadata": metadata}
    ways = [{"destination": {"host": name, "subset": one}, "weight": weight}
            for one, weight in (("v1", 90), ("v2", 10))]  # fmt: skip
    yield {**networking, "kind": "VirtualService", "spec": {
        "hosts": [name], "http": [{"route": ways}]}}  # fmt: skip
    yield {**networking, "kind": "DestinationRule", "spec": {"host": name, "subsets": [
        {"name": one, "labels": {"version": one}} for one in ("v1", "v2")],
        "trafficPolicy": {"outlierDetection": {}}}}  # fmt: skip


MESH: dict[str, Callable[[], str]] = {"mesh push": row}
