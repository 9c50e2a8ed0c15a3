"""Prints the benchmark table: `python -m tests.benchmarks [--full]`.

Each row is a ratio taken against its yardstick in the same run, median of five.
"""

from __future__ import annotations

import copy
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.api import API
from tests.benchmarks.large import steady_pods
from tests.benchmarks.mesh import MESH
from tests.benchmarks.mesh_path import MESH_PATH
from tests.benchmarks.populated import populated_rows
from tests.benchmarks.queue import in_simpy, on_our_clock, workload
from tests.benchmarks.scheduling import PUBLIC, core_rows
from tests.benchmarks.traffic import TRAFFIC

LIMITS = (5_000, 150_000)
"""Nodes and pods: the size limits of Kubernetes."""
EAGER = "import numpy, pandas, matplotlib.pyplot, ipywidgets, yaml"
OURS = "import kubelearn"
PICTURE = """
import time, kubelearn as kl
begin = time.perf_counter()
kl.Cluster(nodes=3, zones=3, seed=7).show()._repr_mimebundle_()
print(time.perf_counter() - begin)
"""


def seconds(action: Callable[[], Any], times: int = 5) -> float:
    """The median time of an action."""
    taken = []
    for _ in range(times):
        gc.collect()
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def kernel() -> str:
    """M/M/10 with 100,000 customers against SimPy processes; equal waits."""
    work = workload(100_000, seed=1)
    assert on_our_clock(work) == in_simpy(work)
    ours, theirs = seconds(lambda: on_our_clock(work)), seconds(lambda: in_simpy(work))
    return f"{theirs / ours:6.1f} x SimPy processes ({100_000 / ours:,.0f} customers/s)"


def forks(full: bool) -> str:
    """A fork against `copy.deepcopy` of the same store content."""
    nodes, pods = (1000, 30_000) if full else (100, 3_000)
    cluster = steady_pods(nodes, pods)
    ours = seconds(cluster.fork, 9)
    objects = {r: cluster.api.store.items(r) for r in cluster.api.store.resources()}
    theirs = seconds(lambda: copy.deepcopy(objects), 1)
    return f"{theirs / ours:6.0f} x deepcopy of {nodes} nodes, {pods} pods ({ours * 1e3:.1f} ms)"


def memory(full: bool) -> str:
    """Resident bytes for each pod in steady state, everything about it included."""
    count = 150_000 if full else 15_000
    code = f"""
from tests.benchmarks.large import resident, steady_pods
steady_pods(10, 100)
before = resident()
cluster = steady_pods({count // 30}, {count})
print((resident() - before) / {count})
"""
    return f"{float(python(code)):6.0f} bytes for each of {count} pods and its share of nodes"


def imports() -> str:
    """`import kubelearn` against the libraries that a notebook imports."""
    ours, theirs = seconds(lambda: python(OURS)), seconds(lambda: python(EAGER))
    bare = seconds(lambda: python("pass"))
    return f"{(theirs - bare) / max(ours - bare, 1e-4):6.0f} x faster than the eager imports"


def picture() -> str:
    """From the import to the first picture."""
    return f"{statistics.median(float(python(PICTURE)) for _ in range(5)):6.2f} s to a picture"


def whole_way(full: bool) -> str:
    """Seconds of CPU from nothing to all pods Running, the boot of the nodes included.

    The two workloads of the public comparison of simulators; with --full the size limits of
    Kubernetes, and what that takes in memory.
    """
    sizes = [*PUBLIC, LIMITS] if full else PUBLIC
    rows = [_whole_way(*size) for size in sizes]
    return "\n".join(["", *(f"{'':<14} {row}" for row in rows)])


def _whole_way(nodes: int, pods: int) -> str:
    code = f"""
import time
from tests.benchmarks.large import large_cluster, resident
large_cluster(100, 100)
before, begin = resident(), time.process_time()
cluster = large_cluster({nodes}, {pods})
print(time.process_time() - begin, resident() - before)
"""
    taken, memory = map(float, python(code).split())
    rate = f"{taken:7.2f} s, {pods / taken:7,.0f} pods/s, {memory / 1e6:5.0f} MB"
    return f"{rate} for {pods} pods on {nodes} nodes"


def main() -> None:
    """Print all rows."""
    full = "--full" in sys.argv
    rows: dict[str, Callable[[], str]] = {
        "event kernel": kernel,
        "fork": lambda: forks(full),
        "memory": lambda: memory(full),
        "import": imports,
        "first picture": picture,
        "whole way": lambda: whole_way(full),
        "scheduler core": core_rows,
        "clusters in use": populated_rows,
        **TRAFFIC,
        **MESH,
        **MESH_PATH,
        **API,
    }
    for name, row in rows.items():
        print(f"{name:<14} {row()}", flush=True)


if __name__ == "__main__":
    main()
