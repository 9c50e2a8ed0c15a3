"""The traffic engines beside SimPy and beside our own steps: the same requests, the same ends."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic import fifo, guarded, least_request, workers
from kubelearn.traffic.guarded import Guards
from kubelearn.traffic.stream import STATE_INDEPENDENT, Stream, drawn, poisson
from tests.benchmarks.simpy_traffic import GuardedInSimpy, inside, pods_in_simpy
from tests.traffic.stepped import stepped

COUNT, PODS, MEAN = 100_000, 10, 10 * MILLISECOND


def stream(rho: float = 0.8, servers: int = PODS) -> Stream:
    """Requests for `servers` servers at a utilization of rho."""
    return poisson(Draws(1), COUNT, rho * servers * SECOND / MEAN, MEAN)


def timed(action: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """(median seconds of CPU, what it gives)."""
    taken = []
    for _ in range(times):
        gc.collect()
        begin = time.process_time()
        found = action()
        taken.append(time.process_time() - begin)
    return statistics.median(taken), found


def row(name: str, ours: float, simpy: float, steps: float) -> str:
    """One line of the table."""
    return (
        f"{'':<14} {simpy / ours:6.1f} x SimPy, {steps / ours:6.1f} x our own steps, "
        f"{COUNT / ours / 1e6:6.2f} M requests/s: {name}"
    )


def state_independent() -> list[str]:
    """Random, in turn, by hash; pods that serve in order."""
    work, rows = stream(), []
    for policy, choose in STATE_INDEPENDENT.items():
        pods = choose(Draws(1), COUNT, PODS)
        listed = pods.tolist()
        ours, found = timed(lambda pods=pods: fifo.departures(work, pods, PODS), 9)
        simpy, theirs = timed(
            lambda listed=listed: pods_in_simpy(work, lambda n, _: listed[n], PODS), 1
        )
        steps, plain = timed(lambda listed=listed: stepped(work, lambda n, _: listed[n], PODS), 1)
        assert found.tolist() == theirs == plain.departs
        rows.append(row(policy, ours, simpy, steps))
    return rows


def of_two() -> str:
    """Least request of two drawn pods."""
    work = stream()
    draws = [drawn(Draws(1), COUNT, PODS, choice=each) for each in (0, 1)]
    first, second = (each.tolist() for each in draws)

    def in_simpy(number: int, pods: list[Any]) -> int:
        one, other = first[number], second[number]
        return other if inside(pods[other]) < inside(pods[one]) else one

    def in_steps(number: int, counts: list[int]) -> int:
        one, other = first[number], second[number]
        return other if counts[other] < counts[one] else one

    ours, found = timed(lambda: least_request.of_two(work, *draws, PODS), 5)
    simpy, theirs = timed(lambda: pods_in_simpy(work, in_simpy, PODS), 1)
    steps, plain = timed(lambda: stepped(work, in_steps, PODS), 1)
    assert found == (plain.pod, theirs)
    return row("least request of two", ours, simpy, steps)


def of_all() -> str:
    """Least request of all pods."""
    work = stream()

    def in_simpy(_: int, pods: list[Any]) -> int:
        counts = [inside(pod) for pod in pods]
        return counts.index(min(counts))

    ours, found = timed(lambda: least_request.of_all(work, PODS), 5)
    simpy, theirs = timed(lambda: pods_in_simpy(work, in_simpy, PODS), 1)
    steps, plain = timed(lambda: stepped(work, lambda _, c: c.index(min(c)), PODS), 1)
    assert found == (plain.pod, theirs)
    return row("least request of all", ours, simpy, steps)


def several_workers() -> str:
    """Pods with four workers."""
    work, pods = stream(servers=4 * PODS), drawn(Draws(1), COUNT, PODS)
    listed = pods.tolist()
    ours, found = timed(lambda: workers.departures(work, pods, PODS, 4), 5)
    simpy, theirs = timed(lambda: pods_in_simpy(work, lambda n, _: listed[n], PODS, 4), 1)
    steps, plain = timed(lambda: stepped(work, lambda n, _: listed[n], PODS, 4), 1)
    assert found == theirs == plain.departs
    return row("four workers a pod", ours, simpy, steps)


def guards(rho: float) -> str:
    """Rate limit, two choices, bounded queues, timeouts, retries, ejection."""
    settings = Guards(token=MEAN // 40, sick=1, fails=0.4)
    work, draws = stream(rho, 4 * PODS), guarded.chances(Draws(1), COUNT, settings)
    ours, found = timed(lambda: guarded.run(work, draws, settings))
    simpy, theirs = timed(lambda: GuardedInSimpy(work, draws, settings).run(), 1)
    assert found == theirs
    rate = COUNT / ours / 1e6
    return f"{'':<14} {simpy / ours:6.1f} x SimPy, {rate:6.2f} M requests/s: guarded, rho {rho}"


def engines() -> str:
    """All engines, 100,000 requests each."""
    rows = [*state_independent(), of_two(), of_all(), several_workers()]
    return "\n".join(["", *rows, *(guards(rho) for rho in (0.6, 0.8, 1.1))])
