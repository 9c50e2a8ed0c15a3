"""Pod garbage collection: pods of nodes that are gone, and of those that can never confirm.

Source: `pkg/controller/podgc/gc_controller.go`, Kubernetes 1.36.

Unlike the real one: a pod without a node that is held by its own finalizers is not marked Failed.
"""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.objects import Object, is_terminating, is_true
from kubelearn.api.store import Record
from kubelearn.controllers.pods import TERMINAL, with_disruption
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

PERIOD = 20 * SECOND
QUARANTINE = 40 * SECOND
TERMINATED_THRESHOLD = 12500
COMPONENT = "pod-garbage-collector"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class PodGCController:
    """A part with a periodic look at all pods."""

    name = "pod-gc"
    state: ClassVar[tuple[str, ...]] = ("_missing",)
    explains: ClassVar[tuple[str, ...]] = ("pods",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._missing: dict[str, int] = {}
        """Node that is not there → when that was first seen."""
        self._started = False
        context.api.store.watch(self.name, ("nodes",), self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:  # noqa: ARG002
        """Begin the periodic look with the first node."""
        if not self._started:
            self._started = True
            self.context.clock.after(PERIOD, self.collect)

    def collect(self) -> None:
        """Remove what nobody else will remove."""
        self.context.clock.after(PERIOD, self.collect)
        # Nodes are few and pods many: the index by node names those that matter.
        nodes = {node["metadata"]["name"]: node for node in self.context.api.list("nodes")}
        self._collect_orphans(set(nodes))
        for name, node in nodes.items():
            if _is_out_of_service(node) and not is_true(node, "Ready"):
                for pod in self.context.api.on_node(name):
                    if is_terminating(pod):
                        self._remove(pod)
        self._collect_terminated()

    def _collect_orphans(self, nodes: set[str]) -> None:
        now = self.context.clock.now
        pods_of = self.context.api.store.filed("pods", "node")
        gone = [name for name in pods_of if name not in nodes]
        self._missing = {name: self._missing.get(name, now) for name in gone}
        for name in gone:
            if now - self._missing[name] >= QUARANTINE:
                for pod in self.context.api.on_node(name):
                    self._remove(pod, "PodGC: node no longer exists")

    def _collect_terminated(self) -> None:
        pods = self.context.api.store.items("pods")
        if len(pods) <= TERMINATED_THRESHOLD:
            return
        ended = [pod for pod in pods.values() if pod["status"].get("phase") in TERMINAL]
        ended.sort(key=_by_worth)
        for pod in ended[: max(0, len(ended) - TERMINATED_THRESHOLD)]:
            self._remove(pod)

    def _remove(self, pod: Object, message: str = "") -> None:
        """Delete a pod that nobody else will; one that has not ended has failed.

        `message` goes into its condition DisruptionTarget, if there is one.
        """
        metadata = pod["metadata"]
        place = (metadata["namespace"], metadata["name"])
        if pod["status"].get("phase") not in TERMINAL:
            status: Object = {"phase": "Failed"}
            if message:
                now = self.context.clock.now
                status["conditions"] = with_disruption(pod, "DeletionByPodGC", message, now)
            self.context.api.patch_status("pods", *place, status)
        self.context.api.delete("pods", *place, grace=0)

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """When a pod of a node that is not there any more will be removed."""
        node = obj["spec"].get("nodeName", "")
        if node not in self._missing:
            return []
        left = max(0, self._missing[node] + QUARANTINE - self.context.clock.now) // SECOND
        text = f"its node {node} is gone: the pod is removed at the first look after {left}s"
        return [Reason(COMPONENT, text)]


def _by_worth(pod: Object) -> tuple[bool, str, str]:
    """Sorts evicted pods before others, then the oldest first."""
    metadata, status = pod["metadata"], pod["status"]
    evicted = status.get("phase") == "Failed" and status.get("reason") == "Evicted"
    return (not evicted, metadata["creationTimestamp"], metadata["name"])


def _is_out_of_service(node: Object) -> bool:
    return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())
