"""How application load balancers choose among the targets of a group."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.cloud.aws.elb.algorithms import ALGORITHMS, Ask
from kubelearn.sim.draws import Draws
from tests.cloud.aws.edge import attributes, edge

URL = "http://shop.example.com/"


def chosen(name, requests, shares=(1.0, 1.0, 1.0), busy=None):
    """How often each place is chosen by an algorithm."""
    turns, draws = count(), Draws(3)
    names = tuple("abcdefgh"[: len(shares)])
    found = [0] * len(shares)
    for number in range(requests):
        ask = Ask(names, shares, lambda: busy or {}, lambda: next(turns),
                  lambda purpose, at=number: draws.uniform(purpose, "test", at))  # fmt: skip
        found[ALGORITHMS[name].choose(ask)] += 1
    return found


def test_round_robin_is_even():
    """To the request."""
    assert chosen("round_robin", 30) == [10, 10, 10]


def test_round_robin_gives_away_turns_of_slow_targets():
    """Half a share: half as many requests; the others are even to the request."""
    first, second, slow = chosen("round_robin", 5000, (1.0, 1.0, 0.5))
    assert abs(first - second) <= 1
    assert slow / first == pytest.approx(0.5, abs=0.03)


def test_round_robin_among_slow_targets_only():
    """The least slow one has the full share; nobody waits."""
    assert chosen("round_robin", 6, (0.0, 0.0)) == [3, 3]


def test_least_outstanding_takes_the_least_busy():
    """Whose turn it is does not matter."""
    assert chosen("least_outstanding_requests", 9, busy={"a": 2, "b": 1, "c": 2}) == [0, 9, 0]


def test_least_outstanding_with_ties_takes_turns():
    """Of those with the fewest."""
    first, second, third = chosen("least_outstanding_requests", 9, busy={"c": 1})
    assert (third, first + second) == (0, 9)
    assert min(first, second) >= 3


@given(st.lists(st.sampled_from((0.05, 0.25, 0.5, 1.0)), min_size=1, max_size=6))
def test_weighted_random_goes_by_shares(shares):
    """Within four standard deviations."""
    found = chosen("weighted_random", 2000, tuple(shares))
    for number, share in zip(found, shares, strict=True):
        part = share / sum(shares)
        assert abs(number - 2000 * part) <= 4 * (2000 * part * (1 - part)) ** 0.5


def pods(cluster, requests=60):
    """How many requests of one client after the other each pod answers."""
    bodies = [cluster.request(URL, client="internet").body for _ in range(requests)]
    return sorted(bodies.count(body) for body in set(bodies))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_each_algorithm_carries_requests(name):
    """And the trace says which it is."""
    cluster = attributes(edge(), f"load_balancing.algorithm.type={name}")
    call = cluster.request(URL, client="internet")
    decision = next(step.decision for step in call.trace if step.hop == "balancer")
    assert f"{ALGORITHMS[name].words} 3 healthy targets" in decision
    assert call.status == 200


def test_turns_are_even_and_chance_is_not():
    """Sixty requests."""
    assert pods(edge()) == [20, 20, 20]
    assert pods(attributes(edge(), "load_balancing.algorithm.type=weighted_random")) != [20] * 3


def test_the_fewest_outstanding_requests_spare_a_slow_pod():
    """Round robin gives a pod that takes 100 times as long as much as the others."""
    slowest = {}
    for name in ("round_robin", "least_outstanding_requests"):
        cluster = attributes(edge(), f"load_balancing.algorithm.type={name}")
        pod = cluster.api.list("pods", "default", "app=web")[0]
        slow = {"metadata": {"annotations": {"kubelearn.dev/service-time": "fixed 1s"}}}
        cluster.patch(f"pod/{pod['metadata']['name']}", slow)
        load = cluster.load(URL, rate=20, duration="20s", client="internet", timeout="90s")
        cluster.run("150s")
        slowest[name] = load.report()["p95"].max()
    assert slowest["least_outstanding_requests"] < slowest["round_robin"] / 3
