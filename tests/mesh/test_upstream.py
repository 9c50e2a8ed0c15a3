"""One cluster as one proxy lives it."""

from kubelearn.mesh.clusters import cluster
from kubelearn.mesh.push import Scope
from kubelearn.mesh.upstream import Upstream, Upstreams
from kubelearn.sim.clock import SECOND
from tests.mesh.small import an_object, endpoint, full, push, service

NAME = f"outbound|80||{full('web')}"
ZONES = ("r/z1", "r/z2")


def found(count=4, place="r/z1", **policy):
    """A cluster of hosts that stand in two zones by turns."""
    hosts = [endpoint(f"10.0.0.{n}", ZONES[n % 2]) for n in range(count)]
    rule = an_object("web", host="web", trafficPolicy=policy)
    made = push([service("web")], {full("web"): hosts}, destinationrules=[rule])
    return cluster(made, Scope("default", (), place), NAME)


def first(_purpose, _count, index):
    """A draw: another one for each pick."""
    return index % _count


def choose(upstream, value=None, avoid=(), attempts=0):
    """The address of the chosen host; "" for none."""
    member = upstream.choose(first, value, avoid, attempts).member
    return member.address if member is not None else ""


ROBIN = {"simple": "ROUND_ROBIN"}


def test_round_robin():
    """All in turn."""
    upstream = Upstream(found(loadBalancer=ROBIN), 0, 0)
    picked = [choose(upstream) for _ in range(8)]
    assert picked[:4] == picked[4:]
    assert len(set(picked)) == 4


def test_hosts_that_were_tried_are_passed_over():
    """As long as there are attempts."""
    upstream = Upstream(found(2, loadBalancer=ROBIN), 0, 0)
    assert [choose(upstream, avoid=("10.0.0.0:8080",), attempts=5) for _ in range(4)] == [
        "10.0.0.1"
    ] * 4


def test_a_hash_finds_the_same_host_again():
    """Also for a retry that would rather have another."""
    upstream = Upstream(found(loadBalancer={"consistentHash": {"httpHeaderName": "x"}}), 0, 0)
    one = choose(upstream, value=7)
    assert choose(upstream, value=7, avoid=(f"{one}:8080",), attempts=5) == one


def ejecting(**more):
    """One failure is enough."""
    outlier = {"consecutive5xxErrors": 1, "maxEjectionPercent": 100, **more}
    setting = {"localityLbSetting": {"enabled": False}}
    policy = {"outlierDetection": outlier, "loadBalancer": {**ROBIN, **setting}}
    return Upstream(found(**policy), 0, 0)


def fail(upstream, *hosts):
    """Let each host fail once; returns who was ejected."""
    out = []
    for host in hosts:
        upstream.began(host)
        out += upstream.ended(host, 500, SECOND)
    return out


def test_who_fails_is_ejected_and_comes_back():
    """After 30 s, at the end of an interval of 10 s."""
    upstream = ejecting()
    assert fail(upstream, "10.0.0.1:8080") == ["10.0.0.1:8080"]
    assert len({choose(upstream) for _ in range(8)}) == 3
    upstream.tick(30 * SECOND)
    assert upstream.ejected() == ("10.0.0.1:8080",)
    upstream.tick(40 * SECOND)
    assert upstream.ejected() == ()


def test_nobody_left():
    """No panic by default; with minHealthPercent everybody is used again."""
    all_hosts = [f"10.0.0.{n}:8080" for n in range(4)]
    upstream = ejecting()
    fail(upstream, *all_hosts)
    assert choose(upstream) == ""
    upstream = ejecting(minHealthPercent=50)
    fail(upstream, *all_hosts)
    assert len({choose(upstream) for _ in range(8)}) == 4
    assert "panic" in upstream.choose(first, None, (), 0).text


def test_the_own_zone_first_and_the_other_when_it_fails():
    """72 % well take everything; with half of them well 70 % of the requests stay."""
    outlier = {"consecutive5xxErrors": 1, "maxEjectionPercent": 100}
    upstream = Upstream(found(4, outlierDetection=outlier, loadBalancer=ROBIN), 0, 0)
    assert {"10.0.0.0", "10.0.0.2"} == {choose(upstream, value) for value in range(100)}
    fail(upstream, "10.0.0.0:8080")
    near = sum(choose(upstream, value) == "10.0.0.2" for value in range(100))
    assert near == 70


def test_limits_of_the_pool():
    """Connections first, then the queue; requests of all together."""
    http = {"http1MaxPendingRequests": 1, "http2MaxRequests": 2}
    pool = {"tcp": {"maxConnections": 1}, "http": http}
    upstream = Upstream(found(connectionPool=pool), 0, 0)
    assert upstream.full() == ""
    upstream.began("10.0.0.1:8080")
    assert (upstream.full(), upstream.may_wait) == ("max_connections", True)
    upstream.waiting = (7,)
    assert (upstream.full(), upstream.may_wait) == ("max_requests", False)


def test_a_budget_of_retries():
    """A share of those that are under way, or wait; never less than so many."""
    upstream = Upstream(found(retryBudget={"percent": 20, "minRetryConcurrency": 2}), 0, 0)
    assert [upstream.most_retries(busy) for busy in (0, 14, 15, 100)] == [2, 2, 3, 20]
    upstream.waiting = (1, 2, 3, 4, 5)
    assert upstream.most_retries(10) == 3
    pool = {"http": {"maxRetries": 7}}
    assert Upstream(found(connectionPool=pool), 0, 0).most_retries(100) == 7


def test_a_new_version_keeps_what_is_known_of_hosts_that_stay():
    """An ejected host stays out after a push."""
    upstream = ejecting()
    fail(upstream, "10.0.0.1:8080")
    other = ejecting(interval="5s").cluster
    upstream.adopt(other, 2 * SECOND)
    assert upstream.ejected() == ("10.0.0.1:8080",)


def test_a_fork_goes_on_by_itself():
    """Turns, ejections and counts."""
    upstream = ejecting()
    twin = Upstreams({("uid", NAME, ""): upstream}).fork()["uid", NAME, ""]
    fail(upstream, "10.0.0.1:8080")
    upstream.began("10.0.0.2:8080")
    choose(upstream)
    assert (twin.ejected(), twin.active, twin.busy) == ((), {}, 0)


def test_shares_of_places():
    """80 of 100 draws fall on the own zone."""
    to = {"r/z1/*": 80, "r/z2/*": 20}
    setting = {"localityLbSetting": {"distribute": [{"from": "r/z1/*", "to": to}]}}
    upstream = Upstream(found(2, outlierDetection={}, loadBalancer={**ROBIN, **setting}), 0, 0)
    near = 0
    for number in range(100):
        chosen = upstream.choose(lambda p, n, _i, k=number: k % n if p == "locality" else 0,
                                 None, (), 0)  # fmt: skip
        near += chosen.member.address == "10.0.0.0"
    assert near == 80
