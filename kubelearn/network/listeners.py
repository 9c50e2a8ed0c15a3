"""Who wants to know how calls end: loads of their own requests, istiod of what it fetches."""

from __future__ import annotations

from typing import Protocol

from kubelearn.traffic.call import Call


class Loads(Protocol):
    """Who wants to know how the calls of a load end."""

    def took(self, call: Call) -> None:
        """A call of a load has ended."""

    def under_way(self, balancer: str) -> dict[tuple[str, str], int]:
        """(group, target) → requests in bulk for whose answers a balancer waits."""

    def connected(self, number: int) -> None:
        """A call in bulk that has waited for a connection has got one."""

    def step_aside(self, uid: str, cluster: str) -> None:
        """A call waits for a connection of a cluster, so whose load uses it goes by itself."""


class Fetches(Protocol):
    """Who wants to know how the requests of istiod end."""

    def answered(self, call: Call) -> None:
        """A request of istiod has ended."""
