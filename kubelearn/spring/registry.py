"""The registry of a Eureka server: leases, what clients get to see, and when leases are ended.

Nothing here changes: each step makes a new registry. Times are ns.
Source: Netflix eureka 2.0 `AbstractInstanceRegistry.java`, `ResponseCacheImpl.java`,
`util/MeasuredRate.java`; spring-cloud-netflix 5.0 `EurekaServerConfigBean.java`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kubelearn.sim.clock import SECOND
from kubelearn.spring.eureka import eviction_limit, lease_end, may_evict, renewal_threshold


class Lease(NamedTuple):
    """An instance that has registered."""

    service: str
    """Its application's name in lower case."""
    host: str
    port: int
    registered: int
    renewed: int | None = None
    duration: int = 90
    """s."""

    @property
    def end(self) -> int:
        """When it is over."""
        renewed = None if self.renewed is None else 0
        return (self.registered if self.renewed is None else self.renewed) + lease_end(
            self.duration, renewed) * SECOND  # fmt: skip


class Evicted(NamedTuple):
    """What an eviction run did."""

    registry: Registry
    gone: tuple[str, ...] = ()
    text: str = ""


class Registry(NamedTuple):
    """What a server knows."""

    leases: Mapping[str, Lease] = {}
    """By the instance's id."""
    expected: int = 1
    """How many clients it expects to renew; it begins with itself."""
    renewals: int = 0
    """In this minute."""
    last_minute: int = 0
    """In the minute before."""
    served: tuple[Lease, ...] | None = None
    """What clients get; None until one has asked."""

    @property
    def threshold(self) -> int:
        """Renewals a minute below which it protects itself."""
        return renewal_threshold(self.expected)

    def register(self, name: str, lease: Lease) -> Registry:
        """A new lease, in the place of an old one of the same instance."""
        more = name not in self.leases
        return self._replace(leases={**self.leases, name: lease}, expected=self.expected + more)

    def renew(self, name: str, now: int) -> Registry | None:
        """One heartbeat; None = 404, there is no such lease."""
        lease = self.leases.get(name)
        if lease is None:
            return None
        leases = {**self.leases, name: lease._replace(renewed=now)}
        return self._replace(leases=leases, renewals=self.renewals + 1)

    def cancel(self, name: str) -> Registry:
        """A lease less."""
        leases = {key: lease for key, lease in self.leases.items() if key != name}
        return self._replace(leases=leases, expected=self.expected - (name in self.leases))

    def refresh(self) -> Registry:
        """The read-only cache follows the registry, if anybody has asked for it."""
        return self if self.served is None else self._replace(served=tuple(self.leases.values()))

    def asked(self) -> Registry:
        """A client asks: the first one fills the read-only cache."""
        return self._replace(served=tuple(self.leases.values())) if self.served is None else self

    def minute(self) -> Registry:
        """A minute is over: what was counted in it stands for the last one from now on."""
        return self._replace(renewals=0, last_minute=self.renewals)

    def evict(self, now: int, below: Callable[[int, int], int], *, preserves: bool) -> Evicted:
        """One eviction run; `below(count, index)` draws which of the expired go first."""
        expired = [name for name, lease in sorted(self.leases.items()) if now > lease.end]
        if not may_evict(self.threshold, self.last_minute, preserves=preserves):
            text = (f"self-preservation: {self.last_minute} renewals in the last minute, more than "
                    f"{self.threshold} are needed before a lease is ended")  # fmt: skip
            return Evicted(self, (), text if expired else "")
        gone: list[str] = []
        registry = self
        for index in range(min(len(expired), eviction_limit(len(self.leases)))):
            chosen = index + below(len(expired) - index, index)
            expired[index], expired[chosen] = expired[chosen], expired[index]
            gone.append(expired[index])
            registry = registry.cancel(expired[index])
        return Evicted(registry, tuple(gone), f"ends {len(gone)} leases" if gone else "")
