"""Eureka's arithmetic: leases, eviction and self-preservation.

Times are seconds unless a name says otherwise. Source: Netflix eureka `eureka-core`
(AbstractInstanceRegistry, PeerAwareInstanceRegistryImpl, Lease), 2.0; spring-cloud-netflix 5.
"""

from __future__ import annotations

RENEWAL = 30
DURATION = 90
EVICTION_INTERVAL = 60
RESPONSE_CACHE = 30
FETCH = 30
LOAD_BALANCER_CACHE = 35
RENEWAL_PERCENT = 0.85


def renewal_threshold(clients: int, renewal: int = RENEWAL) -> int:
    """Renewals a minute below which the registry protects itself."""
    return int(clients * (60.0 / renewal) * RENEWAL_PERCENT)


def may_evict(threshold: int, renewals: int, *, preserves: bool = True) -> bool:
    """Whether dead instances are evicted: self-preservation is off, or enough renew their lease."""
    return not preserves or (threshold > 0 and renewals > threshold)


def lease_end(duration: int, last_renewal: int | None, registered: int = 0) -> int:
    """When a lease ends.

    A renewal notes the end of the lease as its time, and the check adds the duration once more: a
    renewed lease lives twice as long, one that was never renewed once.
    """
    return registered + duration if last_renewal is None else last_renewal + 2 * duration


def compensation_ms(elapsed_ms: int, interval_ms: int) -> int:
    """How much later than planned an eviction run is, which leases are granted."""
    return max(0, elapsed_ms - interval_ms)


def eviction_limit(registered: int) -> int:
    """How many instances one run may evict."""
    return registered - int(registered * RENEWAL_PERCENT)
