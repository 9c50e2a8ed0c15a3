"""The world of a transcript: control plane, ready nodes, namespace `demo`, a fake kubelet."""

from __future__ import annotations

from typing import Any, NamedTuple

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.server import APIServer
from kubelearn.controllers import CONTROLLERS
from kubelearn.controllers.podautoscaler import HorizontalController
from kubelearn.runtime.controller import Controller
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.part import Context
from kubelearn.runtime.recorder import Recorder
from kubelearn.scheduler import Scheduler
from kubelearn.scheduler.info import PodInfo
from kubelearn.sim.clock import MILLISECOND, SECOND, Clock
from kubelearn.sim.draws import Draws
from tests.conformance.live.fake_kubelet import FakeKubelet
from tests.conformance.live.fake_metrics import FakeMetrics

NAMESPACE = "demo"
BEFORE = 31_300 * MILLISECOND
"""How long before t = 0 the control plane starts; its checks fall between whole seconds."""
SEED = 1
"""Any seed will do; none is picked because a case passes with it."""
BEAT_PHASE = 4 * SECOND
"""From there to the first beat of the heart that all nodes share."""


class Live(NamedTuple):
    """The parts of it that the script and the milestones need."""

    clock: Clock
    api: APIServer
    kubelet: FakeKubelet
    load: FakeMetrics


class FirstOfTheBest(Scheduler):
    """The scheduler without its draw among equally good nodes.

    The recorded one draws only when there are extenders: its winner is the root of a heap over the
    feasible nodes, nearly always the first of the best (notes on ties of `live_scheduler`).
    """

    def draw(self, count: int, purpose: str, pod: PodInfo) -> int:
        """The first place of a tie; all else is drawn."""
        return 0 if purpose == "tie" else super().draw(count, purpose, pod)


WHOLE_CLUSTER = ("node-all-zones-full",)
"""Cases in which no other node is alive; the others shared a cluster with healthy ones."""


def live_world(case: dict[str, Any]) -> Live:
    """The state at t = 0: nodes are ready, the objects of the case are not there yet."""
    given = case["given"]
    clock, draws = Clock(-BEFORE), Draws(SEED)
    api = APIServer(clock, draws)
    recorder = Recorder()
    context = Context(clock, draws, api, recorder, Decisions())
    recorder.context = context
    kubelet = FakeKubelet(context, given["fake_kubelet"])
    scheduler = FirstOfTheBest(context)
    reconcilers = [make(context) for make in CONTROLLERS.values()]
    load = FakeMetrics(api)
    for reconciler in reconcilers:
        if isinstance(reconciler, HorizontalController):
            reconciler.metrics = load
    parts = [Controller(context, r) if hasattr(r, "reconcile") else r for r in reconcilers]
    for part in (recorder, kubelet, scheduler, *parts):
        clock.register(part)
    bootstrap(api)
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    clock.run(clock.now + BEAT_PHASE)
    for number in range(given["nodes"]):
        add_node(kubelet, f"node-{number + 1}", given)
    if given.get("zone") and case["id"] not in WHOLE_CLUSTER:
        taint = {"key": "pool", "value": "other", "effect": "NoSchedule"}
        labels = {"topology.kubernetes.io/zone": "other"}
        kubelet.add_node("other-1", {"kubernetes.io/hostname": "other-1", **labels}, [taint])
    clock.run(0)
    return Live(clock, api, kubelet, load)


def add_node(
    kubelet: FakeKubelet, name: str, given: dict[str, Any], labels: dict[str, str] | None = None
) -> None:
    """A node with the labels and taints that the case gives it."""
    options = (given.get("node_options") or {}).get(name, {})
    own = {"pool": NAMESPACE, "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    if given.get("zone"):
        own["topology.kubernetes.io/zone"] = given["zone"]
    own |= options.get("labels") or {}
    kubelet.add_node(name, own | (labels or {}), options.get("taints") or [])
