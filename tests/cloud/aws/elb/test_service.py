"""Elastic Load Balancing at work: health checks, failover, fail open, DNS."""

import pytest

from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import PUBLIC, balanced, edge, name_of, states
from tests.network.exposed import address


@pytest.fixture
def cluster():
    """An NLB and an ALB, healthy."""
    return edge()


def told(call, hop="balancer"):
    """What the balancer says of a call."""
    return next(step.decision for step in call.trace if step.hop == hop)


def test_a_balancer_that_is_set_up_takes_nothing_yet(cluster):
    """It has a name at once, and answers 2 minutes later."""
    cluster.apply(balanced("new", PUBLIC))
    cluster.run("1s")
    url = f"http://{name_of(cluster, 'service/new')}/"
    assert "provisioning" in told(cluster.request(url, client="internet"))
    cluster.run("120s")
    assert cluster.request(url, client="internet").status == 200


def test_a_dead_node_is_unhealthy_after_three_checks(cluster):
    """Interval 10 s, timeout 10 s: 30 to 40 s after it died."""
    start = cluster.time
    cluster.fail.node("worker-1")
    cluster.run(until=lambda c: "unhealthy" in states(c))
    assert 30 <= cluster.time - start <= 40


def test_an_ill_zone_leaves_the_name(cluster):
    """A client that keeps the old addresses for 60 s notices later."""
    cluster.fail.node("worker-1")
    cluster.run(until=lambda c: "unhealthy" in states(c))
    elb = cluster.parts["elb"]
    [zones] = [b.zones for b in elb.balancers.values() if b.kind == "network"]
    lost = next(zone.address for zone in zones if zone.name == "us-west-2a")
    assert lost not in elb.resolve(name_of(cluster)).addresses
    assert len(elb.resolve(name_of(cluster)).addresses) == 2


def test_a_client_keeps_the_addresses_of_a_name(cluster):
    """For the 60 s of its TTL, also those that are no longer answered."""
    url = f"http://{name_of(cluster)}/"
    cluster.request(url, client="internet")
    cluster.fail.node("worker-1")
    cluster.run("45s")
    steps = [told(cluster.request(url, client="internet"), "resolver") for _ in range(3)]
    assert all("one of 3 (kept for" in step for step in steps[:1])
    cluster.run("60s")
    assert "one of 2 (public DNS)" in told(cluster.request(url, client="internet"), "resolver")


def test_a_zones_own_name(cluster):
    """The zone before the balancer's name."""
    elb = cluster.parts["elb"]
    assert len(elb.resolve(f"us-west-2b.{name_of(cluster)}").addresses) == 1
    assert elb.resolve("nobody.elb.us-west-2.amazonaws.com") is None


def test_when_all_are_ill_all_are_used(cluster):
    """Fail open."""
    for number in (1, 2, 3):
        cluster.fail.node(f"worker-{number}")
    cluster.run("41s")
    assert states(cluster) == ["unhealthy"] * 3
    call = cluster.request(f"http://{name_of(cluster)}/", client="internet")
    assert "none healthy: fail open" in told(call)
    assert len(cluster.parts["elb"].resolve(name_of(cluster)).addresses) == 3


def test_open_connections_to_a_target_that_falls_ill_are_reset(cluster):
    """Long before the client gives up."""
    requests = cluster.parts["requests"]
    cluster.fail.node("worker-1")
    cluster.run("20s")
    numbers = [requests.send(f"http://us-west-2a.{name_of(cluster)}/", client="internet",
                             timeout=60 * SECOND)]  # fmt: skip
    cluster.run("30s")
    assert requests.take(numbers[0]).error == "connection reset by peer"


def test_a_port_without_listener_gives_no_answer(cluster):
    """Only the ports of the Service are open."""
    call = cluster.request(f"http://{name_of(cluster)}:8080/", client="internet")
    assert (call.error, "no listener on port 8080" in told(call)) == ("connection timed out", True)


def test_an_internal_balancer_is_not_on_the_internet(cluster):
    """That is the default scheme; pods reach it."""
    cluster.apply(balanced("inner"))
    cluster.run("180s")
    url = f"http://{name_of(cluster, 'service/inner')}/"
    assert cluster.request(url, client="internet").error == "connection timed out"
    assert cluster.request(url, client="node/worker-1").status == 200


def test_policy_local_keeps_the_client_behind_a_balancer(cluster):
    """Nodes see the client's own address, and so does the pod."""
    cluster.patch("service/web", {"spec": {"externalTrafficPolicy": "Local"}})
    cluster.run("30s")
    call = cluster.request(f"http://{name_of(cluster)}/", client="internet/198.51.99.9")
    assert next(s.detail["source"] for s in call.trace if "source" in s.detail) == "198.51.99.9"


def test_policy_cluster_hides_the_client_behind_a_balancer(cluster):
    """The node that took it puts its own address in."""
    call = cluster.request(f"http://us-west-2a.{name_of(cluster)}/", client="internet")
    source = next(step.detail["source"] for step in call.trace if "source" in step.detail)
    assert source == address(cluster, "worker-1")


def test_a_fork_has_its_own_targets(cluster):
    """What falls ill in one world is well in the other."""
    twin = cluster.fork()
    twin.fail.node("worker-1")
    twin.run("41s")
    cluster.run("41s")
    assert (states(twin)[0], states(cluster)[0]) == ("unhealthy", "healthy")
