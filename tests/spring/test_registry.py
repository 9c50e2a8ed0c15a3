"""The registry of a Eureka server."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.clock import SECOND
from kubelearn.spring.registry import Lease, Registry


def filled(count: int) -> Registry:
    """A registry with instances that have registered at 0."""
    registry = Registry()
    for number in range(count):
        registry = registry.register(f"i{number}", Lease("orders", f"10.0.0.{number}", 80, 0))
    return registry


def first(count: int, index: int) -> int:
    """A draw without surprises."""
    return 0 * count * index


def test_a_lease_doubles():
    """Renewed once it lasts for 180 s from then on, never renewed for 90 s."""
    registry = filled(1)
    assert registry.leases["i0"].end == 90 * SECOND
    renewed = registry.renew("i0", 30 * SECOND)
    assert renewed.leases["i0"].end == 210 * SECOND


def test_a_heartbeat_of_nobody():
    """404: the client has to register again."""
    assert filled(1).renew("other", 0) is None


def test_registering_again_expects_nobody_more():
    """An instance that comes back takes the place of its old lease."""
    assert filled(1).expected == 2
    assert filled(1).register("i0", Lease("orders", "10.0.0.9", 80, 5)).expected == 2


def test_the_read_only_cache():
    """Clients get what it had at its last refresh; the first one fills it."""
    registry = filled(1).asked()
    more = registry.register("i9", Lease("orders", "10.0.0.9", 80, 5))
    assert (len(more.served), len(more.refresh().served)) == (1, 2)


def test_self_preservation():
    """Of few clients one that is lost is too much: nobody is evicted, and it is said."""
    registry = filled(4)._replace(last_minute=6)
    found = registry.evict(100 * SECOND, first, preserves=True)
    assert (found.gone, "self-preservation" in found.text) == ((), True)
    assert len(registry.evict(100 * SECOND, first, preserves=False).gone) == 1


@given(st.integers(1, 60))
def test_one_run_evicts_part_of_them(count):
    """At most 15 % of the leases, at least one, and as many clients are expected less."""
    registry = filled(count)
    found = registry.evict(91 * SECOND, first, preserves=False)
    assert len(found.gone) == count - int(count * 0.85)
    assert found.registry.expected == registry.expected - len(found.gone)
