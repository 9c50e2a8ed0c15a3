"""Least request of two drawn hosts, against the known result for many hosts (Mitzenmacher 2001)."""

from heapq import heappop, heappush

import pytest

from kubelearn.balancing.host import Ask, Host
from kubelearn.balancing.least_request import LeastRequest
from kubelearn.sim.draws import Draws

HOSTS, REQUESTS, MEAN = 100, 60_000, 1_000_000
DRAWS = Draws(3)


def mean_time(choices, share):
    """Mean time in the system, in service times: Poisson arrivals, exponential work, in order."""
    balancer = LeastRequest([Host(str(place)) for place in range(HOSTS)], choices)
    active, free = (
        dict.fromkeys(map(str, range(HOSTS)), 0),
        dict.fromkeys(map(str, range(HOSTS)), 0),
    )
    leaving, now, whole = [], 0, 0
    for number in range(REQUESTS):
        now += DRAWS.exponential(MEAN / (HOSTS * share), "arrival", "test", number)
        while leaving and leaving[0][0] <= now:
            active[heappop(leaving)[1]] -= 1

        def draw(count, index, number=number):
            return DRAWS.below(count, f"host {index}", "test", number)

        host = balancer.pick(Ask(draw=draw, active=active.__getitem__)).key
        end = max(now, free[host]) + DRAWS.exponential(MEAN, "work", "test", number)
        active[host], free[host] = active[host] + 1, end
        heappush(leaving, (end, host))
        whole += end - now
    return whole / REQUESTS / MEAN


def expected(choices, share):
    """For infinitely many hosts: each level of waiting needs the one below at all choices."""
    if choices == 1:
        return 1 / (1 - share)
    powers = [(choices**level - choices) / (choices - 1) for level in range(1, 12)]
    return sum(share**power for power in powers)


@pytest.mark.parametrize(("choices", "share"), [(2, 0.5), (2, 0.8), (3, 0.8), (1, 0.8)])
def test_mean_times_are_those_of_the_theory(choices, share):
    """Within 4 %, part of which is that there are a hundred hosts only."""
    assert mean_time(choices, share) == pytest.approx(expected(choices, share), rel=0.04)
