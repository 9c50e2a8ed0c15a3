"""How many times quicker than a naive loop the scheduler's core is, on clusters that are in use.

The naive loop sums up all pods for each pod that it places, then asks the plain form of the
plugins node by node: O(nodes + pods). Both place the same pods on the same nodes.
"""

from __future__ import annotations

import time

from kubelearn.scheduler.info import NodeInfo, PodInfo
from tests.benchmarks.scheduling import Core, kind, large_nodes, pods_of, rate

SIZES = ((1_000, 30_000), (5_000, 150_000))
"""(nodes, pods on them)."""
KINDS = ("basic", "soft spread", "preferred affinity")
NAIVE, QUICK = 5, 2_000
"""Pods that each form places; the first ones are placed by both."""


def summed(row: NodeInfo) -> NodeInfo:
    """A row with what its pods ask for, added up anew."""
    requested: dict[str, int] = {}
    cpu = memory = 0
    for pod in row.pods:
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + amount
        cpu += pod.scoring_requests[0]
        memory += pod.scoring_requests[1]
    return row._replace(requested=requested, scoring_requested=(cpu, memory))


def naive_place(core: Core, pod: PodInfo) -> str:
    """The node of a pod."""
    snapshot = core.cache.update_snapshot()
    snapshot.rows = [summed(row) for row in snapshot.rows]
    return core.place(pod, plain=True)


def naive_rate(core: Core, pods: list[PodInfo], expected: list[str]) -> float:
    """Pods a second of the naive loop; AssertionError when it chooses other nodes."""
    begin = time.process_time()
    assert expected == [naive_place(core, pod) for pod in pods]
    return len(pods) / (time.process_time() - begin)


def populated(name: str, nodes: int, count: int) -> Core:
    """A core with pods of a kind on all nodes."""
    core = Core(large_nodes(nodes), {})
    for number, pod in enumerate(pods_of([kind(name)], count, "old")):
        core.cache.put_pod(pod.on(f"node-{number % nodes}"))
    return core


def populated_row(name: str, nodes: int, count: int) -> str:
    """Both forms on a cluster of a size."""
    pods = pods_of([kind(name)], QUICK + NAIVE)
    core, naive = populated(name, nodes, count), Core([], {})
    naive.cache = core.cache.fork()
    expected = [core.place(pod) for pod in pods[:NAIVE]]
    theirs = naive_rate(naive, pods[:NAIVE], expected)
    ours = rate(core, pods[NAIVE:])
    size = f"{nodes} nodes with {count} pods"
    return f"{name:<24} {ours:8,.0f} pods/s {ours / theirs:6,.0f} x a naive loop, {size}"


def populated_rows() -> str:
    """A row for each size and kind."""
    rows = [populated_row(name, *size) for size in SIZES for name in KINDS]
    return "\n".join(["", *rows])
