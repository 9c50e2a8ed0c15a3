"""The engines: each departure is that of the plain way, and means are those of the textbooks."""

import math

import pytest

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic import fifo, guarded, least_request, workers
from kubelearn.traffic.guarded import Guards
from kubelearn.traffic.stream import STATE_INDEPENDENT, Stream, drawn, poisson
from tests.benchmarks.queue import erlang_c_wait
from tests.benchmarks.simpy_traffic import GuardedInSimpy
from tests.traffic.stepped import stepped

PODS, COUNT = 10, 4_000
MEAN = 10 * MILLISECOND


def stream(seed: int = 1, rho: float = 0.9, count: int = COUNT, servers: int = PODS) -> Stream:
    """Requests for `servers` servers at a utilization of rho."""
    return poisson(Draws(seed), count, rho * servers * SECOND / MEAN, MEAN)


@pytest.mark.parametrize("policy", STATE_INDEPENDENT)
@pytest.mark.parametrize("rho", [0.5, 0.9, 1.2])
def test_state_independent_departures_are_those_of_events(policy, rho):
    """All at once or one by one."""
    pods = STATE_INDEPENDENT[policy](Draws(1), COUNT, PODS)
    work = stream(rho=rho)
    plain = stepped(work, lambda number, _: pods[number], PODS)
    assert plain.departs == fifo.departures(work, pods, PODS).tolist()


@pytest.mark.parametrize("rho", [0.5, 0.9, 1.2])
def test_least_request_of_two_is_that_of_events(rho):
    """Each choice and each departure."""
    first, second = (drawn(Draws(1), COUNT, PODS, choice=each) for each in (0, 1))
    work = stream(rho=rho)

    def choose(number, inside):
        one, other = int(first[number]), int(second[number])
        return other if inside[other] < inside[one] else one

    plain, ours = stepped(work, choose, PODS), least_request.of_two(work, first, second, PODS)
    assert (plain.pod, plain.departs) == ours


@pytest.mark.parametrize("rho", [0.5, 0.9, 1.2])
def test_least_request_of_all_is_that_of_events(rho):
    """Each choice and each departure."""
    work = stream(rho=rho)
    plain = stepped(work, lambda _, inside: inside.index(min(inside)), PODS)
    assert (plain.pod, plain.departs) == least_request.of_all(work, PODS)


@pytest.mark.parametrize("rho", [0.5, 0.9, 1.2])
def test_several_workers_are_those_of_events(rho):
    """Four of them in each pod."""
    pods, work = drawn(Draws(1), COUNT, PODS), stream(rho=rho, servers=4 * PODS)
    plain = stepped(work, lambda number, _: pods[number], PODS, workers=4)
    assert plain.departs == workers.departures(work, pods, PODS, 4)


@pytest.mark.parametrize("rho", [0.6, 0.8, 1.1])
def test_the_guarded_path_is_that_of_processes(rho):
    """Status and end of each request."""
    guards = Guards(token=MEAN // 50, sick=1, fails=0.4)
    work, draws = stream(rho=rho, servers=4 * PODS), guarded.chances(Draws(1), COUNT, guards)
    ours = guarded.run(work, draws, guards)
    assert ours == GuardedInSimpy(work, draws, guards).run()
    assert len(set(ours.status)) > 1


def test_every_guard_acts():
    """The bucket, the queues, the timeouts and the sick pod each leave their mark."""
    guards = Guards(token=MEAN // 42, burst=5, queue=2, sick=1, fails=1.0, failures=50)
    work = stream(rho=1.3, servers=4 * PODS)
    status = guarded.run(work, guarded.chances(Draws(1), COUNT, guards), guards).status
    assert {200, 429, 500, 503} <= set(status)
    patient = guards._replace(queue=200, timeout=MEAN)
    again = guarded.run(work, guarded.chances(Draws(1), COUNT, patient), patient).status
    assert 504 in again


def test_an_ejected_pod_gets_less():
    """Errors fall when five failures in a row put the sick pod out."""
    guards = Guards(token=1, sick=1, fails=1.0, retries=0, timeout=SECOND)
    work = stream(rho=0.5, servers=4 * PODS)
    draws = guarded.chances(Draws(1), COUNT, guards)
    errors = [
        guarded.run(work, draws, guards._replace(failures=limit)).status.count(500)
        for limit in (5, 10**9)
    ]
    assert errors[0] * 3 < errors[1]


def interval(values: list[float]) -> tuple[float, float]:
    """The 99 % confidence interval of a mean (20 values, Student's t)."""
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1))
    half = 2.861 * deviation / math.sqrt(len(values))
    return mean - half, mean + half


def test_waits_agree_with_erlang_c():
    """M/M/4 at 80 %, 20 seeds."""
    means = []
    for seed in range(20):
        work = poisson(Draws(seed), 20_000, 3.2, SECOND)
        departs = workers.departures(work, drawn(Draws(seed), 20_000, 1), 1, 4)
        means.append(float((departs - work.arrives - work.work).mean()) / SECOND)
    low, high = interval(means)
    assert low < erlang_c_wait(4, 3.2) < high


def mitzenmacher(rho: float, choices: int = 2) -> float:
    """Mean time in the system in units of work, for infinitely many pods (Mitzenmacher 2001)."""
    return sum(rho ** ((choices**i - choices) / (choices - 1)) for i in range(1, 12))


def test_two_choices_agree_with_the_known_result():
    """For many pods the mean time tends to the sum of rho^(2^i - 2); 200 are near it."""
    pods, rho, means = 200, 0.9, []
    for seed in range(20):
        work = stream(seed, rho, 60_000, pods)
        first, second = (drawn(Draws(seed), 60_000, pods, choice=each) for each in (0, 1))
        taken = least_request.of_two(work, first, second, pods)
        late = slice(20_000, None)
        means.append(float((taken.departs - work.arrives)[late].mean()) / MEAN)
    low, high = interval(means)
    assert low * 0.97 < mitzenmacher(rho) < high * 1.03
    assert high < 0.4 * 1 / (1 - rho)
