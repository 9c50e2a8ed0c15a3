"""How many pods a second the scheduler's core places: filter, score, draw, assume, record.

Eight kinds of pods on 5,000 nodes, alone and mixed, with the default sampling; beside each kind
stands the rate that kube-scheduler's own CI demands (`test/integration/scheduler_perf`). Some of
the pods are placed by the plain form of the plugins too, on the same nodes. And the two workloads
of the public comparison of simulators.
"""

from __future__ import annotations

import gc
import statistics
import time
from typing import Any, NamedTuple

from kubelearn.scheduler.algorithm import Evaluation, begin, rank
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.decisions import record
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.pod_rows import PodRows
from kubelearn.scheduler.profile import Profile
from kubelearn.sim.draws import Draws

Object = dict[str, Any]

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
DEMANDED = {
    "basic": 810,
    "hard spread": 460,
    "soft spread": 340,
    "node affinity": 220,
    "preferred affinity": 90,
    "preferred anti-affinity": 90,
    "required affinity": 35,
    "required anti-affinity": 60,
}
"""Pods a second: the thresholds of kube-scheduler's CI for 5,000 nodes."""
PUBLIC = ((100, 1_067), (1_200, 7_064))
"""(nodes, pods): the workloads of the public comparison of simulators."""
KEPT = 10_000
"""Decisions that are kept."""


class Core:
    """The scheduler without API, queue and clock."""

    def __init__(self, nodes: list[Object], objects: dict[str, list[Object]]) -> None:
        self.framework = Framework(PLUGINS, Profile())
        self.cache = Cache()
        self.draws = Draws(1)
        self.start = 0
        self.kept: dict[Any, Any] = {}
        for node in nodes:
            self.cache.put_node(node)
        for resource, found in objects.items():
            for obj in found:
                key = (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
                self.cache.put_object(resource, key, obj)

    def place(self, pod: PodInfo, *, plain: bool = False, keep: bool = True) -> str:
        """The node on which a pod is assumed; "" when it fits nowhere. `keep`: the decision."""
        snapshot, framework = self.cache.update_snapshot(), self.framework
        if plain:
            found = Evaluation(len(snapshot.rows), CycleState(snapshot))
        else:
            found = begin(framework, snapshot, pod, self.start)
        found.filter(framework, pod, self.start)
        self.start = (self.start + found.scanned) % found.nodes
        if not found.count:
            return ""
        rank(framework, found, pod)
        ties = found.ties
        node = found.pick(0 if ties == 1 else self.draws.below(ties, "tie", pod.key[1], 1))
        self.cache.assume(pod.on(node.name))
        if keep:
            self.keep(pod, found, node.name)
        return node.name

    def keep(self, pod: PodInfo, found: Evaluation, node: str) -> None:
        """Record a decision."""
        outcome = {"time": 0, "cycle": 1, "attempt": 1, "node": node}
        later = found.deferred(self.framework, pod, outcome)
        self.kept[pod.key] = later or record(found, self.framework, pod, **outcome)
        if len(self.kept) > KEPT:
            del self.kept[next(iter(self.kept))]


def large_nodes(count: int) -> list[Object]:
    """Nodes in three zones; every tenth is tainted."""
    room = {"cpu": "32", "memory": "128Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    taint = {"key": "dedicated", "value": "batch", "effect": "NoSchedule"}
    return [
        {
            "metadata": {
                "name": f"node-{n}",
                "labels": {
                    HOST: f"node-{n}",
                    ZONE: f"zone-{n % 3}",
                    "disk": "ssd" if n % 2 else "hdd",
                },
            },
            "spec": {"taints": [taint]} if n % 10 == 9 else {},
            "status": {"allocatable": room},
        }
        for n in range(count)
    ]


def _spread(action: str, *keys: str) -> Object:
    selector = {"matchLabels": {"app": action}}
    return {
        "topologySpreadConstraints": [
            {
                "maxSkew": 5,
                "topologyKey": key,
                "whenUnsatisfiable": action,
                "labelSelector": selector,
            }
            for key in keys
        ]
    }


def _near(kind: str, app: str, key: str, *, hard: bool) -> Object:
    term: Object = {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key}
    wanted = {REQUIRED: [term]} if hard else {PREFERRED: [{"weight": 1, "podAffinityTerm": term}]}
    return {"affinity": {kind: wanted}}


def _node_affinity() -> Object:
    ssd = {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}
    zone = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["zone-1"]}]}
    return {
        "affinity": {
            "nodeAffinity": {
                REQUIRED: {"nodeSelectorTerms": [ssd]},
                PREFERRED: [{"weight": 10, "preference": zone}],
            }
        }
    }


SPECS: dict[str, tuple[str, Object]] = {
    "basic": ("basic", {}),
    "hard spread": ("DoNotSchedule", _spread("DoNotSchedule", ZONE)),
    "soft spread": ("ScheduleAnyway", _spread("ScheduleAnyway", ZONE, HOST)),
    "node affinity": ("node", _node_affinity()),
    "preferred affinity": ("near", _near("podAffinity", "near", HOST, hard=False)),
    "preferred anti-affinity": ("far", _near("podAntiAffinity", "far", HOST, hard=False)),
    "required affinity": ("group", _near("podAffinity", "group", ZONE, hard=True)),
    "required anti-affinity": ("alone", _near("podAntiAffinity", "alone", HOST, hard=True)),
}
"""Kind -> (app label, part of the spec)."""


class Kind(NamedTuple):
    """A template: its pods share labels and spec."""

    labels: Object
    spec: Object


def kind(name: str, size: int = 0) -> Kind:
    """The template of a kind; sizes differ in what they ask for."""
    app, part = SPECS[name]
    requests = {"cpu": f"{100 + 10 * size}m", "memory": f"{128 + 16 * size}Mi"}
    container = {"name": "c", "image": "app:1", "resources": {"requests": requests}}
    return Kind({"app": app}, {"containers": [container], **part})


def pods_of(kinds: list[Kind], count: int, name: str = "pod") -> list[PodInfo]:
    """Pods of the kinds in turn."""
    rows, made = [], PodRows()
    for number in range(count):
        labels, spec = kinds[number % len(kinds)]
        metadata = {"name": f"{name}-{number}", "namespace": "default", "labels": labels}
        obj = {"metadata": metadata, "spec": spec, "status": {"phase": "Pending"}}
        rows.append(made.row(obj))
    return rows


def rate(core: Core, pods: list[PodInfo]) -> float:
    """Pods a second of CPU time."""
    gc.collect()
    gc.freeze()
    taken = seconds(core, pods)
    gc.unfreeze()
    return len(pods) / taken


def seconds(core: Core, pods: list[PodInfo], *, keep: bool = True) -> float:
    """CPU time to place the pods."""
    begin_at = time.process_time()
    for pod in pods:
        core.place(pod, keep=keep)
    return time.process_time() - begin_at


def best_rate(kinds: list[Kind], nodes: int, count: int, times: int = 3) -> float:
    """The best of several runs, each on a cluster of its own, after a warm-up."""
    found = 0.0
    for _ in range(times):
        core = Core(large_nodes(nodes), {})
        pods = pods_of(kinds, count + 100)
        for pod in pods[:100]:
            core.place(pod)
        found = max(found, rate(core, pods[100:]))
    return found


def plain_rate(kinds: list[Kind], nodes: int, count: int) -> float:
    """Pods a second of the plain form; AssertionError when it chooses other nodes."""
    pods = pods_of(kinds, count)
    plain, quick = (Core(large_nodes(nodes), {}) for _ in range(2))
    chosen = [quick.place(pod) for pod in pods]
    begin_at = time.process_time()
    assert chosen == [plain.place(pod, plain=True) for pod in pods]
    return count / (time.process_time() - begin_at)


def kinds_table(nodes: int = 5_000, count: int = 4_000) -> list[str]:
    """A row for each kind, and one for the mix."""
    lines = []
    everything = [kind(name, size) for size, name in enumerate(SPECS)]
    for name in (*SPECS, "mix"):
        kinds = everything if name == "mix" else [kind(name)]
        ours = best_rate(kinds, nodes, count)
        ratio = ours / plain_rate(kinds, nodes, 24)
        demanded = f"{ours / DEMANDED[name]:6.0f} x CI" if name in DEMANDED else ""
        lines.append(f"{name:<24} {ours:8,.0f} pods/s {ratio:6.0f} x plain {demanded}")
    return lines


def recording_row(name: str, nodes: int = 5_000, count: int = 2_000) -> str:
    """What share of a pod's time it takes to keep the decision, the median of several parts."""
    pods, shares = pods_of([kind(name)], count), []
    keeping, other = (Core(large_nodes(nodes), {}) for _ in range(2))
    for pod in pods[:100]:
        assert keeping.place(pod) == other.place(pod, keep=False)
    for begin_at in range(100, count, 100):
        part = pods[begin_at : begin_at + 100]
        bare = seconds(other, part, keep=False)
        shares.append(1 - bare / seconds(keeping, part))
    assert list(keeping.cache.pods.values()) == list(other.cache.pods.values())
    return f"{name:<24} {statistics.median(shares):8.1%} of the time is for keeping decisions"


def workload(nodes: int, count: int) -> str:
    """Seconds of the core for one of the workloads of the public comparison of simulators."""
    kinds = [kind("basic", size) for size in range(20)]
    pods = pods_of(kinds, count)
    taken = []
    for _ in range(3):
        core = Core(large_nodes(nodes), {})
        taken.append(count / rate(core, pods))
    return f"{min(taken):6.3f} s for {count} pods on {nodes} nodes"


def core_rows() -> str:
    """All rows of the scheduler's core."""
    public = [f"{'public workload':<24} {workload(*size)}" for size in PUBLIC]
    recording = [recording_row(name) for name in ("basic", "soft spread")]
    return "\n".join(["", *kinds_table(), *recording, *public])


if __name__ == "__main__":
    print(core_rows())
