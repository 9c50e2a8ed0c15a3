"""The usual case in one step: what one changed node lacks, and its two scores for cpu and memory.

It is what the three columns of `node_resources` say one by one, for pods that ask for nothing but
cpu and memory under the default strategy; the patching of changed nodes lives from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo
from kubelearn.scheduler.plugins.node_resources_balanced_allocation import HALF

NAMES = ("cpu", "memory")


class UsualLoads(NamedTuple):
    """What a pod asks for."""

    cpu: int
    memory: int
    """Real requests."""
    scoring_cpu: int
    scoring_memory: int
    """Requests as scores count them."""
    cpu_weight: int
    memory_weight: int
    bits: Mapping[str, int]
    """Code of what is lacking, by resource."""
    hopeless: int

    def of(self, load: Load) -> tuple[int, int, int]:
        """(code, LeastAllocated, balance) of a node."""
        cpu, memory, more_cpu, more_memory, cpu_weight, memory_weight, _, _ = self
        code, all_cpu, used_cpu, free_cpu, all_memory, used_memory, free_memory, before = load
        if cpu > all_cpu - used_cpu or memory > all_memory - used_memory:
            code |= self._lacking(all_cpu, used_cpu, all_memory, used_memory)
        free_cpu -= more_cpu
        free_memory -= more_memory
        total = free_cpu * MAX_NODE_SCORE // all_cpu * cpu_weight if free_cpu > 0 else 0
        if free_memory > 0:
            total += free_memory * MAX_NODE_SCORE // all_memory * memory_weight
        one, other = (used_cpu + cpu) / all_cpu, (used_memory + memory) / all_memory
        after = abs(((one if one < 1.0 else 1.0) - (other if other < 1.0 else 1.0)) / 2)
        balance = HALF + (HALF + int((1 - after) * MAX_NODE_SCORE) - before) // 2
        return code, total // (cpu_weight + memory_weight), balance

    def _lacking(self, all_cpu: int, used_cpu: int, all_memory: int, used_memory: int) -> int:
        code = 0
        for name, asked, capacity, used in (
            ("cpu", self.cpu, all_cpu, used_cpu),
            ("memory", self.memory, all_memory, used_memory),
        ):
            if asked > capacity - used:
                code |= self.bits.get(name, 0)
                if asked > capacity and name in self.bits:
                    code |= self.hopeless
        return code


Load = tuple[int, int, int, int, int, int, int, int]
"""Of a node: 1 if it has its number of pods, else 0; all, used and free cpu; all, used and free
memory; balance. Free is what scores count as free."""
UNUSUAL: tuple[()] = ()
"""Stands for the load of a node that has no cpu or no memory."""


def load_of(row: NodeInfo) -> Load | tuple[()]:
    """The load of a node."""
    allocatable, requested = row.allocatable, row.requested
    all_cpu, all_memory = allocatable.get("cpu", 0), allocatable.get("memory", 0)
    if not all_cpu or not all_memory:
        return UNUSUAL
    used_cpu, used_memory = requested.get("cpu", 0), requested.get("memory", 0)
    scoring_cpu, scoring_memory = row.scoring_requested
    one, other = used_cpu / all_cpu, used_memory / all_memory
    uneven = abs(((one if one < 1.0 else 1.0) - (other if other < 1.0 else 1.0)) / 2)
    return (
        1 if len(row.pods) >= allocatable.get("pods", 0) else 0,
        all_cpu,
        used_cpu,
        all_cpu - scoring_cpu,
        all_memory,
        used_memory,
        all_memory - scoring_memory,
        int((1 - uneven) * MAX_NODE_SCORE),
    )
