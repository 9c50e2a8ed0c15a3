"""Spring Cloud LoadBalancer: the instances of a service, kept for 35 s, one after the other.

Instances come from Eureka if the application is a client of it, else from the Service of that name
in its own namespace.
Source: spring-cloud-commons 5.0 `loadbalancer/core/RoundRobinLoadBalancer.java`,
`CachingServiceInstanceListSupplier.java`, `LoadBalancerCacheProperties.java`;
spring-cloud-kubernetes 5.0 `KubernetesCatalogWatch.java` (mode POD).

Unlike the real one: nobody asks whether the service account may read Endpoints; of the ports of a
Service the first is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.objects import get_path
from kubelearn.api.server import APIServer
from kubelearn.sim.clock import SECOND
from kubelearn.spring.eureka import LOAD_BALANCER_CACHE

SLICES = "endpointslices.discovery.k8s.io"
START = 1000
"""A balancer begins somewhere below this."""

Instance = tuple[str, int]
"""Host and port."""


class Kept(NamedTuple):
    """The instances of a service as a balancer knows them."""

    until: int
    instances: tuple[Instance, ...]
    turn: int


def from_service(api: APIServer, namespace: str, name: str) -> tuple[Instance, ...]:
    """The ready endpoints of a Service."""
    found = set()
    for one in api.store.select(SLICES, "service", f"{namespace}/{name}"):
        ports = [int(each["port"]) for each in one.get("ports") or ()]
        for endpoint in one.get("endpoints") or () if ports else ():
            if get_path(endpoint, "conditions", "ready") is not False:
                found.add((str(endpoint["addresses"][0]), ports[0]))
    return tuple(sorted(found))


def choose(
    kept: Kept | None,
    now: int,
    look: Callable[[], tuple[Instance, ...]],
    start: Callable[[int], int],
    keeps: int = LOAD_BALANCER_CACHE * SECOND,
) -> tuple[Instance | None, Kept]:
    """The next instance, and what the balancer knows from then on; it keeps that for `keeps` ns."""
    turn = start(START) if kept is None else kept.turn
    if kept is None or now >= kept.until:
        kept = Kept(now + keeps, look(), turn)
    count = len(kept.instances)
    if count <= 1:
        return (kept.instances[0] if count else None), kept._replace(turn=turn)
    return kept.instances[(turn + 1) % count], kept._replace(turn=turn + 1)
