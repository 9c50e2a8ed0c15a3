"""Balancing: one table of algorithms for kube-proxy, the cloud's balancers, Envoy and Spring.

An algorithm is made for a list of hosts and then asked for one host after the other; when the
list changes it is made anew. Who asks brings the chance: `Ask.draw(n, index)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.balancing.edf import WeightedLeastRequest, WeightedRoundRobin
from kubelearn.balancing.host import Ask, Balancer, Host
from kubelearn.balancing.least_request import LeastRequest
from kubelearn.balancing.maglev import Maglev
from kubelearn.balancing.random_choice import RandomChoice
from kubelearn.balancing.ring_hash import RingHash
from kubelearn.balancing.round_robin import RoundRobin


def round_robin(hosts: Sequence[Host], seed: int = 0) -> Balancer:
    """In turn; by earliest deadline first as soon as weights differ."""
    return RoundRobin(hosts, seed) if _equal(hosts) else WeightedRoundRobin(hosts, seed)


def least_request(hosts: Sequence[Host], seed: int = 0) -> Balancer:
    """The less busy of two drawn hosts; by earliest deadline first as soon as weights differ."""
    return LeastRequest(hosts) if _equal(hosts) else WeightedLeastRequest(hosts, seed)


def _equal(hosts: Sequence[Host]) -> bool:
    return len({host.weight for host in hosts}) <= 1


ALGORITHMS: dict[str, Callable[[Sequence[Host], int], Balancer]] = {
    "ROUND_ROBIN": round_robin,
    "LEAST_REQUEST": least_request,
    "RANDOM": lambda hosts, _seed: RandomChoice(hosts),
    "RING_HASH": lambda hosts, _seed: RingHash(hosts),
    "MAGLEV": lambda hosts, _seed: Maglev(hosts),
}
"""Algorithms by Envoy's names of them: (hosts, seed) → balancer."""

__all__ = ["ALGORITHMS", "Ask", "Balancer", "Host"]
