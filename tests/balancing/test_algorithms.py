"""Every row of the table of algorithms: what all of them promise, and what each one does."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.balancing import ALGORITHMS, Ask, Host
from kubelearn.balancing.xxh64 import xxh64
from kubelearn.sim.draws import Draws

HOSTS = st.lists(st.integers(1, 5), min_size=1, max_size=6).map(
    lambda weights: [Host(f"10.0.0.{place}:80", weight) for place, weight in enumerate(weights)]
)


def ask(number, seed=1, loads=None):
    """The n-th request: its hash, its draws, and the loads of the hosts."""
    draws = Draws(seed)

    def draw(count, index):
        return draws.below(count, "pick", str(number), index)

    return Ask(xxh64(f"user-{number}"), draw, (loads or {}).get if loads else lambda _key: 0)


def picks(balancer, count, start=0):
    """The keys of so many picks."""
    return [balancer.pick(ask(number)).key for number in range(start, start + count)]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_no_hosts_no_pick(name):
    """And no error."""
    assert ALGORITHMS[name]([], 0).pick(ask(0)) is None


@pytest.mark.parametrize("name", ALGORITHMS)
@given(hosts=HOSTS)
def test_a_fork_picks_what_its_origin_picks(name, hosts):
    """Whatever was picked before; and going on does not move the origin."""
    balancer = ALGORITHMS[name](hosts, 3)
    picks(balancer, 4)
    twin = balancer.fork()
    assert picks(twin, 5, 4) == picks(balancer, 5, 4)


@pytest.mark.parametrize("name", ["ROUND_ROBIN", "LEAST_REQUEST"])
@given(hosts=HOSTS)
def test_over_a_whole_round_everybody_gets_the_share_of_its_weight(name, hosts):
    """Exact when nobody is busy and weights differ; round robin also when they do not."""
    total = sum(host.weight for host in hosts)
    if name == "LEAST_REQUEST" and len({host.weight for host in hosts}) == 1:
        return
    found = Counter(picks(ALGORITHMS[name](hosts, 0), 3 * total))
    assert found == {host.key: 3 * host.weight for host in hosts}


@pytest.mark.parametrize(("name", "share"), [("RING_HASH", 0.25), ("MAGLEV", 0.15)])
def test_a_lost_host_moves_few_other_requests(name, share):
    """On a ring of 1,024 the others get more entries each, so more move than with Maglev."""
    hosts = [Host(f"10.0.0.{place}:80") for place in range(5)]
    before = picks(ALGORITHMS[name](hosts, 0), 400)
    after = picks(ALGORITHMS[name](hosts[:-1], 0), 400)
    stayed = [(one, two) for one, two in zip(before, after, strict=True) if one != hosts[-1].key]
    moved = sum(one != two for one, two in stayed)
    assert moved < share * len(stayed)


def test_of_two_drawn_hosts_the_less_busy_one():
    """Never the busier one."""
    hosts = [Host("a"), Host("b")]
    loads = {"a": 9, "b": 0}
    found = Counter(
        ALGORITHMS["LEAST_REQUEST"](hosts, 0).pick(ask(number, loads=loads)).key
        for number in range(400)
    )
    assert 60 < found["a"] < 140  # only when both draws are "a": one of four


def test_load_moves_the_deadlines_of_weighted_hosts_away():
    """Two thirds of the weight, but busy."""
    hosts = [Host("a", 2), Host("b", 1)]
    balancer = ALGORITHMS["LEAST_REQUEST"](hosts, 0)
    found = Counter(balancer.pick(ask(n, loads={"a": 9, "b": 0})).key for n in range(60))
    assert found["b"] > 4 * found["a"]


def test_a_seed_lets_round_robin_begin_elsewhere():
    """Several proxies would otherwise all begin with the same host."""
    hosts = [Host("a"), Host("b"), Host("c")]
    assert [picks(ALGORITHMS["ROUND_ROBIN"](hosts, seed), 1)[0] for seed in range(3)] == [
        "a", "b", "c",
    ]  # fmt: skip
