"""The load balancer of a Spring application."""

import pytest

from kubelearn.sim.clock import SECOND
from kubelearn.spring.load_balancer import Kept, choose, from_service
from tests.spring.shop import shop

TWO = (("10.0.0.1", 80), ("10.0.0.2", 80))


def picks(count: int, instances=TWO, start: int = 7):
    """What it chooses, one after the other, at one moment."""
    kept, found = None, []
    for _ in range(count):
        chosen, kept = choose(kept, 0, lambda: instances, lambda most: start % most)
        found.append(chosen)
    return found


def test_one_after_the_other():
    """From a drawn place on."""
    assert picks(4) == [TWO[0], TWO[1], TWO[0], TWO[1]]
    assert picks(2, start=8) == [TWO[1], TWO[0]]


def test_a_single_instance_makes_no_turn():
    """As in the real one: the next list begins where the last one was."""
    assert picks(2, TWO[:1]) == [TWO[0], TWO[0]]


def test_nobody():
    """No instance, and no error: the gateway makes a 503 of it."""
    assert picks(1, ()) == [None]


@pytest.mark.parametrize(("now", "wanted"), [(34, "10.0.0.1"), (35, "10.0.0.9")])
def test_it_keeps_what_it_has(now, wanted):
    """For 35 s from when it has asked."""
    kept = Kept(35 * SECOND, TWO[:1], 0)
    chosen, _ = choose(kept, now * SECOND, lambda: (("10.0.0.9", 80),), lambda _: 0)
    assert chosen is not None
    assert chosen[0] == wanted


def test_ready_endpoints_only():
    """As many as the Service has, by the pods' own port."""
    cluster = shop(replicas=2)
    assert [port for _, port in from_service(cluster.api, "default", "orders")] == [8080, 8080]
    cluster.scale("deployment/orders", 0)
    cluster.run("5s")
    assert from_service(cluster.api, "default", "orders") == ()
